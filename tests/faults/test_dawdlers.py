"""Many who hardly say anything stand at the gateway (F21): who buys does not notice.

That they are sent away, and the gateways that lack a limit, are in tests/gateway/test_hostile.py.
"""

import os
import threading
from contextlib import ExitStack, contextmanager, suppress

import pytest

from tests import factories, invariants
from tests.cast import Person
from tests.faults.buyers import Buyers
from tests.faults.shopper import Shopper
from tests.gateway.edge import before
from tests.gateway.raw import connected, idlers
from tests.programs import until, website

FULL = os.environ.get("LIVEDROP_FULL_FAULTS") == "1"
IDLE, SLOW = (1000, 200) if FULL else (200, 40)
ORDERS, RATE = (1500, 50) if FULL else (40, 20)
PEOPLE = 40
HANG = 120  # seconds; only ever ends a hang
PAUSE = 0.2  # seconds between two bytes
pytestmark = pytest.mark.timeout(300)

HEAD = b"POST /drops/x/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
BODY = b"POST /drops/x/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999\r\n\r\n"


@pytest.fixture
def shop(config, tmp_path):
    with (
        website(config, proxies=1) as web,
        before(web.removeprefix("http://"), log=tmp_path / "gateway.log", lifted=True) as edge,
    ):
        yield edge.url


@pytest.fixture
def shoppers(app, ada):
    drop = factories.a_live_drop(ada.creator, quantity=20_000, limit_per_customer=100)
    return [Shopper(Person.called(app, f"buyer{each}"), drop) for each in range(PEOPLE)]


def test_f21_who_buys_does_not_notice_a_crowd_of_dawdlers(shop, shoppers, record_property):
    with Buyers(shoppers, shop, RATE) as alone:
        until(lambda: len(alone.said) >= ORDERS, HANG)
    with idlers(shop, IDLE), _dawdling(shop), Buyers(shoppers, shop, RATE) as among:
        until(lambda: len(among.said) >= ORDERS, HANG)
    record_property("orders", f"p95 {alone.p95:.0f} ms alone, {among.p95:.0f} ms among dawdlers")
    assert set(alone.statuses) == set(among.statuses) == {303}
    assert invariants.broken() == []


@contextmanager
def _dawdling(url):
    """So many who send a byte now and then, of their headers or of a body, for as long as they
    are let."""
    over = threading.Event()
    with ExitStack() as stack:
        lines = [stack.enter_context(connected(url)) for _ in range(SLOW)]
        for number, line in enumerate(lines):
            line.sendall(BODY if number % 2 else HEAD)

        def dawdle():
            while not over.wait(PAUSE):
                for line in lines:
                    with suppress(OSError):  # it was sent away
                        line.send(b"x")

        thread = threading.Thread(target=dawdle, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
