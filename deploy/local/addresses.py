"""DATABASE_URL, REDIS_URL and PORT as people give them: read early, refused in plain words."""

import os
from urllib.parse import urlsplit

from . import ports
from .console import Refusal

POSTGRES = ("postgresql", "postgres", "postgresql+psycopg")
REDIS = ("redis", "rediss")


def database() -> str | None:
    return _given("DATABASE_URL", POSTGRES, 5432, "postgresql://user:password@host:5432/name")


def redis() -> str | None:
    return _given("REDIS_URL", REDIS, 6379, "redis://host:6379/0")


def port() -> int:
    """PORT, or 8000; free, or refused."""
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise Refusal(f"PORT is {given!r}: set it to a number from 1 to 65535.")
    if not ports.is_free(int(given)):
        raise Refusal(
            f"Port {given} is taken: stop what listens there, or choose another, "
            f"as in PORT={int(given) % 65535 + 1} python3 dev.py run."
        )
    return int(given)


def _given(name: str, schemes: tuple[str, ...], default_port: int, example: str) -> str | None:
    url = os.environ.get(name)
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host, where = parts.hostname, parts.port or default_port
    except ValueError:
        parts, host, where = urlsplit(""), None, 0
    # The value itself is not repeated: it usually holds a password.
    if parts.scheme not in schemes or (not host and "host=" not in parts.query):
        raise Refusal(f"{name} cannot be read: it should look like {example}.")
    if host and not ports.answers(host, where):
        raise Refusal(
            f"Nothing answers at {host}:{where}, where {name} points: "
            f"start that server, or unset {name} to use the embedded one."
        )
    return url
