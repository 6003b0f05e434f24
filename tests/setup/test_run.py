"""`dev.py run`, on a small application in a checkout of its own: from nothing and back (U58)."""

import http.client
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psutil
import pytest

from deploy.local import ports
from tests.setup.conftest import DEADLINE, base_python, is_alive, until

APPLICATION = """
import os
from pathlib import Path
from flask import Flask
from flask.cli import AppGroup

app = Flask(__name__)
app.cli.add_command(group := AppGroup("db"))

@group.command()
def upgrade():
    import psycopg
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS seeded (times int)")

@app.cli.command()
def seed():
    import psycopg
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("INSERT INTO seeded VALUES (1)")

@app.cli.command()
def tick():
    import time
    time.sleep(600)

@app.get("/healthz")
def health():
    import psycopg
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        times, = connection.execute("SELECT count(*) FROM seeded").fetchone()
    return f"{times} {os.environ.get('LIVEDROP_LOAD_TEST')} {os.environ['LIVEDROP_URL']}"
"""
PROCFILE = "web: gunicorn -c deploy/gunicorn.py wsgi:app\ntick: flask --app wsgi tick\n"


@pytest.fixture
def shop(installed: Path) -> Path:
    (installed / "wsgi.py").write_text(APPLICATION)
    (installed / "Procfile").write_text(PROCFILE)
    return installed


@pytest.fixture
def run(shop: Path, data: Path) -> Callable[..., AbstractContextManager["Running"]]:
    @contextmanager
    def start(*words: str) -> Iterator[Running]:
        port = ports.pick()
        env = os.environ | {"PORT": str(port), "LIVEDROP_DATA": str(data)}
        with subprocess.Popen(
            [base_python(), "dev.py", "run", *words], cwd=shop, env=env, stdout=-1, text=True
        ) as process:
            running = Running(process, port)
            try:
                yield running
            finally:
                process.terminate()
                process.wait(DEADLINE)

    return start


class Running:
    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.process, self.url = process, f"http://127.0.0.1:{port}"
        assert process.stdout is not None
        ready = f"LiveDrop is ready: {self.url}\n"
        self.said = next(line for line in process.stdout if line == ready)

    @property
    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def health(self) -> str:
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=DEADLINE)
        connection.request("GET", "/healthz")
        return connection.getresponse().read().decode()


def test_it_stops_in_order_and_the_data_survives(run):
    with run() as shop:
        assert shop.health().startswith("1 None")
        family = shop.family
        shop.process.send_signal(signal.SIGTERM)
        assert shop.process.wait(DEADLINE) == 0
        assert not any(is_alive(one.pid) for one in family)
    with run("--load-test") as shop:
        assert shop.health() == f"2 1 {shop.url}"


def test_a_kill_of_everything_s_parent_leaves_nothing_and_loses_nothing(run):
    with run() as shop:
        family = shop.family
        assert len(family) > 8
        shop.process.kill()
        until(lambda: not any(is_alive(one.pid) for one in family), "the end of all")
    with run() as shop:
        assert shop.health().startswith("2 ")


def test_a_killed_server_is_started_again(run):
    with run() as shop:
        postgres = next(one for one in shop.family if "-D" in one.cmdline())
        postgres.kill()
        until(lambda: shop.health().startswith("1 "), "health")


def test_behind_a_gateway_one_of_its_two_web_processes_may_die(run):
    with run("--gateway") as shop:
        assert len(_children(shop, "nginx")) == 1
        first, _ = _children(shop, "gunicorn")
        first.kill()
        assert shop.health().startswith("1 None")
        until(lambda: len(_children(shop, "gunicorn")) == 2, "its successor")


def _children(shop: "Running", name: str) -> list[psutil.Process]:
    ours = psutil.Process(shop.process.pid).children()
    return [one for one in ours if is_alive(one.pid) and name in " ".join(one.cmdline())]
