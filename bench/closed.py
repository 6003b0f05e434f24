"""Closed loop: as many requests as a number of connections can have answered, by wrk."""

import json
import secrets
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.web import Web
from deploy.local import processes
from deploy.local.console import Refusal

THREADS = 2  # wrk.lua deals the requests to so many
KEY = b"%KEY%"
KEY_LENGTH = 17  # run-thread-number


@dataclass(frozen=True)
class Flood:
    """What came of one run. Latencies in milliseconds; closed loop, so they hide queueing."""

    requests: int
    seconds: float
    errors: int  # of the connection
    refused: int  # answers of 400 and more
    p50: float
    p95: float
    p99: float

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def flood(web: Web, requests: Sequence[bytes], *, connections: int, seconds: float) -> Flood:
    """Send `requests` in turn, each thread its share, for so many seconds."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise Refusal("The load generator wrk is missing: install the wrk package.")
    with tempfile.NamedTemporaryFile() as file:
        for request in requests:
            file.write(b"%d\n%b" % (len(request), request))
        file.flush()
        run = secrets.token_hex(3)
        load = [f"-t{THREADS}", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
        script = ["-s", str(Path(__file__).with_name("wrk.lua")), web.url, "--", file.name, run]
        status, said = processes.run([wrk, *load, *script])
    if status:
        raise Refusal(f"wrk failed:\n{said}")
    facts = json.loads(said[said.rindex("\n{") :])
    facts.pop("bytes")
    return Flood(seconds=facts.pop("microseconds") / 1e6, **facts)
