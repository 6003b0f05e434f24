"""How often somebody may try to get in.

Counted by address, which may be a whole school behind one router; never for an account alone,
which would let any stranger lock its owner out.
"""

from flask import request

from livedrop.lib.ratelimit import Bucket

SIGN_UPS = Bucket("sign-ups from an address", "20/hour")
SIGN_INS = Bucket("sign-ins from an address", "60/minute")
SIGN_INS_AS_ONE = Bucket("sign-ins from an address as one person", "10/minute")


def spend_sign_up() -> None:
    SIGN_UPS.spend(request.remote_addr)


def spend_sign_in(email: str) -> None:
    SIGN_INS.spend(request.remote_addr)
    SIGN_INS_AS_ONE.spend(request.remote_addr, email.strip().lower())
