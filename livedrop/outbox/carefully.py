"""Run a job so that an event that spoils it spoils nothing else.

First all ids together, as it should be. If that fails, each alone: what succeeds is done, and
what fails is the poison. A job that hangs or kills its process cannot be caught, but it was
counted before it began, so whoever comes next tries its ids one by one, too.
"""

import logging
from collections.abc import Sequence
from time import monotonic

from livedrop.extensions import db
from livedrop.lib import traces
from livedrop.lib.queue import TIMEOUT, Hung, Job
from livedrop.outbox import commands
from livedrop.outbox.queries import traces_of

log = logging.getLogger(__name__)

# Seconds after which none is tried alone any more, so that each has as long: the rest is handed
# over again, not counted.
ALONE_UNTIL = TIMEOUT / 2


def carefully(job: Job, event_ids: list[int]) -> None:
    """Run `job` with those of its events that await it and may be tried now.

    Guarantees that each was counted before it was tried, and that what fails ends as a dead
    letter. Raises `Hung` when time is up, and what the database raises while it is away.
    """
    if not event_ids:
        job.run([])  # it finds by itself what there is to do
        return
    known = traces_of(event_ids) if traces.on() else ()
    with traces.after(f"job {job.name}", known, events=len(event_ids)):
        _carefully(job, event_ids)


def _carefully(job: Job, event_ids: list[int]) -> None:
    until = monotonic() + ALONE_UNTIL
    tries = commands.begin(event_ids=event_ids, job=job.name)
    for event_id in _spoiled_together(job, tries.first):
        if monotonic() < until:
            _alone(job, event_id)
    for event_id in tries.again:
        if monotonic() < until and commands.begin_again(event_id=event_id, job=job.name):
            _alone(job, event_id)


def _spoiled_together(job: Job, event_ids: list[int]) -> Sequence[int]:
    """Try all at once; those of them that have to be tried alone."""
    if len(event_ids) < 2:
        return event_ids
    try:
        job.run(event_ids)
    except Hung:
        raise
    except Exception:
        log.warning("%s failed with %d events; now one by one", job.name, len(event_ids))
        db.session.rollback()
        return event_ids
    commands.done(event_ids=event_ids, job=job.name)
    return ()


def _alone(job: Job, event_id: int) -> None:
    try:
        job.run([event_id])
    except Exception as error:
        log.warning("%s failed with event %d", job.name, event_id, exc_info=True)
        db.session.rollback()
        commands.failed(event_id=event_id, job=job.name, error=f"{type(error).__name__}: {error}")
        if isinstance(error, Hung):
            raise
    else:
        commands.done(event_ids=[event_id], job=job.name)
