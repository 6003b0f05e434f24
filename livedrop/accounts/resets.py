"""The token in a mail that lets somebody choose a new password: 256 random bits, kept as a hash."""

import secrets
from datetime import timedelta
from hashlib import sha256

LASTS = timedelta(minutes=30)  # from when the mail was written


def new_token() -> str:
    """As part of an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is kept of it. Nobody can guess it, so no salt and no slow hash is needed."""
    return sha256(token.encode(errors="replace")).digest()
