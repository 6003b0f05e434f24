"""The gateway: a real nginx before a stand-in, or before two web processes of the application."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
import pytest

from deploy.local import ports
from livedrop.config import Config
from tests.gateway.edge import Edge, before
from tests.gateway.standin import StandIn, standing_in
from tests.programs import answers, gunicorn, running, until


@pytest.fixture
def web() -> Iterator[StandIn]:
    with standing_in() as web:
        yield web


@pytest.fixture
def make_edge(tmp_path: Path, web: StandIn) -> Callable[..., AbstractContextManager[Edge]]:
    """Makes a gateway before the stand-in, with some settings changed or a guard taken out."""
    return partial(before, web.address, log=tmp_path / "gateway.log")


@pytest.fixture
def edge(make_edge: Callable[..., AbstractContextManager[Edge]]) -> Iterator[Edge]:
    with make_edge() as edge:
        yield edge


@dataclass
class Pair:
    """Two web processes of the application."""

    addresses: list[str]
    programs: list["subprocess.Popen[str]"]
    faults: Path

    def next_at(self, failpoint: str) -> None:
        """Whichever worker passes there next is killed, once; until then both are well."""
        self.await_both()
        (self.faults / failpoint).touch()

    def await_both(self) -> None:
        for address in self.addresses:
            until(lambda address=address: answers(f"http://{address}/healthz"))

    def kill_one(self) -> None:
        """All of one of the two, by surprise."""
        victim = psutil.Process(self.programs[0].pid)
        for process in [victim, *victim.children(recursive=True)]:
            process.kill()


@contextmanager
def two_of(config: Config, faults: Path) -> Iterator[Pair]:
    here = (ports.pick(), ports.pick())
    addresses = [f"127.0.0.1:{port}" for port in here]
    killed = ("before_commit", "after_commit")
    settings = {
        "url": "http://127.0.0.1",
        "proxies": 1,
        "page_seconds": 1.0,
        "load_test": True,
        "failpoints": ",".join(f"{name}=kill@{faults / name}" for name in killed),
    }
    with ExitStack() as stack:
        programs = [
            stack.enter_context(running(config, gunicorn(port), **settings)) for port in here
        ]
        pair = Pair(addresses, programs, faults)
        pair.await_both()
        yield pair


@pytest.fixture(scope="module")
def pair(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with two_of(config, tmp_path_factory.mktemp("faults")) as pair:
        yield pair


@pytest.fixture
def make_shop(pair: Pair, tmp_path: Path) -> Callable[..., AbstractContextManager[Edge]]:
    """Makes a gateway before the two, with a guard taken out of it."""
    return partial(before, *pair.addresses, log=tmp_path / "shop.log", lifted=True)


@pytest.fixture
def shop(make_shop: Callable[..., AbstractContextManager[Edge]]) -> Iterator[Edge]:
    with make_shop() as shop:
        yield shop
