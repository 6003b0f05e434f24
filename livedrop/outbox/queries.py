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


def traces_of(event_ids: Sequence[int]) -> list[str]:
    """The traces that these events are steps of."""
    question = (
        select(OutboxEvent.trace)
        .where(OutboxEvent.id.in_(event_ids), OutboxEvent.trace.is_not(None))
        .order_by(OutboxEvent.id)
    )
    return list(db.session.scalars(question))


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


@dataclass(frozen=True, slots=True)
class Waiting:
    """Events that await a job: how many, up to `MOST`, and for how many seconds the first."""

    job: str
    events: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Leases:
    """What relays hold: events handed over and not carried out yet, those that are free to be, for
    how many seconds the first of these is, and how often one was handed over at most."""

    held: int
    free: int
    seconds: float
    handovers: int


@dataclass(frozen=True, slots=True)
class Retry:
    """A job that was begun with an event and has not succeeded."""

    event_id: int
    job: str
    kind: str
    subject: str
    attempts: int
    begun_at: datetime
    next_at: datetime
    last_error: str


MOST = 10_000  # unfinished events looked at: beyond, it is known that there are too many
RETRIES = 50  # shown at once
UNFINISHED = "(SELECT * FROM outbox_events WHERE awaiting IS DISTINCT FROM '{}' LIMIT :most)"
AWAITED = text(f"""
    SELECT coalesce(job, 'relay'), count(*), extract(epoch FROM clock_timestamp() - min(at))
    FROM {UNFINISHED} AS event LEFT JOIN LATERAL unnest(awaiting) AS job ON true
    GROUP BY job ORDER BY job
""")
LEASES = text(f"""
    SELECT count(*) FILTER (WHERE leased_until > clock.now),
        count(*) FILTER (WHERE leased_until <= clock.now),
        coalesce(extract(epoch FROM max(clock.now - leased_until)
            FILTER (WHERE leased_until <= clock.now)), 0),
        coalesce(max(handovers), 0)
    FROM (SELECT clock_timestamp() AS now) AS clock, {UNFINISHED} AS event
""")


def awaited() -> list[Waiting]:
    """How many events await each job; those that no relay has looked at yet await `relay`."""
    rows = db.session.execute(AWAITED, {"most": MOST})
    return [Waiting(job, events, float(seconds)) for job, events, seconds in rows]


def leases() -> Leases:
    held, free, seconds, handovers = db.session.execute(LEASES, {"most": MOST}).one()
    return Leases(held, free, float(seconds), handovers)


def retries() -> list[Retry]:
    """What is tried again soonest, first, at most `RETRIES`; a first attempt that is under way is
    none yet."""
    question = (
        select(
            OutboxAttempt.event_id,
            OutboxAttempt.job,
            OutboxEvent.kind,
            OutboxEvent.subject,
            OutboxAttempt.attempts,
            type_coerce(OutboxAttempt.begun_at, Instant),
            type_coerce(OutboxAttempt.next_at, Instant),
            func.coalesce(OutboxAttempt.last_error, ""),
        )
        .join(OutboxEvent, OutboxEvent.id == OutboxAttempt.event_id)
        .where(
            OutboxAttempt.dead_at.is_(None),
            (OutboxAttempt.attempts > 1) | OutboxAttempt.last_error.is_not(None),
        )
        .order_by(OutboxAttempt.next_at, OutboxAttempt.event_id, OutboxAttempt.job)
        .limit(RETRIES)
    )
    return [Retry(*row) for row in db.session.execute(question)]


def find_dead_letter(event_id: int, job: str) -> str | None:
    """What happened in the event that this job was given up for; None if there is no such."""
    question = select(OutboxEvent.kind).join(
        OutboxAttempt, OutboxAttempt.event_id == OutboxEvent.id
    )
    letter = question.where(
        OutboxAttempt.event_id == event_id,
        OutboxAttempt.job == job,
        OutboxAttempt.dead_at.is_not(None),
    )
    kind: str | None = db.session.scalar(letter)
    return kind
