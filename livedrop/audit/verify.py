"""Read the whole audit trail and say where it was tampered with.

What the chain cannot show by itself is a cut tail and a trail that was rewritten from the start:
for that, keep an `Anchor` outside this database and verify against it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from livedrop.audit.chain import GENESIS, digest
from livedrop.audit.models import AuditEntry
from livedrop.extensions import db

CHUNK = 1000  # entries read at once


@dataclass(frozen=True, slots=True)
class Anchor:
    """The end of the chain as it was once; as text `<id>:<hash in hex>`. What follows behind a
    space, such as when that was, is for who reads it."""

    id: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.id}:{self.hash.hex()}"

    @classmethod
    def parse(cls, text: str) -> "Anchor":
        """Read what `str` wrote. Raises `ValueError`."""
        position, _, digits = text.partition(":")
        anchor = cls(int(position), bytes.fromhex(digits.split()[0] if digits.split() else ""))
        if anchor.id < 0 or len(anchor.hash) != len(GENESIS):
            raise ValueError(text)
        return anchor


def head() -> Anchor:
    """The end of the chain now; id 0 while it is empty."""
    question = select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    last = db.session.execute(question).one_or_none()
    return Anchor(*last) if last else Anchor(0, GENESIS)


@dataclass(slots=True)
class Walk:
    """Along the chain, entry by entry from its beginning: `id` and `hash` are those of the entry it
    has come to, so that it can be broken off and gone on with. `anchors` are hashes by id that it
    has to come by."""

    anchors: Mapping[int, bytes]
    id: int = 0
    hash: bytes = GENESIS

    def to(self, entry: Any) -> Iterator[str]:
        """Go on to the next entry; one sentence for each thing that is wrong there."""
        if entry.id != self.id + 1:
            yield f"audit entry {entry.id} follows {self.id}: something was removed or inserted"
        if entry.previous != self.hash:
            yield f"audit entry {entry.id} is not chained to entry {self.id}"
        if entry.hash != digest(entry.previous, entry):
            yield f"audit entry {entry.id} is not what was written"
        if self.anchors.get(entry.id, entry.hash) != entry.hash:
            yield f"audit entry {entry.id} is not the one that was anchored"
        for anchored in self.anchors:
            if self.id < anchored < entry.id:
                yield f"the anchored entry {anchored} is gone"
        self.id, self.hash = entry.id, entry.hash

    def end(self) -> Iterator[str]:
        """There are no more: one sentence for each anchor it never came by."""
        for anchored in sorted(self.anchors):
            if anchored > self.id:
                yield f"the audit trail ends at {self.id}, before the anchored entry {anchored}"


def problems(anchor: Anchor | None = None) -> Iterator[str]:
    """One sentence for each place where the chain is broken, or does not lead to `anchor`."""
    walk = Walk({anchor.id: anchor.hash} if anchor and anchor.id else {})
    for entry in _entries():
        yield from walk.to(entry)
    yield from walk.end()


def _entries() -> Iterator[Row[Any]]:
    """All entries in the order of their ids, read piece by piece and not as objects to keep."""
    after = 0
    everything = select(*AuditEntry.__table__.columns).order_by(AuditEntry.id).limit(CHUNK)
    while piece := db.session.execute(everything.where(AuditEntry.id > after)).all():
        yield from piece
        after = piece[-1].id
