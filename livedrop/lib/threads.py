"""Long computing off the event loop, a few at a time.

What takes tens of milliseconds of C would keep a gevent worker from serving anybody; there it runs
in the hub's threads. What would have to wait for too many others is refused at once.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from gevent import get_hub
from gevent.monkey import is_module_patched

from livedrop.lib.errors import Unavailable

Result = TypeVar("Result")


class OffTheLoop:
    """Computes for so many callers at once and lets so many further ones wait."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._under_way = threading.Semaphore(at_once)
        self._callers = threading.BoundedSemaphore(at_once + waiting)

    def do(self, compute: Callable[[], Result]) -> Result:
        """What it computes. Raises `Unavailable` when too many wait."""
        if not self._callers.acquire(blocking=False):
            raise Unavailable
        try:
            with self._under_way:
                if not is_module_patched("threading"):
                    return compute()
                answer: Result | _Failed = get_hub().threadpool.apply(_tried, (compute,))
                if isinstance(answer, _Failed):
                    raise answer.error
                return answer
        finally:
            self._callers.release()


@dataclass(frozen=True, slots=True)
class _Failed:
    error: Exception


def _tried(compute: Callable[[], Result]) -> Result | _Failed:
    """What it computes, or that it failed: a thread of the hub prints what is raised in it, paths
    and all, before anybody could say it better."""
    try:
        return compute()
    except Exception as error:
        return _Failed(error)
