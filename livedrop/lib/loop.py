"""A process that does some small chores again and again, until it is told to stop."""

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from types import FrameType

from livedrop.lib import metrics
from livedrop.lib.metrics import Tally, Timing

CHORES = Timing("livedrop_chore_duration_seconds", "Seconds a chore takes.", ("chore",))
FAILED = Tally("livedrop_chore_failures", "Chores that failed.", ("chore",))

log = logging.getLogger(__name__)

SHORTEST, LONGEST = 0.25, 5.0  # seconds of rest after a failure; each one in a row doubles it


@dataclass
class Chore:
    """Something to do every `pause` seconds, and at once again as long as it finds something."""

    name: str
    step: Callable[[], object]
    pause: float
    due_at: float = 0.0  # of this process's monotonic clock
    rest: float = SHORTEST

    def do(self) -> None:
        """Do it once. What it raises is logged and followed by a rest; nobody else suffers."""
        begun = monotonic()
        try:
            found = self.step()
        except Exception:
            FAILED.note(self.name)
            log.exception("%s failed; again in %.2f s", self.name, self.rest)
            self.due_at = monotonic() + self.rest
            self.rest = min(self.rest * 2, LONGEST)
        else:
            self.rest = SHORTEST
            self.due_at = monotonic() + (0 if found else self.pause)
            CHORES.note(monotonic() - begun, self.name)


def run_until_stopped(chores: Sequence[Chore]) -> None:
    """Do the chores as they are due until SIGTERM or SIGINT; one that is running is finished.

    Nothing they raise ends this. Main thread only: it owns the signals.
    """
    stopped = _stop_signal()
    metrics.keep_handing_over(lambda: not stopped.is_set())
    while not stopped.is_set():
        for chore in chores:
            if chore.due_at <= monotonic() and not stopped.is_set():
                chore.do()
        stopped.wait(max(0.0, min(chore.due_at for chore in chores) - monotonic()))


def _stop_signal() -> threading.Event:
    stopped = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopped
