"""Several callers at the same moment, each in a thread with a database connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic, sleep
from typing import Any

from flask import Flask
from sqlalchemy import text

from livedrop.extensions import db

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
