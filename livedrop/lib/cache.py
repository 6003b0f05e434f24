"""Redis as a memory for what is shown: never the truth, and gone at any time without harm.

A value carries its age, so that a page can say how old its numbers are. Without Redis each
process remembers for itself; without the database the last value is shown, older than it should
be. However many ask at once, one caller in a process rebuilds.
"""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from flask import Flask, current_app

from livedrop.lib.db import unavailable
from livedrop.lib.errors import Unavailable
from livedrop.lib.redis import RedisError, connect

log = logging.getLogger(__name__)

BUDGET = 0.05  # seconds Redis has for an answer
REST = 2.0  # seconds it is left alone after it had none
LAG = 1.0  # seconds past its freshness for which a value is shown while somebody rebuilds it
BUILDING = 2.0  # seconds a process has to rebuild before another tries
KEPT = 60.0  # seconds a value is kept for when it cannot be rebuilt
CAPACITY = 1000  # values one process remembers


@dataclass(frozen=True, slots=True)
class Cached:
    """A JSON-like value and when it was built, by this process's monotonic clock."""

    value: Any
    built_at: float

    @property
    def age(self) -> float:
        """How many seconds ago it was true."""
        return monotonic() - self.built_at


class Cache:
    """One process's way to the shared memory, and its own."""

    def __init__(self, redis_url: str) -> None:
        self._redis = connect(redis_url, BUDGET)
        self._away_until = 0.0
        self._own: dict[str, Cached] = {}
        self._flights: dict[str, threading.Lock] = {}

    def get(self, key: str, rebuild: Callable[[], Any], *, fresh: float) -> Cached:
        """What `rebuild` answers, at most `fresh` seconds old unless it cannot be had now.

        While one caller rebuilds, the others get a value that is just past it; only where there is
        none do they wait. Raises `Unavailable` when nothing is known and the database is away.
        """
        known = self._own.get(key)
        if known is None or known.age >= fresh:
            flight = self._flights.setdefault(key, threading.Lock())
            if flight.acquire(blocking=known is None or known.age >= fresh + LAG):
                try:
                    known = self._renewed(key, rebuild, fresh)
                finally:
                    flight.release()
        assert known is not None
        return known

    def recall(self, key: str) -> bytes | None:
        """What some process kept under this key, if Redis still has it and answers in time."""
        kept: bytes | None = self._ask(lambda redis: redis.get(key))
        return kept

    def keep(self, key: str, value: bytes, *, seconds: int) -> None:
        """Keep for every process what is always the same, for so long, if Redis is there."""
        self._ask(lambda redis: redis.set(key, value, ex=seconds))

    def first(self, key: str, *, seconds: int) -> bool:
        """Whether nobody said this key in the last `seconds`; yes where Redis does not know."""
        said = self._ask(lambda redis: (redis.set(key, 1, nx=True, ex=seconds),))
        return said is None or bool(said[0])

    def _renewed(self, key: str, rebuild: Callable[[], Any], fresh: float) -> Cached:
        """In flight: what another process built, or what this one builds now."""
        known = _newest(self._own.get(key), self._shared(key))
        if known and known.age < fresh:
            return self._remember(key, known)
        if known and not self._first_to_build(key) and known.age < fresh + LAG:
            return self._remember(key, known)
        try:
            with unavailable():
                known = Cached(rebuild(), monotonic())
        except Unavailable:
            if known is None:
                raise
            log.warning("%s cannot be rebuilt, it is %.0f s old", key, known.age)
            return self._remember(key, known)
        self._share(key, known)
        return self._remember(key, known)

    def _remember(self, key: str, known: Cached) -> Cached:
        self._own.pop(key, None)
        self._own[key] = known
        if len(self._own) > CAPACITY:
            oldest = next(iter(self._own))
            self._own.pop(oldest, None)
            self._flights.pop(oldest, None)
        return known

    # --- what the processes share; its age is told by Redis's own clock ---

    def _shared(self, key: str) -> Cached | None:
        answer = self._ask(lambda redis: redis.pipeline().get(key).pttl(key).execute())
        if not answer or answer[0] is None or answer[1] < 0:
            return None
        return Cached(json.loads(answer[0]), monotonic() - (KEPT - answer[1] / 1000))

    def _share(self, key: str, known: Cached) -> None:
        text, milliseconds = json.dumps(known.value), int(KEPT * 1000)
        share = self._redis.pipeline()
        share.set(key, text, px=milliseconds)
        share.delete(_mark(key))
        self._ask(lambda redis: share.execute())

    def _first_to_build(self, key: str) -> bool:
        """Whether no other process is building it right now, as far as Redis can tell."""
        mark, milliseconds = _mark(key), int(BUILDING * 1000)
        if monotonic() < self._away_until:
            return True
        answer = self._ask(lambda redis: redis.set(mark, 1, nx=True, px=milliseconds))
        return bool(answer) or monotonic() < self._away_until

    def _ask(self, question: Callable[[Any], Any]) -> Any:
        """Ask Redis, or nobody for a while after it failed to answer in time."""
        if monotonic() < self._away_until:
            return None
        try:
            return question(self._redis)
        except RedisError as error:
            self._away_until = monotonic() + REST
            log.warning("Redis does not answer, going on without: %s", error)
            return None


def _mark(key: str) -> str:
    """Where a process says that it is building this value."""
    return f"{key}:building"


def _newest(*known: Cached | None) -> Cached | None:
    return max((one for one in known if one), key=lambda one: one.built_at, default=None)


def init_app(app: Flask, redis_url: str) -> None:
    app.extensions["livedrop.cache"] = Cache(redis_url)


def get(key: str, rebuild: Callable[[], Any], *, fresh: float) -> Cached:
    """`Cache.get` of the present application."""
    cache: Cache = current_app.extensions["livedrop.cache"]
    return cache.get(key, rebuild, fresh=fresh)


def recall(key: str) -> bytes | None:
    """`Cache.recall` of the present application."""
    cache: Cache = current_app.extensions["livedrop.cache"]
    return cache.recall(key)


def keep(key: str, value: bytes, *, seconds: int) -> None:
    """`Cache.keep` of the present application."""
    cache: Cache = current_app.extensions["livedrop.cache"]
    cache.keep(key, value, seconds=seconds)


def first(key: str, *, seconds: int) -> bool:
    """`Cache.first` of the present application."""
    cache: Cache = current_app.extensions["livedrop.cache"]
    return cache.first(key, seconds=seconds)
