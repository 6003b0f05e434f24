"""Programs of the application, run as the processes they are, on the database under test."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import IO

from deploy.local import ports
from livedrop.config import UNPREFIXED, Config

HOME = Path(__file__).parents[1]
PATIENCE = 30  # seconds; only ever ends a hang

Command = tuple[str, ...]
Ended = subprocess.CompletedProcess[str]
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")


def flask(*arguments: str) -> Command:
    return (*FLASK, *arguments)


def worker(*queues: str) -> Command:
    return (sys.executable, "worker.py", *queues)


def environment(config: Config, **settings: object) -> dict[str, str]:
    """The environment a program needs to run with `config` and some settings changed."""
    values = {field.name: getattr(config, field.name) for field in fields(config)} | settings
    ours = {
        name.upper() if name in UNPREFIXED else f"LIVEDROP_{name.upper()}": (
            str(int(value)) if isinstance(value, bool) else str(value)
        )
        for name, value in values.items()
    }
    return {"PATH": os.environ["PATH"], "HOME": os.devnull} | ours


@contextmanager
def website(
    config: Config,
    *options: str,
    workers: int = 1,
    to: IO[str] | None = None,
    also: Mapping[str, str] | None = None,
    **settings: object,
) -> Iterator[str]:
    """The web application under gunicorn as it is in production, or with further `options`; its
    address. Rate limits are lifted: every visitor of a test has the same address."""
    port = ports.pick()
    url = f"http://127.0.0.1:{port}"
    command = (*gunicorn(port, workers), *options)
    with running(config, command, to=to, also=also, url=url, **{"load_test": True} | settings):
        until(lambda: answers(f"{url}/healthz"))
        yield url


def gunicorn(port: int, workers: int = 1, settings: str = "deploy/gunicorn.py") -> Command:
    command = (sys.executable, "-m", "gunicorn", "-c", settings, "wsgi:app")
    return (*command, "-b", f"127.0.0.1:{port}", "-w", str(workers))


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def running(
    config: Config,
    command: tuple[str, ...],
    *,
    to: IO[str] | None = None,
    also: Mapping[str, str] | None = None,
    **settings: object,
) -> Iterator[subprocess.Popen[str]]:
    """A program that runs while the block lasts, then is told to stop and must do so; what it
    writes down goes `to` a file, and its environment says this `also`."""
    env = environment(config, **settings) | dict(also or {})
    program = subprocess.Popen(command, cwd=HOME, env=env, stderr=to, text=True)
    try:
        yield program
        program.terminate()
        program.wait(PATIENCE)
    finally:
        program.kill()
        program.wait()


def run(
    config: Config, command: tuple[str, ...], **settings: object
) -> "subprocess.CompletedProcess[str]":
    """Run a program to its end; what it said and how it ended."""
    return subprocess.run(
        command,
        cwd=HOME,
        env=environment(config, **settings),
        text=True,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )


def killed(ended: Ended) -> bool:
    return ended.returncode == -signal.SIGKILL


def until(true: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait until something is true; fail when it never is."""
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)
