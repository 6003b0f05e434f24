"""The tables change while people order, up and down, and nobody notices (F45)."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle
from threading import Event
from time import sleep

import psycopg
import pytest
from alembic.script import ScriptDirectory

from tests import factories
from tests.cast import Person
from tests.conftest import MIGRATIONS
from tests.faults.shopper import Shopper
from tests.programs import flask, run, until, website

NEXT = """
revision, down_revision = "f45f45f45f45", "{head}"
branch_labels = depends_on = None

from alembic import op
import sqlalchemy as sa


def upgrade():
    op.add_column("orders", sa.Column("gift", sa.Text()))
    op.create_check_constraint("gift", "orders", "gift <> ''", postgresql_not_valid=True)


def downgrade():
    op.drop_column("orders", "gift")
"""
# Alone: what is built beside everything else cannot be part of a transaction, and is begun anew.
INDEX = """
revision, down_revision = "f46f46f46f46", "f45f45f45f45"
branch_labels = depends_on = None

from alembic import op


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_orders_gift")
        op.execute("CREATE INDEX CONCURRENTLY ix_orders_gift ON orders (gift)")


def downgrade():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_orders_gift")
"""
HEAD = ScriptDirectory(str(MIGRATIONS)).get_current_head()
WAITS = """
    SELECT count(*) FROM pg_locks
    WHERE relation = 'orders'::regclass AND mode = 'AccessExclusiveLock' AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@pytest.fixture
def ahead(tmp_path):
    """The migrations and one more, as the next version might bring it."""
    copy = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "versions" / "next.py").write_text(NEXT.format(head=HEAD))
    (copy / "versions" / "index.py").write_text(INDEX)
    return str(copy)


@contextmanager
def load(app, config):
    """Four people who order without a pause; the statuses of what they were answered."""
    # Enough for a slow machine: nobody reaches the limit of a drop, they go from one to the next.
    drops = [factories.a_live_drop(quantity=20_000, limit_per_customer=100) for _ in range(8)]
    people = [Person.called(app, f"buyer{each}") for each in range(4)]
    walks = [[Shopper(person, drop) for drop in drops] for person in people]
    said, over = [], Event()

    def buys(walk, url):
        for shopper in cycle(walk):
            if over.wait(0.15):
                return
            said.append(shopper.buys(url).status)

    with website(config) as url, ThreadPoolExecutor(4) as pool:
        work = [pool.submit(buys, walk, url) for walk in walks]
        try:
            until(lambda: len(said) > 20)
            yield said
            before = len(said)
            until(lambda: len(said) > before + 20)
        finally:
            over.set()
        for one in work:
            one.result()


@contextmanager
def somebody_reads(config, seconds):
    """A report that takes its time over the orders: whoever changes the table waits for it, for so
    long."""

    def read():
        with psycopg.connect(config.database_url) as connection:
            connection.execute("SELECT count(*) FROM orders")
            reading.set()
            until(lambda: connection.execute(WAITS).fetchone() == (1,))
            sleep(seconds)

    reading = Event()
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(read)
        reading.wait()
        yield
        work.result()


def migrated(config, ahead, *words):
    ended = run(config, flask("db", *words, "-d", ahead))
    assert ended.returncode == 0, ended.stderr
    return ended.stderr


def test_a_migration_waits_for_whoever_works_and_nobody_waits_for_it(app, config, ahead):
    with load(app, config) as said:
        try:
            with somebody_reads(config, 1):
                told = migrated(config, ahead, "upgrade")
        finally:
            migrated(config, ahead, "downgrade", "f45f45f45f45")
            with somebody_reads(config, 1):
                migrated(config, ahead, "downgrade", HEAD)
    assert "somebody works with these rows" in told
    assert set(said) == {303}


def test_a_plain_change_keeps_everybody_waiting_until_they_give_up(app, config):
    with load(app, config) as said, somebody_reads(config, 3):
        with psycopg.connect(config.database_url, autocommit=True) as connection:
            connection.execute("ALTER TABLE orders ADD COLUMN gift text")
        with psycopg.connect(config.database_url, autocommit=True) as connection:
            connection.execute("ALTER TABLE orders DROP COLUMN gift")
    assert 503 in said
