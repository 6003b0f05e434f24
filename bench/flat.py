"""Whether anything grows while all do the same all the time, and how that is told from noise.

Of each process the resident memory, the descriptors and the connections to the database are read
again and again, with those of whatever it started, and of some tables how large they are. The first
third of the readings is not counted: caches and pools fill. Of the rest the slope is the median of
the slopes between any two readings (Theil-Sen), so that no single peak moves it; times the time
they span it is what the figure grew by. It is flat if that is no more than a twentieth of what
there is, or than a few all the same.

A process that is started again begins anew, which would hide what it grows by. So readings of the
same life are also compared among themselves, and of both results the worse one counts.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from itertools import combinations
from statistics import median
from time import monotonic

import psutil

SHARE = 0.05
MOST = 200  # readings of one series that are compared
FEW = {"memory": 4.0, "descriptors": 4.0, "connections": 2.0, "size": 1.0}  # MB, and numbers


@dataclass(frozen=True)
class Reading:
    """One process, with all it started, at one moment."""

    at: float
    memory: float  # MB
    descriptors: float
    connections: float  # to the database
    who: frozenset[int] = frozenset()  # the processes


@dataclass(frozen=True)
class Weight:
    """A table at one moment, with its indexes and whatever is dead in it."""

    at: float
    size: float  # MB


@dataclass(frozen=True)
class Growth:
    """What there was in the middle of the time that counts, and by how much that grew."""

    what: str
    level: float
    grown: float

    @property
    def flat(self) -> bool:
        return self.grown <= max(FEW[self.what], SHARE * self.level)

    def __str__(self) -> str:
        return f"{self.level:,.0f} {self.grown:+.1f}"


def of_process(readings: Sequence[Reading]) -> list[Growth]:
    """By how much each figure grew, in all the time or within its lives, whichever is more."""
    both = zip(growth(readings), growth(*lives(readings)), strict=True)
    return [max(pair, key=lambda one: one.grown) for pair in both]


def lives(readings: Sequence[Reading]) -> list[list[Reading]]:
    """The readings of the same processes, each by themselves."""
    found: dict[frozenset[int], list[Reading]] = defaultdict(list)
    for one in readings:
        found[one.who].append(one)
    return list(found.values())


def growth(*series: Sequence[Reading] | Sequence[Weight]) -> list[Growth]:
    """By how much each figure grew, by the rule above: the slope that these series have in common,
    times the longest time that one of them spans."""
    counted = [_counted(one) for one in series]
    span = max(one[-1].at - one[0].at for one in counted)
    found = []
    for what in (field.name for field in fields(counted[0][0]) if field.name in FEW):
        slopes = [
            (getattr(then, what) - getattr(now, what)) / (then.at - now.at)
            for one in counted
            for now, then in combinations(one, 2)
        ]
        level = median(getattr(reading, what) for one in counted for reading in one)
        found.append(Growth(what, level, median(slopes or [0.0]) * span))
    return found


def _counted(readings: Sequence[Reading] | Sequence[Weight]) -> Sequence[Reading | Weight]:
    later = readings[len(readings) // 3 :]
    return later[:: len(later) // MOST + 1]


def read(pid: int, database_port: int) -> Reading:
    """A process and all that it started, now; what ends meanwhile counts no more."""
    memory = descriptors = connections = 0
    family = _family(pid)
    for process in family:
        try:
            memory += process.memory_info().rss
            descriptors += process.num_fds()
            connections += sum(
                bool(one.raddr) and one.raddr.port == database_port
                for one in process.net_connections("tcp")
            )
        except psutil.NoSuchProcess:
            continue
    who = frozenset(process.pid for process in family)
    return Reading(monotonic(), memory / 2**20, descriptors, connections, who)


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


@contextmanager
def watched(
    pids: Callable[[], Mapping[str, int]], database_port: int, every: float
) -> Iterator[dict[str, list[Reading]]]:
    """What is read of each process `every` so many seconds while the block lasts, by its name."""
    found: dict[str, list[Reading]] = {name: [] for name in pids()}
    leaving = threading.Event()

    def watch() -> None:
        while not leaving.wait(every):
            for name, pid in pids().items():
                found[name].append(read(pid, database_port))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        leaving.set()
        thread.join()
