"""Refusals of this process, counted in memory and written down together every second.

Whoever is refused waits for nothing of this. What a process counted in its last second is lost
when it ends: these are numbers to look at.
"""

import logging
import threading
import time
from collections import Counter

from flask import Flask, current_app

from livedrop.insights.commands import count_refusals
from livedrop.lib.errors import Unavailable
from livedrop.lib.metrics import Tally as Numbers

log = logging.getLogger(__name__)

EVERY = 1.0  # seconds

REFUSALS = Numbers("livedrop_refusals", "Tries to order that were refused.", ("reason",))


class Tally:
    """One per process. Its thread lives as long as there is something to write."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._counts: Counter[tuple[int, str]] = Counter()
        self._writing = False

    def note(self, drop_id: int, reason: str) -> None:
        """Count one more refusal."""
        with self._lock:
            self._counts[drop_id, reason] += 1
            idle, self._writing = not self._writing, True
        if idle:
            threading.Thread(target=self._write, daemon=True).start()

    def flush(self) -> None:
        """Write down what was counted; what cannot be written is kept. Raises `Unavailable`."""
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

    def _write(self) -> None:
        while self._more():
            time.sleep(EVERY)
            try:
                self.flush()
            except Unavailable:
                log.warning("refusals could not be counted; again in a second")
            except Exception:
                log.exception("refusals could not be counted; again in a second")

    def _more(self) -> bool:
        with self._lock:
            self._writing = bool(self._counts)
            return self._writing


def init_app(app: Flask) -> None:
    app.extensions["tally"] = Tally(app)


def tally() -> Tally:
    this: Tally = current_app.extensions["tally"]
    return this
