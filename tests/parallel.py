"""Several callers at the same moment, each in a thread with a database connection of its own."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from time import monotonic, sleep
from typing import Any

from flask import Flask
from sqlalchemy import text

from livedrop.drops.models import Drop
from livedrop.extensions import db
from livedrop.orders.combine import Combiner
from livedrop.orders.rules import Attempt

PATIENCE = 30  # seconds; only ever ends a hang
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def together(app: Flask, calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Let all calls go at once; what each returned or raised, in their order."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        with app.app_context():
            barrier.wait(PATIENCE)
            try:
                return call()
            except Exception as error:  # the answer of this caller, for the test to judge
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls, timeout=PATIENCE))


def until_waiting(callers: int = 1) -> None:
    """Return when so many callers wait for a lock that somebody holds."""
    deadline = monotonic() + PATIENCE
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while connection.scalar(WAITING) < callers:
            assert monotonic() < deadline, f"fewer than {callers} came to wait"
            sleep(0.005)


@contextmanager
def stock_held(drop: Drop) -> Iterator[None]:
    """Somebody else's transaction holds the drop's stock while the block lasts."""
    with db.engine.connect() as connection, connection.begin():
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        connection.execute(
            text("SELECT FROM stock WHERE drop_id = :id ORDER BY sku_id FOR UPDATE"),
            {"id": drop.id},
        )
        yield


class Queue:
    """People who come to a combiner one behind the other and wait for their answers."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.combiner: Combiner = app.extensions["combiner"]
        self.pool = ThreadPoolExecutor(256)

    def comes(self, attempt: Attempt) -> Future[Any]:
        """The answer this attempt will get, or what is raised; it stands in the queue now."""
        before = self.combiner._waiting
        answer = self.pool.submit(self.asks, attempt)
        until(lambda: self.combiner._waiting > before or answer.done())
        return answer

    def asks(self, attempt: Attempt) -> Any:
        with self.app.app_context():
            try:
                return self.combiner.place(attempt)
            except Exception as error:
                return error

    def empties(self) -> None:
        """Return when no batch is under way: also those that nobody waits for any more."""
        until(lambda: not self.combiner._queues)


def until(happened: Callable[[], bool]) -> None:
    """Return when it has happened."""
    deadline = monotonic() + PATIENCE
    while not happened():
        assert monotonic() < deadline, "it never happened"
        sleep(0.002)


def answers(futures: Sequence[Future[Any]]) -> list[Any]:
    return [future.result(PATIENCE) for future in futures]
