"""A web process that is stopped with the stock in its hands, and wakes up again (F19)."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from livedrop.orders.models import Order
from tests import factories, invariants
from tests.faults.deeds import do
from tests.faults.shopper import Shopper
from tests.programs import until
from tests.rows import rows
from tests.shopping import change

FULL = os.environ.get("LIVEDROP_FULL_FAULTS") == "1"
pytestmark = pytest.mark.timeout(180)


def test_it_holds_nobody_up_for_long_and_orders_nothing_when_it_wakes(site, ben, cleo):
    drop = factories.a_live_drop(quantity=5, limit_per_customer=5)
    shopper, other = Shopper(ben, drop), Shopper(cleo, drop)
    fault = site.next_at("after_stock")
    with ThreadPoolExecutor(1) as pool:
        lost = pool.submit(shopper.buys, site.url, "k")
        until(lambda: not fault.exists())
        until(lambda: other.buys(site.url, "other").is_yes)
        until(lambda: shopper.buys(site.url, "k").is_yes)
        wake_up(after=40 if FULL else 0)
        lost.result()
    assert sorted(order.user_id for order in rows(Order)) == sorted([ben.id, cleo.id])
    assert factories.stock_of(drop) == [(5, 2)]


def wake_up(after):
    """Those of our processes that are stopped; if gunicorn has not replaced them meanwhile."""
    time.sleep(after)
    assert bool(stopped()) != FULL
    for pid in stopped():
        os.kill(pid, signal.SIGCONT)


def stopped():
    ours = psutil.Process().children(recursive=True)
    return [one.pid for one in ours if one.status() == psutil.STATUS_STOPPED]


@pytest.mark.parametrize(("twin", "orders"), [("", 1), ("key_apart", 2)])
def test_who_asks_again_meanwhile_gets_the_order_or_a_second_if_the_key_is_stored_apart(
    deeds, app, twin, orders
):
    """The control: stopped between its effect and its key, it leaves nothing to be known by."""
    drop, person = factories.a_live_drop(limit_per_customer=2), factories.a_user()
    sku_id = factories.sku_of(drop).id
    told = {"drop_id": drop.id, "user_id": person.id, "sku_id": sku_id, "key": "k"}
    with ThreadPoolExecutor(1) as pool:
        lost = pool.submit(deeds.does, "place", told, stopped_at="after_commit", twin=twin)
        until(stopped)
        do("place", told)
        (pid,) = stopped()
        os.kill(pid, signal.SIGCONT)
        assert lost.result() == 0
    assert len(rows(Order)) == orders
    unknown = [line for line in invariants.broken() if "recorded without a key" in line]
    assert len(unknown) == orders - 1
    change("DELETE FROM outbox_events")
    change("DELETE FROM idempotency_keys")
