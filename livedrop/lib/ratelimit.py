"""How often something may be tried: named buckets, counted in this process alone.

No Redis, so that nobody is let in or kept out by its absence; with several processes a person may
try that many times as often, which the limits allow for. Each bucket has its own room for counters:
whoever makes up keys for one, to have the oldest forgotten, makes no other forget.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from time import monotonic

from flask import Flask, current_app
from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from livedrop.lib.errors import DomainError

log = logging.getLogger(__name__)

KEPT = 50_000  # counters of one bucket; beyond, those begun the longest time ago are forgotten


class TooManyTries(DomainError):
    """The bucket is full; `retry_after` says in how many seconds it is emptied."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too-many-tries", 429, retry_after=retry_after)


BUCKETS: list["Bucket"] = []  # every one there is


@dataclass(frozen=True, slots=True)
class Standing:
    """A bucket as this process counts it: for how many keys, and how many of them are refused."""

    name: str
    limit: str
    counted: int
    full: int


@dataclass(frozen=True, slots=True)
class Window:
    """What is left of a key's present window."""

    tries: int
    seconds: int  # until it begins anew


class Bucket:
    """Tries of one kind: at most `limit` (such as `10/minute`) for each key."""

    def __init__(self, name: str, limit: str) -> None:
        self.name = name
        self.item: RateLimitItem = parse(limit)
        BUCKETS.append(self)

    def spend(self, *key: object) -> None:
        """Count a try, or raise `TooManyTries`."""
        counters = _counters(self.name)
        if counters is None:
            return
        names = (self.name, *map(str, key))
        if not FixedWindowRateLimiter(counters).hit(self.item, *names):
            if counters.get(self.item.key_for(*names)) == self.item.amount + 1:
                counters.tell(self.name)  # once a window, or a flood would flood the log
            left = self.left(*key)
            raise TooManyTries(max(1, left.seconds if left else 1))

    def left(self, *key: object) -> Window | None:
        """How often more it may be tried, and for how long; None when limits are lifted."""
        counters = _counters(self.name)
        if counters is None:
            return None
        limiter = FixedWindowRateLimiter(counters)
        stats = limiter.get_window_stats(self.item, self.name, *map(str, key))
        return Window(max(0, stats.remaining), max(0, ceil(stats.reset_time - monotonic())))


def standing() -> list[Standing]:
    """How every bucket stands here, by name; none when limits are lifted."""
    by_name = sorted(BUCKETS, key=lambda one: one.name)
    return [_standing(one, counters) for one in by_name if (counters := _counters(one.name))]


def _standing(bucket: Bucket, counters: "Counters") -> Standing:
    tries = counters.windows().values()
    full = sum(tried >= bucket.item.amount for tried in tries)
    return Standing(bucket.name, str(bucket.item), len(tries), full)


def init_app(app: Flask, *, lifted: bool, tell: Callable[[str], None]) -> None:
    """Count for `app`, or, `lifted`, let everybody try as often as they like.

    `tell` is told the name of each bucket that overflows, once a window and key.
    """
    app.extensions["rate-limits"] = None if lifted else Counting(tell)
    if lifted:
        log.warning("Rate limits are lifted: this is a load test.")


def _counters(bucket: str) -> "Counters | None":
    """Those of this bucket in this app; None when limits are lifted."""
    counting: Counting | None = current_app.extensions["rate-limits"]
    return counting.of(bucket) if counting else None


class Counting:
    """The counters of every bucket, by its name."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.tell = tell
        self._of: dict[str, Counters] = {}

    def of(self, bucket: str) -> "Counters":
        # One step, so that two who come first at once count in the same.
        return self._of.get(bucket) or self._of.setdefault(bucket, Counters(self.tell))

    def reset(self) -> int:
        """Forget all; how many counters there were."""
        return sum(counters.reset() for counters in self._of.values())


class Counters(Storage):
    """Windows of time by key, in the order in which they began.

    The library's own memory storage starts a thread every 10 ms to look through all it holds, and
    holds as much as it is sent. Instants are monotonic seconds of this process.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__()
        self.tell = tell
        self._lock = threading.Lock()
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()  # its end, tries in it

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        with self._lock:
            end, tries = self._window(key)
            if not tries:
                end = monotonic() + expiry
                self._windows.pop(key, None)
            self._windows[key] = (end, tries + amount)
            while len(self._windows) > KEPT:
                self._windows.popitem(last=False)
            return tries + amount

    def get(self, key: str) -> int:
        return self._window(key)[1]

    def get_expiry(self, key: str) -> float:
        return self._window(key)[0]

    def windows(self) -> dict[str, int]:
        """The tries in every window that is open."""
        present = monotonic()
        with self._lock:
            return {key: tries for key, (end, tries) in self._windows.items() if end > present}

    def clear(self, key: str) -> None:
        self._windows.pop(key, None)

    def reset(self) -> int:
        forgotten = len(self._windows)
        self._windows.clear()
        return forgotten

    def check(self) -> bool:
        return True

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def _window(self, key: str) -> tuple[float, int]:
        """When the key's present window ends and how many tries it has seen."""
        present = monotonic()
        end, tries = self._windows.get(key, (present, 0))
        return (end, tries) if end > present else (present, 0)
