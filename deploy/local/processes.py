"""Starts other programs so that none of them outlives this one, whatever ends it.

Every program leads a session of its own, so a Ctrl-C in the terminal reaches only us and we stop
the rest in order. If we are killed, Linux signals each child, and the guard (see `guard.py`)
signals what the children started.
"""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, NoReturn

from .console import Refusal
from .guard import alive, signal_session
from .paths import ROOT

HERE = Path(__file__).parent
DYING = 5.0  # seconds that a killed process may take: it closes all it has open
Popen = subprocess.Popen[bytes]
User = tuple[int, int]  # uid, gid


def spawn(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: User | None = None,
    farewell: signal.Signals = signal.SIGKILL,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stdout: int | IO[bytes] | None = None,
) -> Popen:
    """Start `command`; stdout and stderr go to one place. `farewell` is sent when we die."""
    child = subprocess.Popen(
        _launched(command, env, user, farewell),
        env=None if env is None else dict(env),
        cwd=cwd,
        start_new_session=True,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.STDOUT if stdout is not None else None,
    )
    guard.watch(child, int(farewell))
    return child


def end(child: Popen, first: signal.Signals | None = signal.SIGTERM, grace: float = 10) -> int:
    """Ask the whole group to stop, unless it was asked (`None`), then kill what is left of its
    session; returns the status."""
    if first is not None and child.poll() is None:
        signal_session(child.pid, first)
    try:
        child.wait(grace)
    except subprocess.TimeoutExpired:
        pass
    finally:
        bury(child)
    return child.wait()


def bury(child: Popen) -> None:
    """Kill whatever a child has left behind, wait until it is gone, and forget it."""
    signal_session(child.pid, signal.SIGKILL)
    child.wait()
    deadline = time.monotonic() + DYING
    while alive(child.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    guard.forget(child)


def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: User | None = None,
    stdout: int | IO[bytes] = subprocess.PIPE,
    timeout: float | None = None,
) -> tuple[int, str]:
    """Run `command` to its end; returns its status and what it printed, both streams together."""
    child = spawn(command, env=env, cwd=cwd, user=user, stdout=stdout)
    try:
        output, _ = child.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        return 124, f"no answer within {timeout} s"
    finally:
        bury(child)
    return child.returncode, (output or b"").decode(errors="replace")


def foreground(command: Sequence[str | Path], env: Mapping[str, str]) -> int:
    """Run something the person talks to: it has the terminal, and Ctrl-C is its business."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.call(_launched(command, env), cwd=ROOT, env=dict(env))
    finally:
        signal.signal(signal.SIGINT, before)


def become(command: Sequence[str | Path], env: Mapping[str, str]) -> NoReturn:
    """Replace ourselves: the command gets the terminal, and its exit status is ours."""
    guard.dismiss()
    os.execvpe(command[0], list(map(str, command)), dict(env))


def _launched(
    command: Sequence[str | Path],
    env: Mapping[str, str] | None,
    user: User | None = None,
    farewell: signal.Signals = signal.SIGKILL,
) -> list[str]:
    # The kernel means the thread that started the child; only the main one lives as long as we.
    main = threading.current_thread() is threading.main_thread()
    wish = {"parent": os.getpid() if main else None, "signal": farewell, "user": user}
    launcher = [sys.executable, "-I", "-S", str(HERE / "launch.py"), json.dumps(wish)]
    return [*launcher, _program(command[0], env), *map(str, command[1:])]


def _program(name: str | Path, env: Mapping[str, str] | None) -> str:
    found = shutil.which(name, path=(os.environ if env is None else env).get("PATH"))
    if found is None:
        raise Refusal(f"The program {name} is missing: install it, then run this again.")
    return str(Path(found).absolute())


class _Guard:
    """The pipe to the guard of this process: started with the first child, and again if killed."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.owner = 0
        self.sessions: dict[int, int] = {}
        self.child: Popen | None = None

    def watch(self, child: Popen, farewell: int) -> None:
        with self.lock:
            self._adopt()
            self.sessions[child.pid] = farewell
            self._write(f"+{child.pid} {farewell}")

    def forget(self, child: Popen) -> None:
        with self.lock:
            if self.owner == os.getpid() and child.pid in self.sessions:
                del self.sessions[child.pid]
                self._write(f"-{child.pid}")

    def dismiss(self) -> None:
        """Let it end what is still listed, and wait for that."""
        if self.owner == os.getpid() and self.child is not None:
            with suppress(BrokenPipeError):
                self.child.communicate()
            self.owner = 0

    def _adopt(self) -> None:
        if self.owner != os.getpid():  # the first child, or the first after a fork
            self.owner, self.sessions = os.getpid(), {}
            self._start()

    def _write(self, line: str) -> None:
        assert self.child is not None
        assert self.child.stdin is not None
        try:
            self.child.stdin.write(f"{line}\n".encode())
            self.child.stdin.flush()
        except BrokenPipeError:
            self._start()

    def _start(self) -> None:
        command = [sys.executable, "-I", "-S", str(HERE / "guard.py")]
        quiet = subprocess.DEVNULL
        self.child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True
        )
        for session, farewell in self.sessions.items():
            self._write(f"+{session} {farewell}")


guard = _Guard()
atexit.register(guard.dismiss)
