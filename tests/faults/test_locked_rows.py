"""Rows that somebody keeps locked: answers come all the same, and nothing else waits (F39)."""

import http.client
import os
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from urllib.parse import urlsplit

import pytest
from sqlalchemy import event

from livedrop.extensions import db
from livedrop.lib.errors import Unavailable
from livedrop.orders import commands
from tests import factories
from tests.faults.shopper import PATIENCE, Shopper
from tests.parallel import stock_held, together, until
from tests.shopping import placed

HELD = 10 if os.environ.get("LIVEDROP_FULL_FAULTS") == "1" else 0  # seconds at least


def test_who_orders_is_answered_while_the_stock_is_locked_and_others_notice_nothing(
    site, ben, cleo
):
    locked = factories.a_live_drop(quantity=100, limit_per_customer=100)
    other = factories.a_live_drop()
    shopper, elsewhere = Shopper(ben, locked), Shopper(cleo, other)
    with ThreadPoolExecutor(40) as pool, stock_held(locked):
        until_released = time.monotonic() + HELD
        waiting = [pool.submit(shopper.buys, site.url) for _ in range(40)]
        assert get(site.url, f"/drops/{locked.slug}") == 200
        assert elsewhere.buys(site.url).is_yes
        heard = [one.result(PATIENCE) for one in waiting]
        time.sleep(max(0, until_released - time.monotonic()))
    assert {(said.status, bool(said.retry_after)) for said in heard} == {(503, True)}
    until(lambda: shopper.buys(site.url, "k").is_yes)


def get(url, path):
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_who_cancels_is_answered_while_the_stock_is_locked(app, ben):
    drop = factories.a_live_drop()
    bought = placed(ben, drop)
    with ThreadPoolExecutor(1) as pool, stock_held(drop):
        (answer,) = pool.submit(together, app, [cancel(bought)]).result(PATIENCE)
    assert isinstance(answer, Unavailable)


def test_without_a_limit_on_locks_the_answer_waits_for_whoever_has_it(patient, ben):
    drop = factories.a_live_drop()
    bought = placed(ben, drop)
    with ThreadPoolExecutor(1) as pool:
        with stock_held(drop):
            waiting = pool.submit(together, patient, [cancel(bought)])
            with pytest.raises(NotYet):
                waiting.result(2.5)
        assert waiting.result(PATIENCE) == [None]


@pytest.fixture
def patient(make_app, app):
    """A shop whose connections wait for locks as long as it takes."""
    shop = make_app()
    with shop.app_context():

        @event.listens_for(db.engine, "connect")
        def wait_for_ever(connection, _):
            connection.execute("SET lock_timeout = 0")
            connection.commit()

    return shop


def cancel(bought):
    return lambda: commands.cancel(order_id=bought.id, user_id=bought.user_id)
