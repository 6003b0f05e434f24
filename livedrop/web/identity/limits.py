"""How often somebody may try to get in.

Counted by address, which may be a whole school behind one router; and by account, for browsers
it is not known in: counting all would let any stranger lock its owner out.
"""

from livedrop.lib.http import caller
from livedrop.lib.ratelimit import Bucket
from livedrop.web.identity import known

SIGN_UPS = Bucket("sign-ups from an address", "20/hour")
SUSPECTS = Bucket("odd sign-ups from an address", "6/hour")
SIGN_INS = Bucket("sign-ins from an address", "60/minute")
SIGN_INS_AS_ONE = Bucket("sign-ins from an address as one person", "10/minute")
SIGN_INS_OF_STRANGERS = Bucket("sign-ins as one person from browsers unknown", "20/minute")
REFRESHES = Bucket("refreshes from an address", "120/minute")
RESETS = Bucket("reset mails asked for from an address", "20/hour")
RESETS_OF_ONE = Bucket("reset mails asked for from an address to one person", "4/hour")
RESETS_OF_STRANGERS = Bucket("reset mails to one person asked for by browsers unknown", "8/hour")
TOKENS = Bucket("new passwords chosen from an address", "30/hour")
PROOFS = Bucket("passwords typed again by one person", "10 per 10 minutes")
ADDRESSES = Bucket("mails to addresses that one person wants", "6/hour")
CONFIRMATIONS = Bucket("confirmation mails to one person", "4/hour")


def spend_sign_up() -> None:
    SIGN_UPS.spend(caller())


def spend_suspect() -> None:
    SUSPECTS.spend(caller())


def spend_sign_in(email: str) -> None:
    SIGN_INS.spend(caller())
    account = email.strip().lower()
    SIGN_INS_AS_ONE.spend(caller(), account)
    if not known.is_known(email):
        SIGN_INS_OF_STRANGERS.spend(account)


def spend_refresh() -> None:
    REFRESHES.spend(caller())


def spend_confirmation(user_id: int) -> None:
    CONFIRMATIONS.spend(user_id)


def spend_reset(email: str) -> None:
    """Counted by what was typed, whoever has it: that there are too many tells nothing."""
    RESETS.spend(caller())
    account = email.strip().lower()
    RESETS_OF_ONE.spend(caller(), account)
    if not known.is_known(email):
        RESETS_OF_STRANGERS.spend(account)


def spend_token() -> None:
    TOKENS.spend(caller())


def spend_proof(user_id: int) -> None:
    """For whoever found a browser open: it is no place to guess at."""
    PROOFS.spend(user_id)


def spend_address(user_id: int) -> None:
    ADDRESSES.spend(user_id)
