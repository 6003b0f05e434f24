"""Without Redis people order as ever: nothing on that path asks it (F30, F31)."""

import os
import signal

import pytest

from deploy.local import ports
from deploy.local import redis as embedded
from tests import factories
from tests.faults.shopper import Shopper
from tests.faults.test_locked_rows import get
from tests.programs import website


@pytest.fixture
def refused(config):
    """The address of a shop that was started while nothing listens where Redis should be."""
    with website(config, redis_url=f"redis://127.0.0.1:{ports.pick()}") as url:
        yield url


@pytest.fixture
def hung(config):
    """The address of a shop whose Redis takes connections and answers nothing any more."""
    with embedded.serve(durable=False) as server, website(config, redis_url=server.url) as url:
        os.kill(server.pid, signal.SIGSTOP)
        yield url
        os.kill(server.pid, signal.SIGCONT)


@pytest.mark.parametrize("shop", ["refused", "hung"])
def test_people_order_and_see_the_drop(request, ben, shop):
    url = request.getfixturevalue(shop)
    drop = factories.a_live_drop(limit_per_customer=5)
    shopper = Shopper(ben, drop)
    assert [shopper.buys(url).status for _ in range(5)] == [303] * 5
    assert shopper.buys(url).status == 409
    assert get(url, f"/drops/{drop.slug}") == 200
