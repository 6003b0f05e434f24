"""`python worker.py QUEUE` runs the jobs of exactly one queue, until SIGTERM.

One queue per process: a worker that waits for two can lose a job it has just taken.
"""

import logging
import sys

from livedrop import create_app
from livedrop.config import from_environment
from livedrop.lib import logs, metrics
from livedrop.outbox.carefully import carefully
from livedrop.wiring import queues


def main(arguments: list[str]) -> str | None:
    """Serve a queue; what is wrong with the arguments, if anything."""
    config = from_environment()
    jobs = queues(config)
    if len(arguments) != 1:
        return f"Name exactly one queue of: {', '.join(sorted(jobs.names))}."
    (queue,) = arguments
    if queue not in jobs.names:
        return f"There is no queue {queue}, only: {', '.join(sorted(jobs.names))}."
    logs.begin(config.log, queue)
    metrics.keep_handing_over(lambda: True)
    app = create_app(config)
    logging.getLogger("livedrop").info("begins")
    jobs.serve(queue, around=app.app_context, run=carefully)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
