"""What grants are made of: random words, of which the tables keep the hashes.

A refresh token's successor is made from it by the application's own secret. So whoever did not get
the answer gets the very same one by asking again, and nothing that could be stolen is stored.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from secrets import token_bytes
from uuid import UUID

from flask import current_app

SECRET = 32  # bytes
TOKEN = re.compile(r"[A-Za-z0-9_-]{64}")  # the family's id and a secret: 48 bytes


def new_secret() -> bytes:
    return token_bytes(SECRET)


def digest(secret: bytes) -> bytes:
    """What is kept of it. It is random, so no salt and no slow hash is needed."""
    return hashlib.sha256(secret).digest()


def successor(family_id: UUID, secret: bytes) -> bytes:
    """The secret that takes the place of this one."""
    key = str(current_app.secret_key).encode()
    return hmac.digest(key, b"livedrop refresh" + family_id.bytes + secret, "sha256")


def joined(family_id: UUID, secret: bytes) -> str:
    """A refresh token, as it is handed out."""
    return urlsafe_b64encode(family_id.bytes + secret).decode()


def split(token: str) -> tuple[UUID, bytes] | None:
    """The family's id and the secret of a refresh token, if it can be one."""
    if not TOKEN.fullmatch(token):
        return None
    raw = urlsafe_b64decode(token)
    return UUID(bytes=raw[:16]), raw[16:]
