"""Views and refusals of this process, counted in memory and written down together every second.

Whoever looks or is refused waits for nothing of this. What a process counted in its last second is
lost when it ends: these are numbers to look at.
"""

import logging
import threading
import time
from collections import Counter

from flask import Flask, current_app

from livedrop.insights.commands import count_interest, count_refusals
from livedrop.lib.errors import Unavailable
from livedrop.lib.metrics import Tally as Numbers

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds
MOST_PEOPLE = 100_000  # remembered while they cannot be written down
SHORT = {"sold-out", "all-held", "not-enough"}  # who is refused so would have bought

REFUSALS = Numbers("livedrop_refusals", "Tries to order that were refused.", ("reason",))


class Tally:
    """One per process. Its thread lives as long as there is something to write."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._counts: Counter[tuple[int, str]] = Counter()
        self._views: Counter[int] = Counter()
        self._people: set[tuple[int, int]] = set()
        self._writing = False

    def note(self, drop_id: int, reason: str, user_id: int | None = None) -> None:
        """Count one more refusal, and whom it kept from buying."""
        with self._lock:
            self._counts[drop_id, reason] += 1
            if user_id is not None and reason in SHORT:
                self._turn_away(drop_id, user_id)
        self._begin()

    def note_waiting(self, drop_id: int, user_id: int) -> None:
        """Somebody stands in line because nothing is left."""
        with self._lock:
            self._turn_away(drop_id, user_id)
        self._begin()

    def note_view(self, drop_id: int) -> None:
        """Count one more look at a drop."""
        with self._lock:
            self._views[drop_id] += 1
        self._begin()

    def flush(self) -> None:
        """Write down what was counted; what cannot be written is kept. Raises `Unavailable`."""
        self._flush_refusals()
        self._flush_interest()

    def _flush_refusals(self) -> None:
        with self._lock:
            counts, self._counts = self._counts, Counter()
        try:
            if counts:
                with self._app.app_context():
                    count_refusals(counts)
                for (_, reason), times in counts.items():
                    REFUSALS.note(reason, times=times)
        except BaseException:
            with self._lock:
                self._counts.update(counts)
            raise

    def _flush_interest(self) -> None:
        with self._lock:
            views, self._views = self._views, Counter()
            people, self._people = self._people, set()
        try:
            if views or people:
                with self._app.app_context():
                    count_interest(views, people)
        except BaseException:
            with self._lock:
                self._views.update(views)
                self._people |= people
            raise

    def _turn_away(self, drop_id: int, user_id: int) -> None:
        if len(self._people) < MOST_PEOPLE:
            self._people.add((drop_id, user_id))

    def _begin(self) -> None:
        with self._lock:
            idle, self._writing = not self._writing, True
        if idle:
            threading.Thread(target=self._write, daemon=True).start()

    def _write(self) -> None:
        while self._more():
            time.sleep(EVERY)
            try:
                self.flush()
            except Unavailable:
                log.warning("what happened could not be counted; again in a second")
            except Exception:
                log.exception("what happened could not be counted; again in a second")

    def _more(self) -> bool:
        with self._lock:
            self._writing = bool(self._counts or self._views or self._people)
            return self._writing


def init_app(app: Flask) -> None:
    app.extensions["tally"] = Tally(app)


def tally() -> Tally:
    this: Tally = current_app.extensions["tally"]
    return this
