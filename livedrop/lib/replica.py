"""A copy of the database that public pages are read from, where there is one.

It is behind, by milliseconds or, on a bad day, by minutes. So nothing is decided by it, nobody's
own things are read from it, and what it says it has not is asked of the database itself. One that
does not answer or is far behind is left alone for a while.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from flask import Flask, current_app
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from livedrop.extensions import REPLICA, db, from_replica
from livedrop.lib.metrics import Now

log = logging.getLogger(__name__)

ASKED = 0.5  # seconds for which what it said of itself is believed
REST = 2.0  # seconds for which it is left alone after it did not answer
STALE = 2.0  # seconds behind from which on what it says is marked as old
USELESS = 60.0  # seconds behind from which on it is not asked

BEHIND = Now(
    "livedrop_replica_lag_seconds", "Seconds the copy of the database is behind.", over="livemax"
)
# All that came was applied: then it is up to date, however long ago something came; but only as
# long as something may come.
LAG = text("""
    SELECT CASE
        WHEN NOT pg_is_in_recovery() THEN 0
        WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
            AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN 0
        ELSE coalesce(extract(epoch FROM
            clock_timestamp() - pg_last_xact_replay_timestamp()), 1e9) END
""")


class Replica:
    """One process's idea of the copy."""

    def __init__(self) -> None:
        self._lag: float | None = None
        self._known_until = 0.0
        self._asking = threading.Lock()

    def lag(self) -> float | None:
        """How many seconds it is behind; None when it is not to be asked."""
        if monotonic() >= self._known_until and self._asking.acquire(blocking=False):
            try:
                self._lag = self._asked()
                self._known_until = monotonic() + (REST if self._lag is None else ASKED)
            finally:
                self._asking.release()
        return self._lag

    def lost(self) -> None:
        """It did not answer."""
        self._lag, self._known_until = None, monotonic() + REST

    def _asked(self) -> float | None:
        try:
            with db.engines[REPLICA].connect() as connection:
                lag = float(connection.execute(LAG).scalar_one())
        except (DBAPIError, PoolTimeout):
            log.warning("the replica does not answer; the database itself is asked")
            return None
        BEHIND.note(lag)
        return lag if lag < USELESS else None


def init_app(app: Flask, url: str) -> None:
    app.extensions["replica"] = Replica() if url else None


def replica() -> Replica | None:
    """That of the present application, if it has one."""
    this: Replica | None = current_app.extensions["replica"]
    return this


def seconds_behind() -> float:
    """How old what is read here now may be more than it seems."""
    one = replica()
    return (one.lag() or 0.0) if one and from_replica.get() else 0.0


@contextmanager
def reading() -> Iterator[None]:
    """Let what is read inside come from the copy; not what a transaction reads."""
    db.session.close()
    token = from_replica.set(True)
    try:
        yield
    finally:
        from_replica.reset(token)
        db.session.close()
