"""The wall clock of a host steps back while a drop runs (F14)."""

import re
import sys
import urllib.request
from contextlib import contextmanager

import pytest

from deploy.local import ports
from livedrop.orders.models import Order
from tests import factories
from tests.faults.shopper import Shopper
from tests.programs import PATIENCE, answers, flask, gunicorn, running, until
from tests.rows import rows
from tests.sockets import Socket
from tests.unguarded import without

WINDOW = 60  # seconds in which one may try to order so often


@pytest.fixture
def stepping(config, tmp_path):
    """A site, and how its host's clock steps back; on the same host runs the relay."""
    step = tmp_path / "step"
    host = (sys.executable, "-m", "tests.faults.stepping", str(step))

    @contextmanager
    def start(*options):
        port = ports.pick()
        url = f"http://127.0.0.1:{port}"
        web, relay = (*gunicorn(port)[2:], *options), flask("relay")[2:]
        with running(config, (*host, *web), url=url), running(config, (*host, *relay)):
            until(lambda: answers(f"{url}/healthz"))
            yield url, step.touch

    return start


@pytest.fixture
def drop(ada):
    return factories.a_live_drop(ada.creator, quantity=100, limit_per_customer=2)


def test_windows_limits_and_sequences_go_on(stepping, drop, ben):
    shopper = Shopper(ben, drop)
    with stepping() as (url, steps_back), Socket(url) as socket:
        bought, shown, beat = shopper.buys(url, "one"), seen(url, drop), beats(socket)
        steps_back()
        assert shopper.buys(url, "one").order_id == bought.order_id
        assert [shopper.buys(url).status for _ in range(2)] == [303, 409]
        assert shown <= seen(url, drop) <= seen(url, drop)
        later, latest = beats(socket), beats(socket)
        assert beat[0] < later[0] < latest[0]
        assert later[1] == latest[1] <= beat[0]  # nothing was missed meanwhile
        assert 0 < refused_for(shopper, url) <= WINDOW
    first, second = sorted(rows(Order), key=lambda order: order.id)
    assert first.placed_at < second.placed_at < second.due_at


def test_the_control_measures_with_the_clock_that_stepped(stepping, drop, ben):
    shopper = Shopper(ben, drop)
    with stepping(*without("durations_by_the_wall")) as (url, steps_back):
        assert shopper.buys(url).status == 303
        shown = seen(url, drop)
        steps_back()
        assert seen(url, drop) < shown
        assert refused_for(shopper, url) > WINDOW


def test_the_control_forgets_who_signed_in_last(stepping, drop, ben):
    shopper = Shopper(ben, drop)
    with stepping(*without("sessions_that_age")) as (url, steps_back):
        assert shopper.buys(url).is_yes
        steps_back()
        assert not shopper.buys(url).is_yes


def seen(url, drop):
    """The instant of what is shown of the drop."""
    with urllib.request.urlopen(f"{url}/drops/{drop.slug}/state", timeout=PATIENCE) as answer:
        return int(re.search(rb'data-seq="(\d+)"', answer.read())[1])


def beats(socket):
    """When the next beat was, and since when nothing was missed."""
    return [int(word) for word in socket.hear().split(" ")]


def refused_for(shopper, url):
    """Try until it is too often; the seconds that are to be waited."""
    for _ in range(WINDOW + 1):
        said = shopper.buys(url)
        if said.status == 429:
            return int(said.retry_after)
    raise AssertionError("it was never too often")
