"""Write the audit trail, only here and by one writer at a time; and check it, a piece at a time."""

import logging
from collections.abc import Sequence

from sqlalchemy import Select, select, text

from livedrop.audit.chain import GENESIS, digest
from livedrop.audit.events import AuditCheckAsked, AuditChecked
from livedrop.audit.models import AuditCheck, AuditEntry
from livedrop.audit.verify import Anchor, Walk, head
from livedrop.lib import failpoints
from livedrop.lib.db import Tx, transaction
from livedrop.outbox.acknowledge import acknowledge
from livedrop.outbox.commands import AUDIT_JOB
from livedrop.outbox.models import OutboxEvent
from livedrop.outbox.record import record

log = logging.getLogger(__name__)

PIECE = 2000  # entries of the chain looked at in one transaction: a tenth of a second
TOLD = 20  # sentences kept of what is wrong; one is enough to be alarmed
ONE_WRITER = text("SELECT pg_advisory_xact_lock(hashtext('audit_entries'))")
ONE_CHECK = text("SELECT pg_advisory_xact_lock(hashtext('audit_checks'))")


def write_entries(*, event_ids: Sequence[int]) -> int:
    """Give each event that has none its entry, oldest first, and acknowledge them all; how many.

    Guarantees one entry per event and one chain without gaps, whoever runs at the same time.
    """
    with transaction() as tx:
        tx.execute(ONE_WRITER)  # before reading: whoever waited here sees what the other wrote
        events = _without_entry(tx, event_ids)
        last = _head(tx)
        for event in events:
            last = _next(last, event)
            tx.add(last)
        tx.session.flush()
        failpoints.reach("mid_chunk")
        acknowledge(tx, event_ids, AUDIT_JOB)
    return len(events)


def _without_entry(tx: Tx, event_ids: Sequence[int]) -> list[OutboxEvent]:
    written = select(AuditEntry.id).where(AuditEntry.event_id == OutboxEvent.id)
    wanted = select(OutboxEvent).where(OutboxEvent.id.in_(event_ids), ~written.exists())
    return list(tx.session.scalars(wanted.order_by(OutboxEvent.id)))


def _head(tx: Tx) -> AuditEntry | None:
    return tx.session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))


def _next(last: AuditEntry | None, event: OutboxEvent) -> AuditEntry:
    entry = AuditEntry(
        id=last.id + 1 if last else 1,
        event_id=event.id,
        at=event.at,
        actor_id=event.actor_id,
        origin=event.origin,
        request_id=event.request_id,
        action=event.kind,
        subject=event.subject,
        payload=event.payload,
        previous=last.hash if last else GENESIS,
    )
    entry.hash = digest(entry.previous, entry)
    return entry


def ask_check(*, by: int | None = None, anchor: Anchor | None = None) -> int:
    """Have the whole chain walked along, once more than before; the check's id.

    It has to come by `anchor`, by its present end, and by where the last check found it whole. One
    that is under way already is waited for instead, unless it does not know the anchor. Records
    AuditCheckAsked.
    """
    with transaction() as tx:
        tx.execute(ONE_CHECK)
        under_way = tx.session.scalar(_open().limit(1))
        if under_way is not None and anchor is None:
            return under_way.id
        end = head()
        check = AuditCheck(
            asked_by=by,
            goal=end.id,
            goal_hash=end.hash,
            anchor=str(anchor) if anchor else None,
            reached_hash=GENESIS,
        )
        tx.add(check)
        tx.session.flush()
        record(tx, AuditCheckAsked(id=check.id, actor_id=by))
        return check.id


def check_on() -> bool:
    """Go on with the check that was asked for first, by a piece; whether there was one to go on
    with. Records AuditChecked at its end. Whoever does so at the same time passes it over."""
    with transaction() as tx:
        check = tx.session.scalar(_open().limit(1).with_for_update(skip_locked=True))
        if check is None:
            return False
        broken = _walk_on(tx, check)
    if broken:
        log.critical("the audit trail is not what was written: %s", broken)
    return True


def _walk_on(tx: Tx, check: AuditCheck) -> str | None:
    """The first thing that is wrong, if this was the last piece and something is."""
    walk = Walk(_anchors(tx, check), check.reached, check.reached_hash)
    entries = select(*AuditEntry.__table__.columns).order_by(AuditEntry.id).limit(PIECE)
    ahead = entries.where(AuditEntry.id > check.reached, AuditEntry.id <= check.goal)
    rows = tx.session.execute(ahead).all()
    found = [*check.found, *(words for entry in rows for words in walk.to(entry))]
    check.reached, check.reached_hash = walk.id, walk.hash
    if len(rows) < PIECE:
        found += walk.end()
        check.ended_at = tx.clock()
        record(tx, AuditChecked(id=check.id, actor_id=check.asked_by, wrong=len(found)))
    check.found = found[:TOLD]
    return found[0] if found and check.ended_at else None


def _anchors(tx: Tx, check: AuditCheck) -> dict[int, bytes]:
    """What it has to come by, the end it was asked for included."""
    whole = select(AuditCheck.goal, AuditCheck.goal_hash).where(
        AuditCheck.ended_at.is_not(None), AuditCheck.found == [], AuditCheck.id < check.id
    )
    last = tx.session.execute(whole.order_by(AuditCheck.id.desc()).limit(1)).one_or_none()
    anchors = {check.goal: check.goal_hash} | ({last[0]: last[1]} if last else {})
    if check.anchor:
        brought = Anchor.parse(check.anchor)
        anchors[brought.id] = brought.hash
    return {id: hash for id, hash in anchors.items() if id}


def _open() -> Select[AuditCheck]:
    return select(AuditCheck).where(AuditCheck.ended_at.is_(None)).order_by(AuditCheck.id)
