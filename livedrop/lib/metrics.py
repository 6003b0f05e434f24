"""What happens how often and how long it takes, for Prometheus, over all processes of a machine.

To note something is an addition in plain memory: prometheus_client, which writes each number
through to a file that the workers share, takes ten times as long as a kept page. So it is given the
sums once a second, and when somebody asks. What a worker noted in its last second is lost with it.
"""

import logging
import os
import re
import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep
from typing import Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

__all__ = [
    "CONTENT_TYPE_LATEST",
    "Now",
    "Reading",
    "Tally",
    "Timing",
    "exposition",
    "keep_handing_over",
]

log = logging.getLogger(__name__)

# Where processes write down what they count: those of a machine if the operator says where, else
# the workers of one gunicorn, which then says so itself.
SHARED = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
EVERY = 1.0  # seconds
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
Labels = tuple[str, ...]
OF_THE_LIVING = re.compile(r"gauge_live\w+_(\d+)\.db")

# When each began to be counted nobody asks.
disable_created_metrics()  # type: ignore[no-untyped-call]

_own = CollectorRegistry()
_noted: list["Tally | Timing | Now"] = []


@dataclass(frozen=True, slots=True)
class Reading:
    """A value of this very moment."""

    name: str
    words: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


class Tally:
    """How often something happened, by labels of which there are few."""

    def __init__(self, name: str, words: str, labels: Sequence[str] = ()) -> None:
        self._counter = Counter(name, words, labels, registry=_own)
        self._counts: defaultdict[Labels, float] = defaultdict(float)
        _noted.append(self)

    def note(self, *labels: str, times: float = 1) -> None:
        self._counts[labels] += times

    def hand_over(self) -> None:
        counts, self._counts = self._counts, defaultdict(float)
        for labels, times in list(counts.items()):
            (self._counter.labels(*labels) if labels else self._counter).inc(times)


class Timing:
    """How long something took, or how much of it there was, by labels of which there are few."""

    def __init__(
        self, name: str, words: str, labels: Sequence[str] = (), bounds: Sequence[float] = SECONDS
    ) -> None:
        self._histogram = Histogram(name, words, labels, registry=_own, buckets=bounds)
        self._bounds = tuple(bounds)
        self._rows: dict[Labels, list[float]] = {}
        _noted.append(self)

    def note(self, value: float, *labels: str) -> None:
        row = self._rows.get(labels)
        if row is None:
            row = self._rows[labels] = [0.0] * (len(self._bounds) + 2)
        row[bisect_left(self._bounds, value)] += 1
        row[-1] += value

    def hand_over(self) -> None:
        rows, self._rows = self._rows, {}
        for labels, (*counts, total) in list(rows.items()):
            # There is no public way to observe many at once.
            child = self._histogram.labels(*labels) if labels else self._histogram
            child._sum.inc(total)
            for bucket, times in zip(child._buckets, counts, strict=True):
                if times:
                    bucket.inc(times)


class Now:
    """How much of something there is in all living processes together, or at most."""

    def __init__(
        self, name: str, words: str, over: Literal["livesum", "livemax"] = "livesum"
    ) -> None:
        self._gauge = Gauge(name, words, registry=_own, multiprocess_mode=over)
        self._value: float | None = None
        _noted.append(self)

    def note(self, value: float) -> None:
        self._value = value

    def hand_over(self) -> None:
        if self._value is not None:
            self._gauge.set(self._value)


def keep_handing_over(alive: Callable[[], bool]) -> None:
    """Hand over once a second in the background, for as long as the process is `alive`."""

    def work() -> None:
        while alive():
            sleep(EVERY)
            _hand_over()

    threading.Thread(target=work, daemon=True).start()


def exposition(readings: Iterable[Reading] = ()) -> bytes:
    """All of it as Prometheus reads it, and with it what was read just now."""
    _hand_over()
    registry = CollectorRegistry()
    if SHARED:
        _bury(Path(SHARED))
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(_Readings(list(readings)))
    return (b"" if SHARED else generate_latest(_own)) + generate_latest(registry)


class _Readings:
    """Values of this very moment, as a collector."""

    def __init__(self, readings: list[Reading]) -> None:
        self.readings = readings

    def collect(self) -> Iterable[GaugeMetricFamily]:
        families: dict[str, GaugeMetricFamily] = {}
        for one in self.readings:
            family = families.setdefault(
                one.name, GaugeMetricFamily(one.name, one.words, labels=list(one.labels))
            )
            family.add_metric(list(one.labels.values()), one.value)
        return families.values()


def _bury(shared: Path) -> None:
    """What a dead process had is not there any more; what it did stays done."""
    for file in shared.glob("gauge_live*.db"):
        named = OF_THE_LIVING.fullmatch(file.name)
        if named and not Path(f"/proc/{named[1]}").exists() and Path("/proc/self").exists():
            with suppress(FileNotFoundError):
                file.unlink()


def _hand_over() -> None:
    try:
        for one in _noted:
            one.hand_over()
    except OSError:
        log.exception("what was counted could not be written down")
