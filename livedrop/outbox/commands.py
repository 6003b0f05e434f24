"""What is done to the outbox besides writing into it: trying, acknowledging, and forgetting."""

import logging
from collections.abc import Sequence

from sqlalchemy import text

from livedrop.lib.checks import reason_given
from livedrop.lib.chunks import Looked
from livedrop.lib.db import transaction
from livedrop.lib.errors import DomainError, NotFound
from livedrop.outbox import acknowledge as steps
from livedrop.outbox import attempts
from livedrop.outbox.events import DeadLetterDiscarded, DeadLetterRequeued
from livedrop.outbox.record import record

log = logging.getLogger(__name__)

CHUNK = 1000  # rows looked at in one transaction
AUDIT_JOB = "audit"  # the name under which events await their entry in the trail

# Done means that everybody who awaited it did their part, the audit entry included, and that none
# was given up: a dead letter is worth nothing without its event.
PURGE = text(
    "WITH looked AS ("
    "  SELECT id, at < clock_timestamp() - interval '7 days' AS old FROM outbox_events"
    "  WHERE id > :after ORDER BY id LIMIT :chunk),"
    " gone AS ("
    "  DELETE FROM outbox_events WHERE id IN (SELECT id FROM looked WHERE old)"
    "  AND awaiting = '{}'"
    "  AND NOT EXISTS (SELECT FROM outbox_attempts WHERE event_id = outbox_events.id)"
    "  RETURNING id)"
    " SELECT (SELECT count(*) FROM gone), (SELECT max(id) FROM looked WHERE old)"
)


def acknowledge(*, event_ids: Sequence[int], job: str) -> None:
    """Stop awaiting `job` for these events: for jobs whose effects are other commands."""
    with transaction() as tx:
        steps.acknowledge(tx, event_ids, job)


def begin(*, event_ids: Sequence[int], job: str) -> attempts.Tries:
    """Count a first attempt of `job` with each of these events; with which it may be run now."""
    with transaction() as tx:
        return attempts.begin(tx, event_ids, job)


def begin_again(*, event_id: int, job: str) -> bool:
    """Count a further attempt; whether it may be made. After too many it is given up instead."""
    with transaction() as tx:
        begun = attempts.begin_again(tx, event_id, job)
    if begun is None:
        _say_that_it_was_given_up(event_id, job)
    return bool(begun)


def done(*, event_ids: Sequence[int], job: str) -> None:
    """End these attempts: the job came back, and acknowledged what it has done."""
    with transaction() as tx:
        attempts.done(tx, event_ids, job)


def failed(*, event_id: int, job: str, error: str) -> None:
    """Let `job` be tried again later with this event, or give it up after its last attempt."""
    with transaction() as tx:
        given_up = attempts.failed(tx, event_id, job, error)
    if given_up:
        _say_that_it_was_given_up(event_id, job)


def requeue(*, event_id: int, job: str, reason: str = "", by: int | None = None) -> None:
    """Try a dead letter again from the start. Records it; `by` is None when the operator does it.
    Raises `NotFound`."""
    with transaction() as tx:
        if not attempts.forget(tx, event_id, job):
            raise NotFound
        attempts.await_again(tx, event_id, job)
        record(tx, DeadLetterRequeued(id=event_id, actor_id=by, job=job, reason=reason))


def discard(*, event_id: int, job: str, reason: str, by: int | None = None) -> None:
    """Do without what a dead letter should have done. Records why; `by` as in `requeue`.

    Raises `NotFound`, `Invalid` without a reason, `not-discardable` for the audit trail's, which
    leaves nothing out."""
    reason = reason_given(reason)
    if job == AUDIT_JOB:
        raise DomainError("not-discardable")
    with transaction() as tx:
        if not attempts.forget(tx, event_id, job):
            raise NotFound
        record(tx, DeadLetterDiscarded(id=event_id, actor_id=by, job=job, reason=reason))


def _say_that_it_was_given_up(event_id: int, job: str) -> None:
    log.error("%s was given up for event %d: see `flask dead-letters`", job, event_id)


def purge(after: int) -> Looked:
    """Look at some events behind the id `after`; forget those done and older than seven days."""
    with transaction() as tx:
        return Looked(*tx.execute(PURGE, {"after": after, "chunk": CHUNK}).one())
