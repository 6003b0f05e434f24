"""What set-up is tried on: servers of its own, and checkouts that may be broken."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local import environment, postgres, redis, store
from deploy.local.paths import ROOT, VENV

DEADLINE = 30.0


@pytest.fixture(scope="session")
def own_database() -> Iterator[postgres.Server]:
    with postgres.serve(durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def own_redis() -> Iterator[redis.Server]:
    with redis.serve(durable=False) as server:
        yield server


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Another checkout, without the application and without anything installed."""
    copy = tmp_path / "checkout"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "deploy", copy / "deploy", ignore=ignored)
    names = ["dev.py", "package.json", "package-lock.json", ".npmrc", *environment.LOCKS.values()]
    for name in names:
        shutil.copy(ROOT / name, copy / name)
    written = Path("livedrop/lib/logs.py")  # gunicorn's settings read it
    (copy / written).parent.mkdir(parents=True)
    shutil.copy(ROOT / written, copy / written)
    return copy


@pytest.fixture
def installed(checkout: Path) -> Path:
    """That checkout with everything installed: it borrows ours."""
    (checkout / ".venv").mkdir()
    for part in ("bin", "lib", "pyvenv.cfg"):
        (checkout / ".venv" / part).symlink_to(VENV / part)
    stamp = "from deploy.local.environment import *; print(json.dumps(current(*LOCKS)))"
    said = subprocess.check_output([base_python(), "-c", stamp], cwd=checkout, text=True)
    (checkout / ".venv" / "livedrop.json").write_text(json.dumps(json.loads(said)))
    (checkout / "static").mkdir()
    (checkout / "node_modules").symlink_to(ROOT / "node_modules")
    return checkout


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data directory; what root had to put elsewhere goes with it."""
    directory = tmp_path / "data"
    directory.mkdir()
    yield directory
    if place := store.recall(directory / "postgres.place"):
        shutil.rmtree(place)


class Said(subprocess.CompletedProcess[str]):
    """What a command said, and the one sentence it ended with."""

    @property
    def sentence(self) -> str:
        assert self.returncode == 1, self.stdout + self.stderr
        assert self.stderr.count("\n") == 1, self.stderr
        assert self.stderr.endswith(".\n")
        return self.stderr.strip()


@pytest.fixture
def dev(data: Path) -> Callable[..., Said]:
    """Run `dev.py` to its end, its data in a directory of this test."""

    def run(*words: str, root: Path = ROOT, **env: str) -> Said:
        settings = os.environ | {"LIVEDROP_DATA": str(data)} | env
        for name in ("DATABASE_URL", "REDIS_URL", "LIVEDROP_BROWSER", "PLAYWRIGHT_BROWSERS_PATH"):
            if name not in env:
                settings.pop(name, None)
        done = subprocess.run(
            [base_python(), "dev.py", *words],
            cwd=root,
            env=settings,
            capture_output=True,
            text=True,
            timeout=DEADLINE * 2,
            check=False,
        )
        return Said(done.args, done.returncode, done.stdout, done.stderr)

    return run


def base_python() -> str:
    return getattr(sys, "_base_executable", sys.executable)


def until(condition: Callable[[], object], what: str = "it") -> None:
    """Wait for it, and end a hang."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
