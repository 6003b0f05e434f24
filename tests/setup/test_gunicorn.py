"""The web worker: while one request waits for the database, it answers the others."""

import os
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from deploy.local import ports
from deploy.local.paths import BIN, ROOT
from tests.setup.conftest import DEADLINE, until

APPLICATION = """
import os
import psycopg

def app(environ, start_response):
    if environ["PATH_INFO"] == "/wait":
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            connection.execute("SELECT pg_advisory_lock(7)")
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
"""
# The negative control: psycopg is imported before the worker has patched itself.
TOO_EARLY = "from deploy.gunicorn import *\nimport psycopg\n"


@pytest.fixture
def serve(tmp_path: Path, own_database):
    (tmp_path / "shop.py").write_text(APPLICATION)

    @contextmanager
    def start(config: str) -> Iterator[str]:
        port = ports.pick()
        env = os.environ | {
            "DATABASE_URL": own_database.url,
            "LIVEDROP_BIND": f"127.0.0.1:{port}",
            "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}",
            "WEB_CONCURRENCY": "1",
        }
        with subprocess.Popen([BIN / "gunicorn", "-c", config, "shop:app"], env=env) as server:
            url = f"http://127.0.0.1:{port}"
            until(lambda: _answers(url, 1.0), "an answer")
            try:
                yield url
            finally:
                server.kill()

    return start


def test_a_waiting_request_holds_nobody_up(serve, own_database):
    with serve(f"{ROOT}/deploy/gunicorn.py") as url, _somebody_waits(url, own_database):
        assert _answers(url, DEADLINE)


def test_it_would_if_psycopg_were_imported_before_the_worker_is_patched(
    serve, own_database, tmp_path
):
    (tmp_path / "early.py").write_text(TOO_EARLY)
    with serve(f"{tmp_path}/early.py") as url, _somebody_waits(url, own_database):
        assert not _answers(url, 1.0)


@contextmanager
def _somebody_waits(url: str, database) -> Iterator[None]:
    """A request that waits for a lock we hold."""
    with psycopg.connect(database.url, autocommit=True) as holder:
        holder.execute("SELECT pg_advisory_lock(7)")
        waiting = Thread(target=_answers, args=(f"{url}/wait", DEADLINE))
        waiting.start()
        blocked = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        until(lambda: holder.execute(blocked).fetchone() == (1,), "the wait")
        yield
        holder.execute("SELECT pg_advisory_unlock(7)")
        waiting.join()


def _answers(url: str, timeout: float) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=timeout) as answer:
            return answer.status == 200
    except OSError:
        return False
