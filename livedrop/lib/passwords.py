"""Passwords: hashed with argon2id, off the event loop, a few at a time.

A hash takes tens of milliseconds. Sign-ins peak just before a drop: what would have to wait for too
many others is refused at once.
"""

from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from livedrop.lib.threads import OffTheLoop

SHORTEST, LONGEST = 8, 128  # characters
AT_ONCE = 2  # hashes under way: each keeps a core busy and 19 MiB of memory
WAITING = 40  # further callers, about a second's worth

hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, type=Type.ID)
hashing = OffTheLoop(AT_ONCE, WAITING)


def hash_password(password: str) -> str:
    """An encoded argon2id hash. Raises `Unavailable` when too many wait."""
    return hashing.do(lambda: hasher.hash(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password; with no hash to compare (nobody has this account) it takes
    as long and says no. Raises `Unavailable` when too many wait."""
    known = password_hash is not None
    return hashing.do(lambda: _verify(password_hash or _dummy(), password)) and known


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with weaker settings than today's."""
    return hasher.check_needs_rehash(password_hash)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _dummy() -> str:
    return hasher.hash("nobody's password")
