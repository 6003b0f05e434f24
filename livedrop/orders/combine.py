"""Group commit for orders: whoever asks while a batch is under way joins the next one.

One hot stock row lets one transaction through at a time, each held for a disk flush; a hundred
orders in one transaction cost little more than one. Per process and drop there is one queue and
at most one batch. The batch runs in a thread of its own, so a caller who leaves still gets the
order, and a caller who has waited long enough is answered whatever the batch is doing.
"""

import threading
import time
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import AbstractContextManager

from flask import Flask, current_app

from livedrop.config import Config
from livedrop.extensions import db
from livedrop.lib import traces
from livedrop.lib.errors import DomainError, OutcomeUnknown, Unavailable
from livedrop.lib.metrics import Now, Tally, Timing
from livedrop.orders.commands.place import Result, place_all
from livedrop.orders.latch import Latch
from livedrop.orders.rules import AGAIN, Answer, Attempt, Placed, Refused

BATCH = 100  # callers in one transaction at most

OUTCOMES = Tally("livedrop_orders", "Tries to order, by what became of them.", ("outcome",))
SECONDS = Timing("livedrop_order_duration_seconds", "Seconds until a caller has an answer.")
WAITING = Now("livedrop_orders_waiting", "Callers who wait for an answer.")
BATCHES = Timing(
    "livedrop_order_batch_size", "Callers in one transaction.", bounds=(1, 2, 5, 10, 25, 50, BATCH)
)


class _Caller:
    """One waiting request."""

    __slots__ = ("answer", "attempt", "begun", "deadline", "done", "repeats")

    def __init__(self, attempt: Attempt, deadline: float, repeats: bool) -> None:
        self.attempt = attempt
        self.deadline = deadline  # monotonic
        self.repeats = repeats  # the same key was under way when it came
        self.begun = False
        self.done = threading.Event()
        self.answer: Answer | Exception | None = None

    def settle(self, answer: Answer | Exception) -> None:
        self.answer = answer
        self.done.set()


def init_app(app: Flask, config: Config) -> None:
    """Give this process its one combiner."""
    app.extensions["combiner"] = Combiner(
        app,
        deadline=config.order_deadline_seconds,
        queue_size=config.order_queue_size,
        latch=Latch(config.latch_seconds),
    )


def combiner() -> "Combiner":
    this: Combiner = current_app.extensions["combiner"]
    return this


class Combiner:
    """The way every order of this process takes."""

    def __init__(self, app: Flask, *, deadline: float, queue_size: int, latch: Latch) -> None:
        self._app = app
        self._deadline = deadline  # seconds
        self._queue_size = queue_size  # callers
        self._latch = latch
        self._lock = threading.Lock()
        self._queues: dict[int, deque[_Caller]] = {}  # a drop is here while a batch may run
        self._keys: Counter[tuple[int, str]] = Counter()  # under way in this process
        self._waiting = 0
        self.batches: Counter[int] = Counter()  # how many batches had how many callers

    def place(self, attempt: Attempt) -> Placed | Refused:
        """Place an order, or say why not, within the deadline counted from now.

        Raises `Unavailable` when nothing happened, `OutcomeUnknown` when it may have,
        `DomainError("in-progress")` when an earlier request with the same key is still under way.
        """
        begun = time.monotonic()
        answer: Answer | Exception | None = None
        try:
            answer = self._place_one(attempt)
            return answer
        except Exception as error:
            answer = error
            raise
        finally:
            SECONDS.note(time.monotonic() - begun)
            OUTCOMES.note(_word(answer))

    def _place_one(self, attempt: Attempt) -> Placed | Refused:
        latched = self._latch.answer(attempt)
        if latched:
            return latched
        # Whoever waits holds no connection: with all of them the batch could not have one.
        if db.session.registry.has():
            db.session.close()
        caller = self._enqueue(attempt)
        try:
            if not caller.done.wait(self._deadline):
                self._give_up(caller)
        finally:
            self._leave(caller)
        if isinstance(caller.answer, Exception):
            raise caller.answer
        assert isinstance(caller.answer, Placed | Refused)
        return caller.answer

    def _enqueue(self, attempt: Attempt) -> _Caller:
        name = attempt.user_id, attempt.key
        with self._lock:
            if self._waiting >= self._queue_size:
                raise Unavailable
            caller = _Caller(attempt, time.monotonic() + self._deadline, self._keys[name] > 0)
            self._waiting += 1
            WAITING.note(self._waiting)
            self._keys[name] += 1
            idle = attempt.drop_id not in self._queues
            self._queues.setdefault(attempt.drop_id, deque()).append(caller)
        if idle:
            threading.Thread(target=self._run, args=[attempt.drop_id], daemon=True).start()
        return caller

    def _give_up(self, caller: _Caller) -> None:
        with self._lock:
            if caller.answer is not None:
                return
            if caller.repeats:
                raise DomainError("in-progress", 409, retry_after=1)
            raise OutcomeUnknown if caller.begun else Unavailable

    def _leave(self, caller: _Caller) -> None:
        name = caller.attempt.user_id, caller.attempt.key
        with self._lock:
            self._waiting -= 1
            WAITING.note(self._waiting)
            self._keys[name] -= 1
            if not self._keys[name]:
                del self._keys[name]

    def _run(self, drop_id: int) -> None:
        """Serve the drop's queue, one batch after the other, until nobody waits."""
        while batch := self._next_batch(drop_id):
            answers = self._place([caller.attempt for caller in batch])
            again = [
                caller for caller, answer in zip(batch, answers, strict=True) if answer is AGAIN
            ]
            with self._lock:
                for caller in again:
                    caller.begun = False
                self._queues[drop_id].extendleft(reversed(again))
            for caller, answer in zip(batch, answers, strict=True):
                if answer is not AGAIN:
                    caller.settle(answer)
            BATCHES.note(len(batch))

    def _next_batch(self, drop_id: int) -> list[_Caller]:
        batch: list[_Caller] = []
        with self._lock:
            now = time.monotonic()  # after the wait: who gave up meanwhile is late by it
            queue = self._queues[drop_id]
            while queue and len(batch) < BATCH:
                caller = queue.popleft()
                if caller.deadline <= now:
                    continue  # was told that nothing happened
                # Somebody may have found out meanwhile that nothing is left.
                if latched := self._latch.answer(caller.attempt):
                    caller.settle(latched)
                    continue
                caller.begun = True
                batch.append(caller)
            if not batch:
                del self._queues[drop_id]
        return batch

    def _place(self, attempts: Sequence[Attempt]) -> Sequence[Answer | Exception]:
        self.batches[len(attempts)] += 1
        drop_id = attempts[0].drop_id
        since = self._latch.buyers_since(drop_id)
        try:
            with self._app.app_context(), _traced(attempts):
                result: Result = place_all(attempts, since)
        except Exception as error:
            # Everybody in the batch hears of it; nobody is left waiting.
            return [error] * len(attempts)
        if result.sold:
            self._latch.learn(drop_id, result.sold, since)
        return result.answers


def _traced(attempts: Sequence[Attempt]) -> AbstractContextManager[object]:
    """One transaction is a step of its own, which follows from each caller's request."""
    return traces.after("orders batch", (one.trace for one in attempts), callers=len(attempts))


def _word(answer: object) -> str:
    """Of which there are few: `placed`, or why not."""
    return getattr(answer, "code", None) or type(answer).__name__.lower()
