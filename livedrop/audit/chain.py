"""How audit entries hang together: each one's hash covers its content and the hash before. Pure."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, Protocol

GENESIS = bytes(32)  # the hash before the first entry


class Entry(Protocol):
    """What the hash of an entry covers."""

    @property
    def id(self) -> int: ...
    @property
    def event_id(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor_id(self) -> int | None: ...
    @property
    def origin(self) -> str | None: ...
    @property
    def request_id(self) -> str | None: ...
    @property
    def action(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def payload(self) -> dict[str, Any]: ...


def digest(previous: bytes, entry: Entry) -> bytes:
    """The hash of an entry that follows the entry whose hash is `previous`: SHA-256, 32 bytes."""
    return hashlib.sha256(previous + canonical(entry)).digest()


def canonical(entry: Entry) -> bytes:
    """The entry as JSON that is the same wherever it is made: sorted names, UTC, no spaces."""
    content = {
        "id": entry.id,
        "event_id": entry.event_id,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_id": entry.actor_id,
        "origin": entry.origin,
        "action": entry.action,
        "subject": entry.subject,
        "payload": entry.payload,
    }
    if entry.request_id is not None:  # what was written before they were kept has none
        content["request_id"] = entry.request_id
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
