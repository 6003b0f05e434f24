"""Letters about one's own account: nobody can opt out of them, and news are none of them."""

CONFIRM = "confirm-address"
