"""Read the whole audit trail and say where it was tampered with.

What the chain cannot show by itself is a cut tail and a trail that was rewritten from the start:
for that, keep an `Anchor` outside this database and verify against it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from livedrop.audit.chain import GENESIS, digest
from livedrop.audit.models import AuditEntry
from livedrop.extensions import db

CHUNK = 1000  # entries read at once


@dataclass(frozen=True, slots=True)
class Anchor:
    """The end of the chain as it was once; as text `<id>:<hash in hex>`."""

    id: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.id}:{self.hash.hex()}"

    @classmethod
    def parse(cls, text: str) -> "Anchor":
        """Read what `str` wrote. Raises `ValueError`."""
        position, _, digits = text.partition(":")
        return cls(int(position), bytes.fromhex(digits))


def head() -> Anchor:
    """The end of the chain now; id 0 while it is empty."""
    question = select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    last = db.session.execute(question).one_or_none()
    return Anchor(*last) if last else Anchor(0, GENESIS)


def problems(anchor: Anchor | None = None) -> Iterator[str]:
    """One sentence for each place where the chain is broken, or does not lead to `anchor`."""
    last_id, last_hash = 0, GENESIS
    anchored = anchor is None or anchor.id == 0
    for entry in _entries():
        if entry.id != last_id + 1:
            yield f"audit entry {entry.id} follows {last_id}: something was removed or inserted"
        if entry.previous != last_hash:
            yield f"audit entry {entry.id} is not chained to entry {last_id}"
        if entry.hash != digest(entry.previous, entry):
            yield f"audit entry {entry.id} is not what was written"
        if anchor and anchor.id == entry.id:
            anchored = True
            if anchor.hash != entry.hash:
                yield f"audit entry {entry.id} is not the one that was anchored"
        last_id, last_hash = entry.id, entry.hash
    if anchor and not anchored:
        yield f"the audit trail ends at {last_id}, before the anchored entry {anchor.id}"


def _entries() -> Iterator[Row[Any]]:
    """All entries in the order of their ids, read piece by piece and not as objects to keep."""
    after = 0
    everything = select(*AuditEntry.__table__.columns).order_by(AuditEntry.id).limit(CHUNK)
    while piece := db.session.execute(everything.where(AuditEntry.id > after)).all():
        yield from piece
        after = piece[-1].id
