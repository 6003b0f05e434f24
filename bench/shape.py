"""The whole shop as it is deployed: every process of the Procfile, behind the gateway."""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.web import Web
from deploy.local import gateway, ports
from deploy.local.console import Refusal
from deploy.local.paths import ROOT
from deploy.local.supervisor import Stack, into


@dataclass(frozen=True)
class Shape:
    """A shop that answers at `web`."""

    web: Web
    stack: Stack

    @property
    def pids(self) -> Mapping[str, int]:
        return {name: member.pid for name, member in self.stack.members.items()}


@contextmanager
def running(
    database_url: str, names: Sequence[str] | None = None, *, workers: int, restart: bool = False
) -> Iterator[Shape]:
    """The shop on this database, or of its processes only those of these `names`; with `restart`
    those that die are started again."""
    front, behind = ports.pick(), f"127.0.0.1:{ports.pick()}"
    with tempfile.TemporaryDirectory(prefix="livedrop-shape-") as directory:
        logs = Path(directory)
        env = os.environ | {
            "DATABASE_URL": database_url,
            "LIVEDROP_URL": f"http://127.0.0.1:{front}",
            "LIVEDROP_BIND": behind,
            "LIVEDROP_PROXIES": "1",
            "LIVEDROP_LOAD_TEST": "1",
            "LIVEDROP_MAILBOX": str(logs / "mailbox"),
            "WEB_CONCURRENCY": str(workers),
        }
        with gateway.serve([behind], front, logs / "gateway.log", lifted=True) as server:
            stack = Stack(
                ROOT,
                env,
                names,
                restart=restart,
                output=into(logs / "processes.log"),
                servers={"gateway": server},
            )
            with stack:
                try:
                    stack.wait_until_healthy(server.url)
                except Refusal:
                    said = (logs / "processes.log").read_text()
                    raise Refusal(f"The shop does not start:\n{said}") from None
                yield Shape(Web(front, stack.pid("web")), stack)
