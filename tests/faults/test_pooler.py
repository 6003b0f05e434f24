"""Everything runs behind PgBouncer, which lends a connection to Postgres for one transaction (F43):
a real one, of a version that knows nothing of prepared statements. At full length only, as it is
no package that the set-up brings."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import psycopg
import pytest
from sqlalchemy import text

from deploy.local import ports
from livedrop.audit.models import AuditEntry
from livedrop.extensions import db
from tests import factories, invariants
from tests.cast import Person
from tests.faults.buyers import Buyers
from tests.faults.shopper import Shopper
from tests.programs import flask, running, until, website, worker
from tests.rows import rows
from tests.unguarded import without

LENT = 8  # connections to Postgres, for all processes together
UNITS, RATE, SECONDS = 5_000, 60, 20
UNDONE = text("SELECT count(*) FROM outbox_events WHERE awaiting IS DISTINCT FROM '{}'")

SETTINGS = """
[databases]
{name} = host={host} port={port} user={user}{password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
auth_type = any
pool_mode = transaction
default_pool_size = {lent}
max_client_conn = 500
logfile = {home}/log
"""
ROLE = (
    "SET timezone = 'UTC'",
    "SET jit = off",
    "SET lock_timeout = '2s'",
    "SET statement_timeout = '3s'",
    "SET idle_in_transaction_session_timeout = '5s'",
)


@contextmanager
def pooler(url):
    """The address of the database behind a pooler of its own, as operations.md sets one up."""
    binary = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if not binary:
        pytest.skip("PgBouncer is not installed")
    parts, own = urlsplit(url), ports.pick()
    password = f" password={parts.password}" if parts.password else ""
    with TemporaryDirectory(prefix="livedrop-pooler-") as directory:
        home = Path(directory)
        home.chmod(0o777)  # it does not run as root
        told = {"host": parts.hostname, "port": parts.port or 5432, "user": parts.username}
        told |= {"name": parts.path[1:], "password": password, "own": own, "lent": LENT}
        (home / "ini").write_text(SETTINGS.format(**told, home=home))
        as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
        program = subprocess.Popen([binary, "-q", *as_nobody, home / "ini"])
        try:
            until(lambda: ports.answers("127.0.0.1", own, 1))
            yield parts._replace(netloc=f"{parts.username}@127.0.0.1:{own}").geturl()
        finally:
            program.terminate()
            program.wait()


@pytest.fixture
def role(config):
    """The limits of a session are those of its role in this database."""
    name = urlsplit(config.database_url).path[1:]
    with psycopg.connect(config.database_url, autocommit=True) as connection:
        for words in ROLE:
            connection.execute(f'ALTER DATABASE "{name}" {words}')
        yield
        connection.execute(f'ALTER DATABASE "{name}" RESET ALL')


@pytest.fixture
def lent(config, role):
    with pooler(config.database_url) as url:
        yield replace(config, database_url=url, pooler=True)


@pytest.fixture
def drop(ada):
    return factories.a_live_drop(ada.creator, quantity=UNITS, limit_per_customer=100)


def sell(app, config, drop, seconds):
    """Many order at once while the relay and workers carry on; what they were answered."""
    shoppers = [Shopper(Person.called(app, f"b{n}"), drop) for n in range(48)]
    with (
        website(config, workers=2) as url,
        running(config, flask("relay")),
        running(config, flask("tick")),
        running(config, worker("orders")),
        running(config, worker("audit")),
    ):
        with Buyers(shoppers, url, RATE) as buyers:
            until(lambda: len(buyers.said) > RATE * seconds, patience=seconds * 10)
        until(carried_out)
    return buyers


def carried_out():
    with db.engine.connect() as connection:
        return not connection.scalar(UNDONE)


def test_f43_behind_a_pooler_nobody_is_refused_and_everything_is_carried_out(app, lent, drop):
    buyers = sell(app, lent, drop, SECONDS)
    assert set(buyers.statuses) == {303}
    assert len(rows(AuditEntry, action="OrderPlaced")) == len(buyers.said)
    assert invariants.broken() == []


def test_with_statements_that_stay_prepared_orders_would_fail(app, lent, drop):
    """The control: one is asked for in a session where another connection prepared it."""
    with website(lent, *without("nothing_prepared"), workers=2) as url:
        shoppers = [Shopper(Person.called(app, f"b{n}"), drop) for n in range(48)]
        with Buyers(shoppers, url, RATE) as buyers:
            until(lambda: set(buyers.statuses) - {303})
