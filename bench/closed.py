"""Closed loop: as many requests as a number of connections can have answered, by wrk."""

import json
import secrets
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

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
    web_cpu: float  # seconds that the web processes were busy
    all_cpu: float  # seconds that all processes of the machine were

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    @property
    def cpu(self) -> str:
        """Microseconds of CPU for each request: of the web processes, of everything."""
        web, everything = (1e6 * cpu / self.requests for cpu in (self.web_cpu, self.all_cpu))
        return f"{web:.0f} / {everything:.0f}"


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
        web_cpu, all_cpu = web.cpu(), _busy()
        status, said = processes.run([wrk, *load, *script])
        web_cpu, all_cpu = web.cpu() - web_cpu, _busy() - all_cpu
    if status:
        raise Refusal(f"wrk failed:\n{said}")
    facts = json.loads(said[said.rindex("\n{") :])
    facts.pop("bytes")
    seconds = facts.pop("microseconds") / 1e6
    return Flood(seconds=seconds, web_cpu=web_cpu, all_cpu=all_cpu, **facts)


def _busy() -> float:
    times = psutil.cpu_times()
    return sum(times) - times.idle - times.iowait - times.guest - times.guest_nice
