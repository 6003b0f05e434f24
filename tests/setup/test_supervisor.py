"""Processes are started together, started again when they die, and none is left behind."""

import json
import os
import signal
import subprocess
import sys

import psutil
import pytest

from deploy.local.supervisor import Stack
from tests.setup.conftest import is_alive, until

LIVES = "python -c 'import time; time.sleep(600)'"
DIES = "python -c 'raise SystemExit(3)'"
STUBBORN = (
    "python -c 'import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    ' print("deaf", flush=True); time.sleep(600)\''
)
SAYS_SO = (
    "python -c 'import signal, time;"
    ' signal.signal(signal.SIGTERM, lambda *_: print("told", flush=True));'
    ' print("ready", flush=True); time.sleep(600)\''
)
# A child that leaves the group of its parent, as the work horse of an RQ worker does.
PARENT = (
    "python -c 'import os, time; child = os.fork(); child or os.setpgrp();"
    ' child and print("child", child, flush=True); time.sleep(600)\''
)


@pytest.fixture
def heard():
    return []


@pytest.fixture
def stack(tmp_path, heard):
    """A stack of a Procfile given as keywords."""

    def make(**programs: str) -> Stack:
        lines = (f"{name}: {command}\n" for name, command in programs.items())
        (tmp_path / "Procfile").write_text("".join(lines))
        pids = tmp_path / "pids.json"
        return Stack(
            tmp_path, os.environ, output=lambda *said: heard.append(said), grace=0.5, pids=pids
        )

    return make


def test_a_dead_one_is_started_again(stack):
    with stack(web=LIVES) as processes:
        first = processes.pid("web")
        processes.kill("web")
        until(lambda: processes.pid("web") != first)
        assert processes.deaths == [("web", -signal.SIGKILL)]
        assert is_alive(processes.pid("web"))


def test_the_sixth_death_within_a_minute_stops_all(stack):
    with stack(web=LIVES, tick=DIES) as processes:
        until(lambda: processes.collapse)
        assert "tick died 6 times within a minute" in str(processes.collapse)
        assert processes.deaths == [("tick", 3)] * 6
        until(lambda: not is_alive(processes.pid("web")))


def test_five_deaths_stop_nothing(stack, tmp_path):
    script = tmp_path / "five.py"
    script.write_text(
        "import pathlib, sys, time\n"
        "lives = pathlib.Path('lives')\n"
        "lives.write_text(lives.read_text() + 'x' if lives.exists() else 'x')\n"
        "len(lives.read_text()) > 5 or sys.exit(3)\n"
        "print('well', flush=True)\n"
        "time.sleep(600)\n"
    )
    heard = []
    with stack(tick=f"python {script}") as processes:
        processes.programs["tick"].output = lambda *said: heard.append(said)
        until(lambda: ("tick", "well") in heard)
        assert len(processes.deaths) == 5
        assert processes.collapse is None


def test_what_a_dead_one_started_is_gone_before_its_successor(stack, heard):
    with stack(orders=PARENT) as processes:
        until(lambda: heard)
        first = processes.pid("orders")
        processes.kill("orders", signal.SIGTERM)
        until(lambda: processes.pid("orders") != first)
        assert not is_alive(_child(heard))


def test_the_deaf_are_killed_in_the_end(stack, heard):
    with stack(web=STUBBORN) as processes:
        until(lambda: ("web", "deaf") in heard)
        deaf = processes.pid("web")
    assert not is_alive(deaf)


def test_each_is_told_to_end_once(stack, heard):
    """A worker that is told twice drops the job it has."""
    with stack(web=STUBBORN, bulk=SAYS_SO):
        until(lambda: {("web", "deaf"), ("bulk", "ready")} <= set(heard))
    assert heard.count(("bulk", "told")) == 1


def test_one_that_was_stopped_stays_stopped_until_it_is_started(stack):
    with stack(web=LIVES, audit=LIVES) as processes:
        processes.stop("audit")
        assert not is_alive(processes.pid("audit"))
        processes.start("audit")
        assert is_alive(processes.pid("audit"))
        assert processes.deaths == []


def test_a_file_says_who_is_who(stack, tmp_path):
    with stack(web=LIVES, tick=LIVES) as processes:
        told = json.loads((tmp_path / "pids.json").read_text())
        assert told == {"web": processes.pid("web"), "tick": processes.pid("tick")}


# --- whatever happens to the parent ---


SUPERVISED = """
import os, sys, time
from pathlib import Path
from deploy.local.supervisor import Stack
with Stack(Path(sys.argv[1]), os.environ):
    time.sleep(600)
"""
# The negative control: the same children without the supervisor's care.
PLAIN = """
import shlex, subprocess, sys, time
from pathlib import Path
for line in (Path(sys.argv[1]) / "Procfile").read_text().splitlines():
    subprocess.Popen(shlex.split(line.partition(":")[2]))
time.sleep(600)
"""


@pytest.mark.parametrize(("care", "left"), [(SUPERVISED, False), (PLAIN, True)])
def test_a_killed_parent_leaves_no_process(stack, tmp_path, care, left):
    stack(web=LIVES, orders=PARENT)
    command = [sys.executable, "-c", care, str(tmp_path)]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert "child" in parent.stdout.readline()
    family = psutil.Process(parent.pid).children(recursive=True)
    parent.kill()
    parent.wait()
    if not left:
        until(lambda: not any(map(_runs, family)), "the end of all")
    remaining = [one for one in family if _runs(one)]
    for one in remaining:
        one.kill()
    assert bool(remaining) == left


def test_the_guard_may_die_too(stack, tmp_path):
    """Then the kernel's own signal still reaches every child."""
    stack(web=LIVES, tick=LIVES)
    command = [sys.executable, "-c", SUPERVISED, str(tmp_path)]
    parent = psutil.Popen(command)
    until(lambda: len(parent.children()) == 3)
    family = parent.children()
    for one in family:
        if any("guard.py" in word for word in one.cmdline()):
            one.kill()
    parent.kill()
    parent.wait()
    until(lambda: not any(map(_runs, family)), "the end of all")


def _runs(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _child(heard: list[tuple[str, str]]) -> int:
    return int(heard[0][1].removeprefix("child "))
