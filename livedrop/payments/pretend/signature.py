"""How the receiver of a callback knows that it is the provider's, and from just now. Pure."""

import hashlib
import hmac
import re

HEADER = "Pretend-Signature"
TOLERANCE = 300  # seconds a callback may be old, or ahead of the receiver's clock
FORM = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")


def secret(secret_key: str) -> bytes:
    """What both ends sign with; not the application's own key, which is for its own eyes."""
    return hmac.digest(secret_key.encode(), b"pretend provider's callbacks", "sha256")


def sign(body: bytes, *, secret: bytes, at: int) -> str:
    """The header's value for a body sent at `at`, in seconds since the epoch."""
    return f"t={at},v1={_mac(body, secret, at)}"


def sent_at(body: bytes, signature: str, *, secret: bytes) -> int | None:
    """When a body was sent, if its signature is genuine: the same time for every wrong one."""
    match = FORM.fullmatch(signature)
    at = int(match[1]) if match else 0
    claimed = match[2] if match else ""
    genuine = hmac.compare_digest(_mac(body, secret, at), claimed)
    return at if genuine and match else None


def _mac(body: bytes, secret: bytes, at: int) -> str:
    return hmac.new(secret, str(at).encode() + b"." + body, hashlib.sha256).hexdigest()
