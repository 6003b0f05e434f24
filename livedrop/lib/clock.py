"""The database's clock, as near as this process knows it: for people to look at.

Nothing is decided by it; what decides asks the database itself. Asking for every look would cost
a connection each, so a process measures the distance to its own monotonic clock now and then.
"""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlalchemy import func, select

from livedrop.extensions import db
from livedrop.lib.db import unavailable
from livedrop.lib.errors import Unavailable

AGREED_FOR = 5.0  # seconds until the distance is measured again
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Distance:
    seconds: float  # from the monotonic clock to the database's, since 1970
    measured_at: float  # monotonic


class Clock:
    """One process's idea of the database's time."""

    def __init__(self) -> None:
        self._distance: Distance | None = None
        self._measuring = threading.Lock()

    def now(self) -> datetime:
        """Aware UTC, within milliseconds. One caller at a time measures; while the database is
        away the last measurement goes on. Raises `Unavailable` when there never was one."""
        distance = self._distance
        if distance is None or monotonic() - distance.measured_at > AGREED_FOR:
            distance = self._agreed(distance)
        return EPOCH + timedelta(seconds=monotonic() + distance.seconds)

    def measure(self) -> Distance:
        """Ask the database. Raises `Unavailable` when it does not answer."""
        with unavailable(), db.engine.connect() as connection:
            asked = monotonic()
            stamped: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
            answered = monotonic()
        seconds = (stamped - EPOCH).total_seconds() - (asked + answered) / 2
        self._distance = Distance(seconds, measured_at=answered)
        return self._distance

    def _agreed(self, last: Distance | None) -> Distance:
        if not self._measuring.acquire(blocking=last is None):
            return last or self.measure()
        try:
            now_known = self._distance  # somebody else may have measured while we waited
            return now_known if now_known and now_known is not last else self.measure()
        except Unavailable:
            if last is None:
                raise
            self._distance = Distance(last.seconds, measured_at=monotonic())
            return self._distance
        finally:
            self._measuring.release()


def milliseconds(at: datetime) -> int:
    """Since 1970."""
    return (at - EPOCH) // timedelta(milliseconds=1)


clock = Clock()
