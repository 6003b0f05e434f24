"""Without Redis people order as ever: nothing on that path asks it (F30, F31)."""

import json
import os
import signal
import time
import urllib.request
from contextlib import contextmanager

import pytest

from deploy.local import ports
from deploy.local import redis as embedded
from tests import factories
from tests.faults.shopper import Shopper
from tests.faults.test_locked_rows import get
from tests.programs import PATIENCE, website

GONE = 60 if os.environ.get("LIVEDROP_FULL_FAULTS") == "1" else 1  # seconds at least
pytestmark = pytest.mark.timeout(240)


@contextmanager
def refused_before_it_began(config):
    """A shop that was started while nothing listens where Redis should be."""
    with website(config, redis_url=f"redis://127.0.0.1:{ports.pick()}") as url:
        yield url, lambda: None, lambda: None


@contextmanager
def refused_meanwhile(config):
    """A shop whose Redis dies, and is started again."""
    with embedded.serve(durable=False) as server, website(config, redis_url=server.url) as url:
        yield url, server.kill, server.start


@contextmanager
def hung(config):
    """A shop whose Redis takes connections and answers nothing any more, and wakes up again."""
    with embedded.serve(durable=False) as server, website(config, redis_url=server.url) as url:
        stop, wake = (
            lambda number=number: os.kill(server.pid, number)
            for number in (signal.SIGSTOP, signal.SIGCONT)
        )
        try:
            yield url, stop, wake
        finally:
            wake()


@pytest.mark.parametrize("fault", [refused_before_it_began, refused_meanwhile, hung])
def test_people_order_and_see_the_drop(config, ben, fault):
    drop = factories.a_live_drop(quantity=100, limit_per_customer=100)
    shopper = Shopper(ben, drop)
    with fault(config) as (url, goes, comes_back):
        assert shopper.buys(url).status == 303
        goes()
        assert state(url) == "degraded"
        until_over = time.monotonic() + GONE
        while time.monotonic() < until_over:
            assert shopper.buys(url).status == 303
            assert get(url, f"/drops/{drop.slug}") == 200
            time.sleep(1)
        comes_back()
        assert shopper.buys(url).status == 303
        assert state(url) == ("degraded" if fault is refused_before_it_began else "ready")


def state(url):
    with urllib.request.urlopen(f"{url}/readyz", timeout=PATIENCE) as answer:
        return json.load(answer)["state"]


def test_without_redis_the_last_unit_is_the_last(config, ben):
    drop = factories.a_live_drop(quantity=5, limit_per_customer=6)
    shopper = Shopper(ben, drop)
    with refused_before_it_began(config) as (url, *_):
        assert [shopper.buys(url).status for _ in range(6)] == [303] * 5 + [409]
