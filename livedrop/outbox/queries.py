"""What is in the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text, type_coerce

from livedrop.extensions import db
from livedrop.lib.db import Instant
from livedrop.outbox.models import OutboxAttempt, OutboxEvent

LETTERS = 200  # shown at once, the oldest first


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A job that was given up for an event, at `dead_at`."""

    event_id: int
    job: str
    kind: str
    subject: str
    attempts: int
    last_error: str
    dead_at: datetime


def dead_letters() -> list[DeadLetter]:
    """What was given up, the oldest first, at most `LETTERS`."""
    question = (
        select(
            OutboxAttempt.event_id,
            OutboxAttempt.job,
            OutboxEvent.kind,
            OutboxEvent.subject,
            OutboxAttempt.attempts,
            func.coalesce(OutboxAttempt.last_error, ""),
            type_coerce(OutboxAttempt.dead_at, Instant),
        )
        .join(OutboxEvent, OutboxEvent.id == OutboxAttempt.event_id)
        .where(OutboxAttempt.dead_at.is_not(None))
        .order_by(OutboxAttempt.dead_at, OutboxAttempt.event_id, OutboxAttempt.job)
        .limit(LETTERS)
    )
    return [DeadLetter(*row) for row in db.session.execute(question)]


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many events wait to be heard, for how many seconds the first, how many were given up."""

    events: int
    seconds: float
    dead: int


BACKLOG = text("""
    SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(at)), 0),
        (SELECT count(*) FROM outbox_attempts WHERE dead_at IS NOT NULL)
    FROM outbox_events WHERE awaiting IS DISTINCT FROM '{}'
""")


def backlog() -> Backlog:
    """What the outbox still has to do."""
    events, seconds, dead = db.session.execute(BACKLOG).one()
    return Backlog(events, float(seconds), dead)


def subjects(event_ids: Sequence[int]) -> list[str]:
    """What these events are about, without repetition, in the order in which it happened."""
    question = (
        select(OutboxEvent.subject)
        .where(OutboxEvent.id.in_(event_ids))
        .group_by(OutboxEvent.subject)
        .order_by(func.min(OutboxEvent.id))
    )
    return list(db.session.scalars(question))
