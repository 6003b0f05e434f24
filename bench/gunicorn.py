"""The settings of production, plus a note per worker: when it serves, and what it combined."""

import json
import os
from pathlib import Path
from typing import Any

from deploy import gunicorn as deployed
from deploy.gunicorn import *  # noqa: F403 - what is measured is what is deployed

NOTES = Path(os.environ["BENCH_NOTES"])


def post_worker_init(worker: Any) -> None:  # type: ignore[no-redef]
    """The application is loaded and the worker is about to serve."""
    deployed.post_worker_init(worker)
    (NOTES / f"ready.{worker.pid}").touch()


def worker_exit(_: Any, worker: Any) -> None:
    """Say how many batches had how many callers, if this application combines."""
    application = getattr(worker, "wsgi", None)
    combiner = getattr(application, "extensions", {}).get("combiner")
    batches = dict(getattr(combiner, "batches", {}))
    (NOTES / f"batches.{worker.pid}").write_text(json.dumps(batches))
