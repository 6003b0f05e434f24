"""Several callers at the same moment, each in a thread with a database connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask

from livedrop.extensions import db

PATIENCE = 30  # seconds; only ever ends a hang


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
