"""News to thousands of open pages: how many sockets are held, what each costs, how late it is."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from time import monotonic, sleep
from typing import Any

import psutil

from bench import world
from bench.database import settings
from bench.report import Goal, Section
from bench.stage import Stage
from bench.web import WORKERS, Web, serving
from deploy.local.console import say
from livedrop.lib.redis import Redis, connect
from livedrop.web.live import wire
from livedrop.web.live.wire import Message

SIZES = (2000, 5000)
NEWS = 20  # told to all of them, one after the other
STATE = 3000  # bytes, as the state of a drop has
MARK = "<section"
READY = 0.1  # seconds until they listen


@dataclass
class Held:
    """So many sockets, what they cost, and by how many ms what was told to them came late."""

    sockets: int
    opening: float  # seconds
    kilobytes: float  # of the web processes, for each socket
    late: list[float] = field(default_factory=list)


def run(stage: Stage) -> Section:
    """Measure, and say what came of the goals."""
    redis = connect(settings(stage.database.url).redis_url, 2.0)
    drop = world.live_drop(stage.database, units=100)
    found: list[Held] = []
    for sockets in SIZES:
        with serving("wsgi:app", stage.database.url) as web:
            found.append(_held(redis, web, drop, sockets))
            say(f"{sockets} sockets: {_row(found[-1])}")
    redis.close()
    return _section(stage, found)


def _held(redis: Redis, web: Web, drop: world.Drop, sockets: int) -> Held:
    before, begun = _memory(web), monotonic()
    with listening(web.port, [""] * sockets, topic=f"drop:{drop.slug}", mark=MARK) as ears:
        opening = monotonic() - begun
        held = Held(ears.open, opening, (_memory(web) - before) / max(1, ears.open) / 1024)
        for _ in range(NEWS):
            ears.listen()
            sent, words = monotonic(), MARK.ljust(STATE)
            redis.publish(wire.channel(redis), Message(wire.drop(drop.id), words).encoded())
            held.late += [(heard - sent) * 1000 for heard in ears.heard()]
    return held


class Ears:
    """The process that has the other ends of the sockets, `open` of them."""

    def __init__(self, process: "subprocess.Popen[str]", plan: dict[str, Any]) -> None:
        self._process = process
        self._say(json.dumps(plan))
        self.open = int(self._line())

    def listen(self) -> None:
        """From now on whatever has the mark is the next news."""
        self._say("listen")
        sleep(READY)

    def heard(self) -> list[float]:
        """When each that heard the news did, by the monotonic clock of this machine."""
        times: list[float] = json.loads(self._line())
        return times

    def _say(self, words: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{words}\n")
        self._process.stdin.flush()

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


@contextmanager
def listening(port: int, cookies: list[str], *, topic: str, mark: str) -> Iterator[Ears]:
    """A socket for each cookie, while the block lasts; news are what has the mark in it."""
    command = [sys.executable, "-m", "bench.listeners"]
    plan = {"port": port, "cookies": cookies, "topic": topic, "mark": mark}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Ears(process, plan)
        finally:
            process.kill()


def _memory(web: Web) -> int:
    """Bytes that the web processes have for themselves."""
    processes = psutil.Process(web.pid).children(recursive=True)
    return sum(process.memory_full_info().pss for process in processes)


def _row(held: Held) -> tuple[object, ...]:
    hundredths = quantiles(held.late, n=100)
    tail = (hundredths[49], hundredths[94], hundredths[98])
    return (held.sockets, held.opening, held.kilobytes, *tail, len(held.late) / NEWS)


def _section(stage: Stage, found: list[Held]) -> Section:
    most = found[-1]
    return Section(
        name="live",
        title=f"news to open sockets, {WORKERS} web processes",
        server=stage.database.server_version(),
        columns=("sockets", "open in s", "kB each", "p50 ms", "p95 ms", "p99 ms", "heard by"),
        rows=[_row(held) for held in found],
        notes=[
            f"{NEWS} pieces of news of {STATE} bytes, told over Redis one after the other, each to"
            " everybody; late is from the moment it is told until a client has it, the clients"
            " being one process on the same machine.",
            "Memory is what the web processes have for themselves (PSS), without the kernel's.",
        ],
        goals=[
            Goal("sockets held", SIZES[-1], most.sockets),
            Goal("heard by everybody", 1.0, len(most.late) / NEWS / SIZES[-1]),
            Goal("news to all, p99", 1000, quantiles(most.late, n=100)[98], True, " ms"),
        ],
    )
