"""Count the tries of jobs with events, before they begin: who never comes back counts, too.

An attempt is a row from before its run until its success, so that what is left over tells of a
run that failed, hung or took its process with it. What has one is tried alone from then on, ever
later, and after `ATTEMPTS` given up: a dead letter, which nobody awaits and an operator sees.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from livedrop.lib.db import Tx
from livedrop.outbox.acknowledge import acknowledge

ATTEMPTS = 8  # in about ten minutes
LONGEST_WAIT = 300  # seconds between two tries
ERROR_LENGTH = 500  # characters kept of what went wrong

# Only what still awaits the job: copies of a chunk that was handed over again cost nothing.
OPEN = text(
    "SELECT event.id, attempts FROM outbox_events AS event"
    " LEFT JOIN outbox_attempts ON event_id = event.id AND job = :job"
    " WHERE event.id = ANY(CAST(:ids AS bigint[])) AND :job = ANY(awaiting)"
    " AND coalesce(next_at <= statement_timestamp(), true) ORDER BY event.id"
)
# In id order, as everybody who changes several of them.
FIRST = text(
    "INSERT INTO outbox_attempts (event_id, job)"
    " SELECT id, :job FROM unnest(CAST(:ids AS bigint[])) AS id ORDER BY id"
    " ON CONFLICT DO NOTHING"
)
LOCK = text(
    "SELECT attempts FROM outbox_attempts WHERE event_id = :id AND job = :job"
    " AND dead_at IS NULL AND next_at <= clock_timestamp() FOR UPDATE"
)
# Three times as long each time, less up to half by chance: what failed together comes apart.
AGAIN = text(
    "UPDATE outbox_attempts SET attempts = attempts + 1, begun_at = clock_timestamp(),"
    " next_at = clock_timestamp() + make_interval("
    "  secs => least(3.0 ^ attempts, :longest) * (0.5 + random() / 2))"
    " WHERE event_id = :id AND job = :job"
)
DONE = text(
    "WITH done AS ("
    "  SELECT event_id FROM outbox_attempts"
    "  WHERE event_id = ANY(CAST(:ids AS bigint[])) AND job = :job AND dead_at IS NULL"
    "  ORDER BY event_id FOR UPDATE)"
    " DELETE FROM outbox_attempts WHERE job = :job AND event_id IN (SELECT event_id FROM done)"
)
FAILED = text(
    "UPDATE outbox_attempts SET last_error = :error"
    " WHERE event_id = :id AND job = :job AND dead_at IS NULL RETURNING attempts, next_at"
)
# Without its lease: the relay that is about to mark it has no say any more.
HAND_OVER = text("UPDATE outbox_events SET lease = NULL, leased_until = :at WHERE id = :id")
BURIED = text(
    "UPDATE outbox_attempts SET dead_at = clock_timestamp(), last_error = :error"
    " WHERE event_id = :id AND job = :job"
)
FORGET = text(
    "DELETE FROM outbox_attempts WHERE event_id = :id AND job = :job AND dead_at IS NOT NULL"
)
AWAIT = text(
    "UPDATE outbox_events SET awaiting = array_append(array_remove(awaiting, :job), :job),"
    " lease = NULL, leased_until = clock_timestamp(), handovers = 0 WHERE id = :id"
)


@dataclass(frozen=True, slots=True)
class Tries:
    """Ids a job may be run with now: for the `first` time, together; or `again`, each alone."""

    first: list[int]
    again: list[int]


def begin(tx: Tx, event_ids: Sequence[int], job: str) -> Tries:
    """Count a first attempt with each that has none; say with which the job may be run."""
    found = tx.execute(OPEN, {"ids": list(event_ids), "job": job}).all()
    first = [row.id for row in found if row.attempts is None]
    if first:
        tx.execute(FIRST, {"ids": first, "job": job})
    return Tries(first, [row.id for row in found if row.attempts is not None])


def begin_again(tx: Tx, event_id: int, job: str) -> bool | None:
    """Count a further attempt: whether it may be made, or None if it has just been given up."""
    attempts = tx.execute(LOCK, {"id": event_id, "job": job}).scalar()
    if attempts is None:
        return False  # somebody else is at it, or was
    if attempts >= ATTEMPTS:
        bury(tx, event_id, job, "it hung, or took its process with it")
        return None
    tx.execute(AGAIN, {"id": event_id, "job": job, "longest": LONGEST_WAIT})
    return True


def done(tx: Tx, event_ids: Sequence[int], job: str) -> None:
    """End these attempts; nobody has to know of them."""
    tx.execute(DONE, {"ids": list(event_ids), "job": job})


def failed(tx: Tx, event_id: int, job: str, error: str) -> bool:
    """Keep what went wrong and let the event be handed over when its wait is over; or give it up,
    if this was its last attempt: whether it was."""
    params = {"id": event_id, "job": job, "error": error[:ERROR_LENGTH]}
    attempt = tx.execute(FAILED, params).one_or_none()
    if attempt is None:
        return False  # somebody else did it meanwhile
    if attempt.attempts >= ATTEMPTS:
        bury(tx, event_id, job, error)
        return True
    tx.execute(HAND_OVER, {"id": event_id, "at": attempt.next_at})
    return False


def bury(tx: Tx, event_id: int, job: str, error: str) -> None:
    """Make it a dead letter, which the event no longer awaits."""
    tx.execute(BURIED, {"id": event_id, "job": job, "error": error[:ERROR_LENGTH]})
    acknowledge(tx, [event_id], job)


def forget(tx: Tx, event_id: int, job: str) -> bool:
    """Take a dead letter away; whether there was one."""
    return bool(tx.execute(FORGET, {"id": event_id, "job": job}).rowcount)


def await_again(tx: Tx, event_id: int, job: str) -> None:
    """Let the event be handed over to this job once more, at once."""
    tx.execute(AWAIT, {"id": event_id, "job": job})
