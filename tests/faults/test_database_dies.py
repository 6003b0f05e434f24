"""A Postgres that dies and comes back under people who order: what they were told stays true
(F36).

Each guard has its control: the same death without it, and what breaks then.
"""

import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from deploy.local import postgres as embedded
from livedrop import create_app
from livedrop.extensions import db
from livedrop.lib import db as transactions
from livedrop.lib.errors import Unavailable
from livedrop.orders.commands import place_all
from livedrop.orders.models import Order
from livedrop.orders.rules import Placed
from tests import factories, invariants
from tests.cast import Person
from tests.conftest import MIGRATIONS
from tests.faults.shopper import Shopper
from tests.parallel import stock_held, together, until_waiting
from tests.programs import PATIENCE, until, website
from tests.rows import rows
from tests.shopping import an_attempt, place

FULL = os.environ.get("LIVEDROP_FULL_FAULTS") == "1"
DEATHS, TERMINATING = (5, 60) if FULL else (1, 3)  # times, seconds
# A person's orders in one drop, and drops enough that nobody comes to an end of them.
LIMIT, DROPS = 100, 16 if FULL else 4
pytestmark = pytest.mark.timeout(180)


class Crowd:
    """People who order one after the other, each under a new key, and again until answered."""

    def __init__(self, url, drops, people):
        self.url, self.drops = url, drops
        self.shoppers = [[Shopper(person, drop) for drop in drops] for person in people]
        self.leave = threading.Event()
        self.told = {}  # order ids by key, as they were acknowledged
        self.statuses = set()
        self.threads = [threading.Thread(target=self.orders, args=[one]) for one in self.shoppers]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.leave.set()
        for thread in self.threads:
            thread.join()

    def orders(self, shopper):
        number = 0
        while not self.leave.is_set():
            key = f"{self.shoppers.index(shopper)}-{number}"
            self.told[key] = self.told_in_the_end(shopper[number // LIMIT], key)
            number += 1
            time.sleep(0.05)

    def told_in_the_end(self, shopper, key):
        """The order this key leads to; None when nothing is answered for half a minute."""
        deadline = time.monotonic() + PATIENCE
        while (said := shopper.buys(self.url, key)).may_be_tried_again:
            self.statuses.add(said.status)
            if time.monotonic() > deadline:
                break
            time.sleep(0.1)
        self.statuses.add(said.status)
        return said.order_id

    def until_more(self, orders):
        enough = len(self.told) + orders
        until(lambda: len(self.told) >= enough)


@pytest.fixture(scope="module")
def own_server():
    with embedded.serve(durable=False) as server:
        yield server


@pytest.fixture(scope="module")
def shop(own_server, config):
    """The settings of a shop on a Postgres of its own, and the address of its web processes."""
    settings = replace(config, database_url=own_server.url)
    app = create_app(settings)
    with app.app_context():
        upgrade(str(MIGRATIONS))
        db.engine.dispose()
    with website(settings, workers=2) as url:
        yield settings, url


@pytest.fixture
def crowd(shop, make_app):
    settings, url = shop
    app = make_app(database_url=settings.database_url)
    with app.app_context():
        drops = [
            factories.a_live_drop(quantity=1000, limit_per_customer=LIMIT) for _ in range(DROPS)
        ]
        people = [Person(app, factories.a_user()) for _ in range(5)]
        yield Crowd(url, drops, people)
        db.session.remove()


def what_was_told_is_true(crowd):
    """Every acknowledged order is there, once, under its key, and the books are in order."""
    placed = {str(one.id) for drop in crowd.drops for one in rows(Order, drop_id=drop.id)}
    assert set(crowd.told.values()) == placed
    assert len(placed) == len(crowd.told)
    assert invariants.broken() == []
    assert crowd.statuses <= {303, 409, 503}  # 409: asked before, and still under way


def test_it_dies_under_load_and_comes_back(own_server, crowd):
    with crowd:
        for _ in range(DEATHS):
            crowd.until_more(10)
            own_server.kill()
            until(lambda: 503 in crowd.statuses)
            own_server.start()
            crowd.until_more(10)
    what_was_told_is_true(crowd)


def test_its_connections_are_terminated_at_random(own_server, crowd):
    with crowd, psycopg.connect(own_server.url, autocommit=True) as admin:
        crowd.until_more(5)
        until_over = time.monotonic() + TERMINATING
        while time.monotonic() < until_over:
            others = admin.execute(
                "SELECT pid FROM pg_stat_activity"
                " WHERE datname = 'livedrop' AND pid <> pg_backend_pid()"
            ).fetchall()
            for (pid,) in random.sample(others, min(1, len(others))):
                admin.execute("SELECT pg_terminate_backend(%s)", [pid])
            time.sleep(0.2)
        crowd.until_more(5)
    what_was_told_is_true(crowd)


def test_who_waited_on_a_connection_that_is_terminated_may_ask_again(app, ben):
    """F37"""
    drop = factories.a_live_drop()
    assert isinstance(terminated_while_it_waits(app, ben, drop), Unavailable)
    assert isinstance(place(ben, drop), Placed)


def test_not_told_from_a_fault_of_ours_it_would_be_one(app, ben, monkeypatch):
    """The control: what should be asked again is a crash."""
    monkeypatch.setattr(transactions, "is_lost", lambda error: False)
    answer = terminated_while_it_waits(app, ben, factories.a_live_drop())
    assert isinstance(answer, OperationalError)


def terminated_while_it_waits(app, person, drop):
    with ThreadPoolExecutor(1) as pool, stock_held(drop):
        asked = pool.submit(together, app, [lambda: place(person, drop)])
        until_waiting()
        with db.engine.connect() as admin:
            admin.execute(TERMINATE_WHO_WAITS)
        return asked.result(PATIENCE)[0]


TERMINATE_WHO_WAITS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


# --- the pool ---


def test_connections_that_died_idle_are_replaced_before_anybody_gets_one(make_app, app, ben):
    assert isinstance(placed_on_a_dead_connection(make_app(), ben), Placed)


def test_without_a_look_at_them_somebody_is_refused_for_it(make_app, app, ben):
    answer = placed_on_a_dead_connection(make_app(), ben, look=False)
    assert isinstance(answer, Unavailable)


def placed_on_a_dead_connection(shop, person, look=True):
    attempt = an_attempt(person, factories.a_live_drop())
    with shop.app_context():
        with db.engine.connect() as connection:
            dead = connection.connection.dbapi_connection.info.backend_pid
        db.engine.pool._pre_ping = look
        terminate(dead)
        try:
            return place_all([attempt]).answers[0]
        except Unavailable as error:
            return error


def terminate(pid):
    url = db.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s)", [pid])
        gone = "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = %s)"
        until(lambda: admin.execute(gone, [pid]).fetchone()[0])
