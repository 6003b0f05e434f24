"""Letters about one's own account: nobody can opt out of them, and news are none of them."""

CONFIRM = "confirm-address"
RESET = "reset-password"
NEW_PASSWORD = "password-changed"
NEW_ADDRESS = "confirm-new-address"
OLD_ADDRESS = "address-changed"

# These go where the person wants to read, or read until now: what a mail server says of such an
# address is nothing about theirs.
ELSEWHERE = (NEW_ADDRESS, OLD_ADDRESS)
