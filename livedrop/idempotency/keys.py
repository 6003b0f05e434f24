"""The form of a key and the fingerprint of what came with it."""

import hashlib
import json
from typing import Any

from livedrop.lib.errors import DomainError


def check_key(key: str | None) -> str:
    """Return the key, or refuse it: 1 to 255 printable ASCII characters (400 otherwise)."""
    if not key:
        raise DomainError("idempotency-key-missing", 400)
    if len(key) > 255 or not all(" " <= char <= "~" for char in key):
        raise DomainError("idempotency-key-invalid", 400)
    return key


def fingerprint(content: Any) -> str:
    """A digest of JSON-like content in which the order of names does not matter."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]
