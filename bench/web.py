"""Web servers to be measured: any WSGI application under the settings of production."""

import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.local import ports, processes
from deploy.local.console import Refusal
from deploy.local.paths import ROOT

WORKERS = 4


@dataclass
class Web:
    """A running server. `batches` is filled when it has stopped: batch size -> how many."""

    port: int
    pid: int = 0
    batches: Counter[int] = field(default_factory=Counter)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu(self) -> float:
        """Seconds of CPU that the server and its workers have used so far."""
        return sum(
            sum(one.cpu_times()[:2]) for one in psutil.Process(self.pid).children(recursive=True)
        )


@contextmanager
def serving(application: str, database_url: str, workers: int = WORKERS) -> Iterator[Web]:
    """Serve `module:name` by gunicorn with gevent until the block ends; all workers are up."""
    web = Web(ports.pick(int(os.environ.get("PORT", "0"))))
    with tempfile.TemporaryDirectory(prefix="livedrop-bench-") as directory:
        notes = Path(directory)
        env = os.environ | {
            "DATABASE_URL": database_url,
            "LIVEDROP_URL": web.url,
            "LIVEDROP_BIND": f"127.0.0.1:{web.port}",
            "LIVEDROP_LOAD_TEST": "1",
            "WEB_CONCURRENCY": str(workers),
            "BENCH_NOTES": directory,
        }
        command = [sys.executable, "-m", "gunicorn", "-c", "bench/gunicorn.py", application]
        with (notes / "log").open("wb") as log:
            child = processes.spawn(
                [*command, "--log-level", "warning"],
                env=env,
                cwd=ROOT,
                farewell=signal.SIGTERM,
                stdout=log,
            )
        web.pid = child.pid
        try:
            _wait_for(workers, notes, child)
            yield web
        finally:
            processes.end(child, grace=15)
        for note in notes.glob("batches.*"):
            web.batches.update({int(size): n for size, n in json.loads(note.read_text()).items()})


def _wait_for(workers: int, notes: Path, child: processes.Popen) -> None:
    deadline = time.monotonic() + 60
    while len(list(notes.glob("ready.*"))) < workers:
        if child.poll() is not None or time.monotonic() > deadline:
            raise Refusal(f"The web server does not start:\n{(notes / 'log').read_text()}")
        time.sleep(0.05)
