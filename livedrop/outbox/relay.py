"""Hand events over to jobs: lease rows, let go of the transaction, enqueue, mark.

It may be killed at any point and there may be several: what was leased and never acknowledged is
handed over again when its lease ends. So everything is handed over at least once, and whoever
hears it must not mind hearing it twice.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from livedrop.lib import failpoints, traces
from livedrop.lib.db import Tx, transaction
from livedrop.lib.queue import Job

log = logging.getLogger(__name__)

BATCH = 1000  # events leased at once
CHUNK = 200  # ids in one job
LONGEST_LEASE = 300  # seconds between two hand-overs of what nobody acknowledges

# A lease also writes down who has to hear the event, so that nobody can acknowledge too early.
# The statement's own clock is fine here, and an index can use it: nothing waits for a lock.
LEASE = text(
    "WITH free AS ("
    "  SELECT id FROM outbox_events"
    "  WHERE awaiting IS DISTINCT FROM '{}' AND leased_until <= statement_timestamp()"
    "  ORDER BY leased_until, id LIMIT :limit FOR UPDATE SKIP LOCKED)"
    " UPDATE outbox_events AS event"
    " SET lease = :lease, leased_until = clock_timestamp() + make_interval(secs => :seconds),"
    "  awaiting = coalesce(awaiting, ARRAY(SELECT jsonb_array_elements_text("
    "   coalesce(CAST(:hears AS jsonb) -> kind, CAST(:always AS jsonb)))))"
    " FROM free WHERE event.id = free.id"
    " RETURNING event.id, event.awaiting, event.kind, event.subject, event.payload,"
    " event.handovers, event.trace"
)
# In id order, as everybody who changes several events locks them. Doubling the lease each time but
# the first keeps a worker that is away for hours from finding its queue full of the same events.
MARK = text(
    "WITH mine AS ("
    "  SELECT id FROM outbox_events"
    "  WHERE id = ANY(CAST(:ids AS bigint[])) AND lease = :lease"
    "  ORDER BY id FOR UPDATE)"
    " UPDATE outbox_events AS event SET handovers = handovers + 1, leased_until = clock_timestamp()"
    "  + make_interval(secs =>"
    "   least(:seconds * 2.0 ^ least(greatest(handovers - 1, 0), 20), :longest))"
    " FROM mine WHERE event.id = mine.id"
)


@dataclass(frozen=True, slots=True)
class Hearers:
    """Who hears what: some jobs every event, some the events of certain kinds."""

    always: Sequence[Job]
    kinds: Mapping[str, Sequence[Job]]

    @property
    def jobs(self) -> dict[str, Job]:
        everyone = [self.always, *self.kinds.values()]
        return {job.name: job for jobs in everyone for job in jobs}

    def names(self, kind: str) -> list[str]:
        return sorted({job.name for job in [*self.always, *self.kinds.get(kind, ())]})


@dataclass(frozen=True, slots=True)
class Happened:
    """What there is to tell of an event at once, without a job."""

    kind: str
    subject: str
    payload: dict[str, Any]
    trace: str | None = None

    @property
    def about(self) -> str:
        """Which one of its kind it is about."""
        return self.subject.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to hand over these events; the names of the jobs that each still awaits.

    `new` are those of them that were never handed over, in the order in which they happened;
    `traces` are those that they are steps of.
    """

    token: UUID
    awaiting: dict[int, list[str]]
    new: Sequence[Happened] = ()
    traces: Sequence[str | None] = ()


def relay(
    hearers: Hearers,
    enqueue: Callable[[Job, Sequence[Sequence[int]]], None],
    lease_seconds: float,
    tell: Callable[[Sequence[Happened]], None] = lambda happened: None,
) -> int:
    """Hand over the events that are free, at most `BATCH`; how many.

    `enqueue` asks for runs of a job with chunks of event ids. When it raises, the events are free
    again after their lease. `tell` hears at once what is new; it must neither wait nor fail.
    """
    with transaction() as tx:
        taken = lease(tx, hearers, lease_seconds)
    tell(taken.new)
    failpoints.reach("before_enqueue")
    with traces.after("outbox relay", taken.traces, events=len(taken.awaiting)):
        for job, ids in _by_job(taken, hearers.jobs):
            enqueue(job, [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)])
        failpoints.reach("after_enqueue")
        if taken.awaiting:
            with transaction() as tx:
                mark(tx, taken, lease_seconds)
    return len(taken.awaiting)


def lease(tx: Tx, hearers: Hearers, seconds: float) -> Lease:
    """Take events that nobody holds, for so many seconds."""
    token = uuid4()
    params = {
        "lease": token,
        "seconds": seconds,
        "limit": BATCH,
        "hears": json.dumps({kind: hearers.names(kind) for kind in hearers.kinds}),
        "always": json.dumps(hearers.names("")),
    }
    rows = sorted(tx.execute(LEASE, params), key=lambda row: row.id)
    new = [
        Happened(row.kind, row.subject, row.payload, row.trace) for row in rows if not row.handovers
    ]
    awaiting = {row.id: row.awaiting for row in rows}
    return Lease(token, awaiting, new, [row.trace for row in rows])


def mark(tx: Tx, taken: Lease, seconds: float) -> int:
    """Write down that `taken` was handed over; how many events were still this lease's.

    A relay that was away for longer than its lease changes nothing: its events have another.
    """
    params = {
        "ids": list(taken.awaiting),
        "lease": taken.token,
        "seconds": seconds,
        "longest": LONGEST_LEASE,
    }
    return tx.execute(MARK, params).rowcount


def _by_job(taken: Lease, jobs: Mapping[str, Job]) -> Iterator[tuple[Job, list[int]]]:
    by_name: dict[str, list[int]] = defaultdict(list)
    for event_id, names in taken.awaiting.items():
        for name in names:
            by_name[name].append(event_id)
    for name, ids in by_name.items():
        if name in jobs:
            yield jobs[name], ids
        else:
            log.error("%d events await %s, which no longer exists", len(ids), name)
