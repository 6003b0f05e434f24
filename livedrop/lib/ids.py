"""Names for things: ordered ids nobody can count with, and the slugs of public pages."""

import secrets
from uuid import UUID

from slugify import slugify
from uuid_utils.compat import uuid7

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"  # nothing that looks like something else


def new_id() -> UUID:
    """A version 7 UUID (RFC 9562): in order of time, so inserts stay local in an index."""
    return uuid7()


def new_token() -> str:
    """128 random bits as text, for keys and secrets that are handed out."""
    return secrets.token_urlsafe(16)


def new_slug(title: str) -> str:
    """The public name of a thing: its title in ASCII, then four random characters."""
    tail = "".join(secrets.choice(ALPHABET) for _ in range(4))
    return f"{slugify(title, max_length=60, word_boundary=True)}-{tail}".lstrip("-")
