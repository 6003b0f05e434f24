"""Open loop: requests fall due whether or not earlier ones are answered, as people come.

Every latency counts from when the request was due, so waiting in any queue, a slow client's too,
is part of it. Each stream is sent by a process of its own (`client.py`).
"""

import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from bench.web import Web
from deploy.local import processes
from deploy.local.console import Refusal
from deploy.local.paths import ROOT

LEAD = 0.2  # seconds between the word to begin and the first request


@dataclass(frozen=True)
class Stream:
    """Requests and when they are due, in seconds after the beginning; by so many connections.

    `truthful` are the statuses that are answers; any other is an error.
    """

    due: Sequence[float]
    requests: Sequence[bytes]  # sent in turn
    truthful: frozenset[str]
    connections: int


@dataclass(frozen=True)
class Answers:
    """What came of a stream. Milliseconds after a request was due."""

    latencies: dict[str, list[float]]  # by status, or by what went wrong
    moments: dict[str, tuple[float, float]]  # by the same: the first and the last, monotonic
    lateness: list[float]  # of the client: when it turned to each request
    queued: int  # requests that found every connection busy
    truthful: frozenset[str]

    def count(self, status: str) -> int:
        return len(self.latencies.get(status, []))

    @property
    def errors(self) -> dict[str, int]:
        return {what: len(ms) for what, ms in self.latencies.items() if what not in self.truthful}

    @property
    def all(self) -> list[float]:
        return [ms for some in self.latencies.values() for ms in some]


def poisson(seconds: float, rate: Callable[[float], float]) -> list[float]:
    """Instants at which people come who do not know of each other, `rate(instant)` per second."""
    chance = random.Random(1)
    due, at = [], 0.0
    while (at := at + chance.expovariate(rate(at))) < seconds:
        due.append(at)
    return due


def measure(web: Web, streams: Sequence[Stream]) -> list[Answers]:
    """Send all the streams at the same time; what came of each."""
    clients: list[processes.Popen] = []
    try:
        for stream in streams:
            clients.append(_client(web, stream))
        for client in clients:
            _expect(client, b"ready")
        for client in clients:
            _tell(client, {"lead": LEAD})
        return [
            Answers(**_heard(client), truthful=stream.truthful)
            for client, stream in zip(clients, streams, strict=True)
        ]
    finally:
        for client in clients:
            processes.bury(client)


def _client(web: Web, stream: Stream) -> processes.Popen:
    client = processes.spawn(
        [sys.executable, "-m", "bench.client"],
        cwd=ROOT,
        stdin=processes.subprocess.PIPE,
        stdout=processes.subprocess.PIPE,
    )
    requests = [request.decode() for request in stream.requests]
    plan = {"due": stream.due, "requests": requests, "connections": stream.connections}
    _tell(client, plan | {"port": web.port})
    return client


def _tell(client: processes.Popen, what: object) -> None:
    client.stdin.write(json.dumps(what).encode() + b"\n")
    client.stdin.flush()


def _expect(client: processes.Popen, word: bytes) -> None:
    line = client.stdout.readline()
    if line.strip() != word:
        rest = client.stdout.read()
        raise Refusal(f"The load generator does not start:\n{(line + rest).decode()}")


def _heard(client: processes.Popen) -> dict[str, object]:
    said, _ = client.communicate()
    if client.returncode:
        raise Refusal(f"The load generator failed:\n{said.decode()}")
    return dict(json.loads(said))


def percentiles(values: Sequence[float]) -> Iterator[float]:
    """The values that 50, 95 and 99 of a hundred do not exceed."""
    ordered = sorted(values) or [float("nan")]
    for share in (0.5, 0.95, 0.99):
        yield ordered[max(0, ceil(share * len(ordered)) - 1)]
