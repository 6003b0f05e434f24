"""What `dev.py` says: progress while it works, one plain sentence when it cannot go on."""

import contextlib
import time
from collections.abc import Iterator


class Refusal(Exception):
    """A foreseeable end. Its text is one sentence that says what to do; `dev.py` exits with 1."""


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Name a step that may take long when it begins, and its seconds when it is done."""
    begun = time.monotonic()
    print(f"{title} ...", end="", flush=True)
    try:
        yield
    except BaseException:
        print(" stopped", flush=True)
        raise
    print(f" {time.monotonic() - begun:.1f} s", flush=True)


def say(line: str) -> None:
    print(line, flush=True)
