"""Write the audit trail. Only here: one writer at a time, however many processes ask."""

from collections.abc import Sequence

from sqlalchemy import select, text

from livedrop.audit.chain import GENESIS, digest
from livedrop.audit.models import AuditEntry
from livedrop.lib import failpoints
from livedrop.lib.db import Tx, transaction
from livedrop.outbox.acknowledge import acknowledge
from livedrop.outbox.models import OutboxEvent

JOB = "audit"  # the name under which events await their entry
ONE_WRITER = text("SELECT pg_advisory_xact_lock(hashtext('audit_entries'))")


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
        acknowledge(tx, event_ids, JOB)
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
