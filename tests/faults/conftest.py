"""Faults: real web processes that are killed and stopped, and databases that die."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from livedrop.config import Config
from tests import invariants
from tests.programs import HOME, environment, website

# PgBouncer is no package that the set-up brings.
collect_ignore = [] if os.environ.get("LIVEDROP_FULL_FAULTS") == "1" else ["test_pooler.py"]


class Deeds:
    """A process that does things in forks of itself, and says how they ended."""

    def __init__(self, program: "subprocess.Popen[str]") -> None:
        self.program = program

    def does(
        self,
        deed: str,
        told: dict[str, Any],
        *,
        killed_at: str = "",
        stopped_at: str = "",
        twin: str = "",
    ) -> int:
        fault = f"{killed_at}=kill" if killed_at else f"{stopped_at}=stop"
        wish = {"deed": deed, "told": told, "fault": fault, "twin": twin}
        assert self.program.stdin
        self.program.stdin.write(f"{json.dumps(wish)}\n")
        self.program.stdin.flush()
        return int(self.hears())

    def hears(self) -> str:
        assert self.program.stdout
        return self.program.stdout.readline().strip()


@pytest.fixture(scope="module")
def deeds(config: Config) -> Iterator[Deeds]:
    program = subprocess.Popen(
        (sys.executable, "-m", "tests.faults.deeds"),
        cwd=HOME,
        env=environment(config),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        deeds = Deeds(program)
        assert deeds.hears() == "ready"
        yield deeds
    finally:
        program.kill()
        program.wait()


class Site:
    """Two web processes behind one address, with a fault at hand for each failpoint."""

    def __init__(self, url: str, faults: Path) -> None:
        self.url, self.faults = url, faults

    def next_at(self, failpoint: str) -> Path:
        """Whichever process passes there next meets its fault, once; the file is there until."""
        file = self.faults / failpoint
        file.touch()
        return file


@pytest.fixture(scope="module")
def site(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    faults = tmp_path_factory.mktemp("faults")
    actions = {"before_commit": "kill", "after_commit": "kill", "after_stock": "stop"}
    armed = ",".join(f"{name}={action}@{faults / name}" for name, action in actions.items())
    with website(config, workers=2, failpoints=armed) as url:
        yield Site(url, faults)


@pytest.fixture(autouse=True)
def _the_books_are_in_order(app: Flask) -> Iterator[None]:
    yield
    assert invariants.broken() == []
