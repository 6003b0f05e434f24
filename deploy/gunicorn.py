"""How gunicorn serves LiveDrop, here and in production.

Nothing of ours is imported here and nothing is preloaded: the worker patches itself with gevent
first and imports the application, and with it psycopg, afterwards. The other way round psycopg
waits for the whole worker instead of for one request.
"""

import mmap
import os
import runpy
import shutil
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from gunicorn.glogging import Logger

worker_class = "gevent"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_connections = 4000
preload_app = False

bind = os.environ.get("LIVEDROP_BIND") or f"127.0.0.1:{os.environ.get('PORT', '8000')}"
backlog = 2048
keepalive = 30

# Shorter than what the supervisor waits before it kills.
graceful_timeout = 8

# It would lie under the home directory, shared by every gunicorn of the same person.
control_socket_disable = True

accesslog = None
errorlog = "-"


# Read as a file: its package would bring everything else.
written = runpy.run_path(str(Path(__file__).parents[1] / "livedrop/lib/logs.py"))


class logger_class(Logger):
    """What gunicorn says is written as the application's own lines are."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            form = os.environ.get("LIVEDROP_LOG", "json")
            handler.setFormatter(written["formatter"](form, "web"))


# Where the workers of this process write down what they count, so that whichever is asked can tell
# of all.
OURS = "livedrop-metrics-"
counted = Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR") or tempfile.mkdtemp(prefix=OURS))
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counted)  # also for this file, read anew on a HUP


# --- renewed by a HUP ---

# gunicorn sends the old workers away as soon as it has forked the new ones, which then need seconds
# until they answer. So the old ones go on until then. They see it in memory that the arbiter shares
# with all of them: the present generation, and for each of its workers that serve, that number.
BOOT = 30.0  # seconds that the new ones may take
WORKERS = 255  # more than there ever are


def on_starting(server: Any) -> None:
    server.serving = mmap.mmap(-1, 1 + WORKERS)
    server.serving[0] = 1


def on_reload(server: Any) -> None:
    server.serving[0] = server.serving[0] % 255 + 1


def post_fork(server: Any, worker: Any) -> None:
    worker.serving, worker.generation = server.serving, server.serving[0]


def post_worker_init(worker: Any) -> None:
    """The application is loaded and patched: let it hear what happens elsewhere, and send the
    people on its sockets away in time when the worker is told to stop."""
    if "livedrop" in sys.modules:
        from livedrop.lib import metrics  # by now: nothing of ours before the worker is patched

        metrics.keep_handing_over(lambda: worker.alive)
    hub = getattr(worker.wsgi, "extensions", {}).get("hub")
    if hub:
        hub.serve(lambda: worker.alive)
    worker.serving[1 + worker.age % WORKERS] = worker.generation
    signal.signal(signal.SIGTERM, lambda *_: _leave(worker))


def _leave(worker: Any) -> None:
    """Stop, but if this is because of successors, not before they serve."""
    from gevent import sleep, spawn

    def leave() -> None:
        deadline = monotonic() + BOOT
        while _is_needed(worker) and monotonic() < deadline:
            sleep(0.1)
        worker.alive = False

    spawn(leave)  # a signal may come where nothing can be waited for


def _is_needed(worker: Any) -> bool:
    present, *others = worker.serving[:]
    return bool(present != worker.generation and others.count(present) < worker.cfg.workers)


def child_exit(server: Any, worker: Any) -> None:
    """What a dead worker had is not there any more; what it did stays done."""
    for file in counted.glob(f"gauge_live*_{worker.pid}.db"):
        with suppress(FileNotFoundError):
            file.unlink()


def on_exit(server: Any) -> None:
    if counted.name.startswith(OURS):
        shutil.rmtree(counted, ignore_errors=True)
