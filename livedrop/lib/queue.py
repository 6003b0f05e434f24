"""The only import of RQ: enqueue listed jobs with ids, and serve one queue.

RQ carries, it promises nothing: a job may be lost with its worker, or run twice. The promise is
the outbox's, which hands over again what nobody acknowledged; so nothing is retried here.

What lies in Redis is not believed either. A job there names a function by its import path, and
plain RQ runs whatever it names, `os.system` too. Here a job carries the name of one on the list,
and ids; anything else is refused and logged.
"""

import logging
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import rq
from rq.job import Job as RqJob
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException as Hung
from rq.utils import utcparse
from rq.worker import SimpleWorker

from livedrop.lib import failpoints
from livedrop.lib.metrics import Timing
from livedrop.lib.redis import RedisError, connect

__all__ = ["TIMEOUT", "Hung", "Job", "Queues", "Refused", "run_plainly"]

JOBS = Timing(
    "livedrop_job_duration_seconds",
    "Seconds a job takes, by whether it ended well.",
    ("job", "outcome"),
    bounds=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
)

log = logging.getLogger(__name__)

TIMEOUT = 30  # seconds a job may run; it is a chunk, so anything longer is a hang
WAITING = 600  # seconds a job is worth something in its queue; by then it was handed over again
FAILED = 3600  # seconds a failed job can be looked at
PATIENCE = 2.0  # seconds for one call to Redis while enqueueing
MAINTENANCE = 30  # seconds between two looks at what dead workers left
WORKER = 30  # seconds a worker may be silent; half of it is how long it waits for a job
RESTART = 1.0  # seconds before a worker that lost Redis starts again


@dataclass(frozen=True, slots=True)
class Job:
    """A function that may be asked for through Redis, by `name`: ids in, one command.

    It may run twice and at the same time as itself, and must not mind.
    """

    name: str
    queue: str
    run: Callable[[list[int]], object]


def run_plainly(job: Job, ids: list[int]) -> object:
    """Run a job; it ends as it ends."""
    return job.run(ids)


@dataclass(frozen=True, slots=True)
class Lag:
    """How many jobs wait in a queue, and for how many seconds the first of them."""

    queue: str
    waiting: int
    seconds: float


class Refused(Exception):
    """A job in Redis that we never put there."""


class Queues:
    """The queues of the jobs on the list; no other function can be reached through them."""

    def __init__(self, redis_url: str, jobs: Iterable[Job]) -> None:
        self.jobs = {job.name: job for job in jobs}
        self._url = redis_url
        self._redis = connect(redis_url, PATIENCE)

    @property
    def names(self) -> set[str]:
        return {job.queue for job in self.jobs.values()}

    def enqueue(self, job: Job, chunks: Sequence[Sequence[int]]) -> None:
        """Ask for one run of `job` per chunk of ids, in one round trip.

        Raises `RedisError` when it may not have worked; asking again is harmless.
        """
        if self.jobs.get(job.name) is not job:
            raise Refused(f"{job.name} is not on the list")
        queue = rq.Queue(job.queue, connection=self._redis, serializer=JSONSerializer)
        queue.enqueue_many(
            [
                rq.Queue.prepare_data(
                    job.name,
                    args=[list(ids)],
                    timeout=TIMEOUT,
                    ttl=WAITING,
                    result_ttl=0,
                    failure_ttl=FAILED,
                    description=job.name,
                )
                for ids in chunks
            ]
        )

    def waiting(self, job: Job) -> bool:
        """Whether anything waits in the queue of this job. Raises `RedisError`."""
        queue = rq.Queue(job.queue, connection=self._redis, serializer=JSONSerializer)
        return queue.count > 0

    def lags(self) -> list[Lag]:
        """How every queue stands, by name. Raises `RedisError`."""
        return [self._lag(name) for name in sorted(self.names)]

    def _lag(self, name: str) -> Lag:
        queue = rq.Queue(name, connection=self._redis, serializer=JSONSerializer)
        first = queue.get_job_ids(0, 1)
        seconds = 0.0
        if first:
            # By the clock of who asks Redis: it is for looking at, and off by what the hosts are.
            key, now = RqJob.key_for(first[0]), self._redis.time()
            enqueued = self._redis.hget(key, "enqueued_at")
            if isinstance(enqueued, bytes):
                at = utcparse(enqueued.decode())
                seconds = max(0.0, now[0] + now[1] / 1e6 - at.timestamp())
        return Lag(name, queue.count, seconds)

    def serve(
        self,
        queue: str,
        around: Callable[[], AbstractContextManager[object]],
        *,
        run: Callable[[Job, list[int]], object] = run_plainly,
        burst: bool = False,
    ) -> None:
        """Work on one queue until SIGTERM or SIGINT; with `burst`, until it is empty.

        Each job is run by `run` inside `around()`, into which `Hung` is raised after `TIMEOUT`.
        One queue only: with two, RQ takes jobs off in a way that loses one whose worker dies right
        then. Losing Redis ends nothing: it starts again.
        """
        measured = partial(_measured, run)
        allowed = {
            name: partial(measured, job) for name, job in self.jobs.items() if job.queue == queue
        }
        if not allowed:
            raise ValueError(f"nothing is ever enqueued on {queue}")
        job_class = type("ListedJob", (_ListedJob,), {"allowed": allowed})
        with _own_signals():
            while not _Worker.work_on(queue, self._url, job_class, around, burst) and not burst:
                _exit_on_signals()
                time.sleep(RESTART)


def _measured(run: Callable[[Job, list[int]], object], job: Job, ids: list[int]) -> object:
    begun, outcome = time.monotonic(), "failed"
    try:
        result = run(job, ids)
        outcome = "done"
        return result
    finally:
        JOBS.note(time.monotonic() - begun, job.name, outcome)


class _ListedJob(RqJob):
    """A job that runs only what is on the list, and nothing before or after it."""

    allowed: dict[str, Callable[[list[int]], object]]

    @property
    def func(self) -> Callable[..., object]:
        run = self.allowed.get(self.func_name or "")
        if run is None or self.instance is not None:
            raise Refused(f"{self.func_name!r} is not on the list of this queue")
        return run

    def restore(self, raw_data: Any) -> Any:
        """Read a job, without the callbacks and webhooks that only somebody else can have set."""
        super().restore(raw_data)
        self._success_callback_name = None
        self._failure_callback_name = None
        self._stopped_callback_name = None
        self.webhooks = []


class _Worker(SimpleWorker):
    """Runs jobs in its own process, one at a time; takes no orders through Redis."""

    max_connection_wait_time = 2.0  # seconds between attempts to reach Redis
    around: Callable[[], AbstractContextManager[object]]

    @classmethod
    def work_on(
        cls,
        queue: str,
        redis_url: str,
        job_class: type[RqJob],
        around: Callable[[], AbstractContextManager[object]],
        burst: bool,
    ) -> bool:
        """Work until told to stop (True) or until Redis is lost (False)."""
        worker = None
        connection = connect(redis_url, PATIENCE)
        try:
            worker = cls(
                [queue],
                connection=connection,
                job_class=job_class,
                serializer=JSONSerializer,
                maintenance_interval=MAINTENANCE,
                worker_ttl=WORKER,
                default_result_ttl=0,
                exception_handlers=[_alarm],
            )
            worker.around = around
            worker.work(burst=burst, logging_level="WARNING")
        except RedisError as error:
            log.warning("worker of %s lost Redis: %s", queue, error)
        finally:
            connection.close()
        return worker is not None and worker._shutdown_requested_date is not None

    def execute_job(self, *args: Any, **kwargs: Any) -> None:
        failpoints.reach("after_pop")
        super().execute_job(*args, **kwargs)

    def perform_job(self, *args: Any, **kwargs: Any) -> bool:
        with self.around():
            return super().perform_job(*args, **kwargs)

    def subscribe(self) -> None:
        """Do not listen for RQ's commands: a supervisor stops workers, nobody else."""


def _alarm(job: RqJob, kind: type[BaseException], error: BaseException, trace: Any) -> bool:
    """Say loudly that somebody else writes into our Redis; then let RQ put the job aside."""
    if isinstance(error, Refused):
        log.critical("refused job %s in queue %s: %s", job.id, job.origin, error)
    return True


SIGNALS = (signal.SIGTERM, signal.SIGINT)


def _exit_on_signals() -> None:
    """Between two lives of a worker a signal just ends the process; else RQ sees to it."""
    for number in SIGNALS:
        signal.signal(number, lambda *_: sys.exit(0))


@contextmanager
def _own_signals() -> Iterator[None]:
    """Give back what was done on a signal before."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    _exit_on_signals()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
