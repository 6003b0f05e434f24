"""A process that does one small thing again and again, until it is told to stop."""

import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType

log = logging.getLogger(__name__)

SHORTEST, LONGEST = 0.25, 5.0  # seconds of rest after a failure; each one in a row doubles it


def run_until_stopped(step: Callable[[], object], *, name: str, pause: float) -> None:
    """Call `step` until SIGTERM or SIGINT, resting `pause` seconds when it says it found nothing.

    What it raises is logged and followed by a longer rest; it never ends the loop. A step that is
    running when the signal comes is finished first. Main thread only: it owns the signals.
    """
    stopped = _stop_signal()
    rest = SHORTEST
    while not stopped.is_set():
        try:
            found = step()
        except Exception:
            log.exception("%s failed, trying again in %.2f s", name, rest)
            stopped.wait(rest)
            rest = min(rest * 2, LONGEST)
            continue
        rest = SHORTEST
        if not found:
            stopped.wait(pause)


def _stop_signal() -> threading.Event:
    stopped = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopped
