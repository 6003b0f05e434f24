"""`python -m tests.faults.without GUARD worker QUEUE` or `... GUARD relay`: a program of ours that
lost one guard, one of `twins`."""

import sys

from flask.cli import main as flask

import worker
from tests.faults import twins


def main(guard: str, program: str, *arguments: str) -> None:
    if guard:
        getattr(twins, guard)()
    if program == "worker":
        sys.exit(worker.main(list(arguments)))
    sys.argv = ["flask", "--app", "wsgi", program, *arguments]
    flask()


if __name__ == "__main__":
    main(*sys.argv[1:])
