"""Runs the processes of the Procfile together: a dead one is restarted, all stop together.

Six deaths of one process within a minute mean that restarting does not help, and stop everything.
Each leads a session of its own and is sent SIGTERM, then, with whatever it started, SIGKILL.
"""

import http.client
import json
import os
import shlex
import signal
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol, Self

from . import processes
from .console import Refusal
from .guard import signal_session
from .paths import BIN

DEATHS, WITHIN = 6, 60.0
GRACE = 12.0  # longer than the web worker's own

Output = Callable[[str, str], None]


class Member(Protocol):
    """What is looked after: a Procfile's program, or an embedded server."""

    @property
    def pid(self) -> int: ...
    def start(self) -> None: ...
    def poll(self) -> int | None: ...
    def stop(self) -> None: ...


class Program:
    """One line of a Procfile."""

    def __init__(
        self,
        name: str,
        command: str,
        root: Path,
        env: Mapping[str, str],
        output: Output,
        grace: float,
    ) -> None:
        self.name, self.command = name, shlex.split(command)
        self.root, self.env, self.output, self.grace = root, env, output, grace
        self.child: processes.Popen | None = None
        self._told: processes.Popen | None = None

    @property
    def pid(self) -> int:
        assert self.child is not None, f"{self.name} was not started"
        return self.child.pid

    def start(self) -> None:
        self.child = processes.spawn(
            self.command, env=self.env, cwd=self.root, stdout=subprocess.PIPE
        )
        threading.Thread(target=self._pass_on, args=(self.child,), daemon=True).start()

    def poll(self) -> int | None:
        return None if self.child is None else self.child.poll()

    def tell(self) -> None:
        """Ask it to end. Once: a second time would mean to drop what it does."""
        if self.child is not None and self.child.poll() is None and self._told is not self.child:
            self._told = self.child
            signal_session(self.child.pid, signal.SIGTERM)

    def stop(self) -> None:
        self.tell()
        if self.child is not None:
            processes.end(self.child, None, grace=self.grace)

    def _pass_on(self, child: processes.Popen) -> None:
        assert child.stdout is not None
        for line in child.stdout:
            with suppress(OSError):  # our own reader may be gone; the child must not block
                self.output(self.name, line.decode(errors="replace").rstrip())


def into(path: Path) -> Output:
    """Write what the processes say to a file instead."""

    def write(name: str, line: str) -> None:
        with path.open("a") as file:
            file.write(f"{name:<8}| {line}\n")

    return write


def echo(name: str, line: str) -> None:
    print(f"{name:<8}| {line}", flush=True)


class Stack:
    """The processes of a Procfile, tended in the background while the `with` block lasts.

    `names` picks some of them; `more` are commands beside them, by name. `deaths` collects (name,
    exit status) of every death that was not asked for, restarted or not; a status of -9 is a
    SIGKILL. `collapse` says why everything was stopped, should that happen.
    """

    def __init__(
        self,
        root: Path,
        env: Mapping[str, str],
        names: Sequence[str] | None = None,
        *,
        more: Mapping[str, str] | None = None,
        restart: bool = True,
        grace: float = GRACE,
        output: Output = echo,
        servers: Mapping[str, Member] | None = None,
        pids: Path | None = None,
    ) -> None:
        commands = read(root / "Procfile")
        chosen = {name: commands[name] for name in names or commands} | dict(more or {})
        env = {**env, "PATH": f"{BIN}{os.pathsep}{env.get('PATH', os.defpath)}"}
        self.programs = {
            name: Program(name, command, root, env, output, grace)
            for name, command in chosen.items()
        }
        self.members: dict[str, Member] = {**(servers or {}), **self.programs}
        self.restart, self.output, self.pids = restart, output, pids
        self.deaths: list[tuple[str, int]] = []
        self.collapse: Refusal | None = None
        self._wanted: set[str] = set(servers or {})
        self._times: dict[str, list[float]] = defaultdict(list)
        self._lock = threading.RLock()
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._tend, daemon=True)

    def __enter__(self) -> Self:
        try:
            for name in self.programs:
                self.start(name)
        except BaseException:
            self._stop_all()
            raise
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        self._thread.join()
        self._stop_all()

    def pid(self, name: str) -> int:
        with self._lock:
            return self.members[name].pid

    def start(self, name: str) -> None:
        with self._lock:
            self.members[name].start()
            self._wanted.add(name)
            self._write_pids()

    def stop(self, name: str) -> None:
        """Stop one in order; it stays stopped until `start`."""
        with self._lock:
            self._wanted.discard(name)
            self.members[name].stop()

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Signal one and all it started, by surprise: this is a death like any other."""
        signal_session(self.pid(name), number)

    def wait_for_death(self, name: str, timeout: float = 30) -> int:
        """The exit status of the latest death of one, once there is one."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            statuses = [status for who, status in list(self.deaths) if who == name]
            if statuses:
                return statuses[-1]
            time.sleep(0.02)
        raise TimeoutError(f"{name} did not die within {timeout} s")

    def wait_until_healthy(self, url: str, timeout: float = 60) -> None:
        """Until the web process answers /healthz: it listens long before it can."""
        deadline = time.monotonic() + timeout
        while not answers(f"{url}/healthz"):
            if self.collapse:
                raise self.collapse
            if time.monotonic() > deadline:
                raise Refusal(
                    f"The web process does not answer at {url}/healthz: what it says is above."
                )
            time.sleep(0.05)

    def wait(self) -> None:
        """For as long as all is well; raises what made everything stop."""
        while self._thread.is_alive():
            self._thread.join(0.5)  # in pieces, so that a signal is heard in between
        if self.collapse:
            raise self.collapse

    def _tend(self) -> None:
        while not self._leaving.wait(0.05):
            try:
                with self._lock:
                    self._look_after()
            except Refusal as refusal:
                self.collapse = refusal
                self._stop_all()
                return

    def _look_after(self) -> None:
        for name in sorted(self._wanted):
            status = self.members[name].poll()
            if status is not None:
                self._wanted.discard(name)
                self._mourn(name, status)

    def _mourn(self, name: str, status: int) -> None:
        self.deaths.append((name, status))
        if name in self.programs:
            self.programs[name].stop()  # what it started must not work on beside its successor
        if not self.restart:
            return
        now = time.monotonic()
        self._times[name] = [then for then in self._times[name] if now - then < WITHIN] + [now]
        if len(self._times[name]) >= DEATHS:
            raise Refusal(
                f"The process {name} died {DEATHS} times within a minute, so everything was "
                "stopped: correct what it says above, then run this again."
            )
        self.output(name, f"died with status {status} and is started again")
        self.start(name)

    def _stop_all(self) -> None:
        with self._lock:
            self._wanted.clear()
            for program in self.programs.values():  # all hear it first, then we wait for each
                program.tell()
            for program in self.programs.values():
                program.stop()
            if self.pids:
                self.pids.unlink(missing_ok=True)

    def _write_pids(self) -> None:
        if self.pids:
            started = {name: self.members[name].pid for name in sorted(self._wanted)}
            draft = self.pids.with_suffix(".draft")
            draft.write_text(json.dumps(started))
            draft.replace(self.pids)


def read(procfile: Path) -> dict[str, str]:
    """Name and command of each line."""
    lines = procfile.read_text().splitlines()
    pairs = (line.partition(":") for line in lines if line.strip() and not line.startswith("#"))
    return {name.strip(): command.strip() for name, _, command in pairs}


def answers(url: str) -> bool:
    """Whether a GET is answered with 200; past any proxy the environment may name."""
    address, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(address, timeout=2)
    try:
        connection.request("GET", f"/{path}")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
