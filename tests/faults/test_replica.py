"""Public pages are read from a copy of the database, which is behind (F44): a real one, that
streams from a server of its own and applies what it hears late."""

import os
import shutil
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from flask_migrate import upgrade

from bench.drill import copied
from deploy.local import postgres
from livedrop import create_app
from livedrop.extensions import db
from livedrop.lib import replica
from livedrop.lib.db import transaction
from livedrop.orders.models import Order
from livedrop.orders.queries import orders_of
from tests import factories
from tests.cast import Person
from tests.conftest import MIGRATIONS, settings
from tests.page import Browser, Page
from tests.programs import until

TITLE = "Fresh from the press"
BEHIND = 10 if os.environ.get("LIVEDROP_FULL_FAULTS") == "1" else 3  # seconds


@pytest.fixture(scope="module")
def primary():
    with postgres.serve(durable=False, settings={"wal_keep_size": "64MB"}) as server:
        yield server


@pytest.fixture(scope="module")
def copy(primary, redis_url):
    """A replica that was up to date when it began, and applies everything `BEHIND` late."""
    app = create_app(settings(primary.url, redis_url))
    with app.app_context():
        upgrade(str(MIGRATIONS))
        db.engine.dispose()
    with TemporaryDirectory(prefix="livedrop-replica-") as where:
        yield from beside(primary, Path(where))


def beside(primary, where):
    copied(primary, where, "standby.signal")
    shutil.copy(primary.data / "postgres.password", where / "postgres.password")
    server = postgres.Server(
        where,
        durable=False,
        settings={
            "primary_conninfo": primary.url,
            "recovery_min_apply_delay": f"{BEHIND}s",
            "hot_standby": "on",
        },
    )
    server.start()
    yield server
    server.stop()


def say(server, words):
    with psycopg.connect(server.url) as connection:
        return connection.execute(words).fetchone()


@contextmanager
def shop(primary, redis_url, **settings_of_it):
    app = create_app(replace(settings(primary.url, redis_url), **settings_of_it))
    app.test_client_class = Browser
    with app.app_context():
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def behind(primary, copy, redis_url):
    say(copy, "SELECT pg_wal_replay_resume()")
    say(primary, "UPDATE alembic_version SET version_num = version_num RETURNING 1")
    until(lambda: say(copy, "SELECT pg_last_xact_replay_timestamp()") != (None,))
    with shop(primary, redis_url, database_replica_url=copy.url) as app:
        until(lambda: replica.replica().lag() is not None)
        yield app


def test_public_pages_are_old_and_say_so_and_ones_own_things_are_not(behind, copy):
    ada, ben = Person.called(behind, "ada", creates=True), Person.called(behind, "ben")
    drop = factories.a_live_drop(ada.creator, quantity=3)
    factories.change(drop, title=TITLE)
    visitor = Page(behind)
    say(copy, "SELECT pg_wal_replay_pause()")  # however slow this machine is
    # It is not there yet, and is: what the copy has not is asked of the database itself.
    assert visitor.get(f"/drops/{drop.slug}").status == 200
    assert say(copy, "SELECT count(*) FROM drops") == (0,)
    # Lists come from the copy: there the product does not exist yet.
    assert TITLE not in visitor.get("/drops").text
    form = ben.page.get(f"/drops/{drop.slug}/orders/new")
    form.submit("#order-form", quantity=1)
    assert TITLE in ben.page.get("/orders").text
    until(lambda: "110" in visitor.client.get("/drops").headers.get("Warning", ""))
    assert TITLE not in visitor.get("/drops").text
    say(copy, "SELECT pg_wal_replay_resume()")
    until(lambda: TITLE in visitor.get("/drops").text)


def test_without_the_rule_ones_own_order_would_not_be_seen(behind, copy):
    """The control, and what decides is read from the database whatever was said."""
    say(copy, "SELECT pg_wal_replay_pause()")
    ada, ben = Person.called(behind, "ada2", creates=True), Person.called(behind, "ben2")
    order = factories.an_order(ben.user, factories.a_live_drop(ada.creator))
    with replica.reading():
        assert orders_of(ben.id, None, 10) == []
        with transaction() as tx:
            assert tx.session.get(Order, order.id)
    assert [one.id for one in orders_of(ben.id, None, 10)] == [order.id]


def test_a_copy_that_dies_is_not_missed(primary, copy, behind):
    visitor = Page(behind)
    assert visitor.get("/drops").status == 200
    copy.kill()
    for _ in range(5):
        assert visitor.get("/drops").status == 200
    assert replica.replica().lag() is None
