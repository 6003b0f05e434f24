"""Many sockets at once: all come, all go and come back (F47), some never read (F48)."""

import os
from random import uniform
from time import sleep

import pytest

from livedrop.extensions import db
from livedrop.insights.queries import pulse
from livedrop.lib.redis import connect
from livedrop.web.live import wire
from livedrop.web.live.wire import Message
from tests import factories
from tests.cast import Person
from tests.crowd import Crowd
from tests.faults.buyers import Buyers
from tests.faults.shopper import Shopper
from tests.programs import PATIENCE, until, website
from tests.unguarded import without

FULL = os.environ.get("LIVEDROP_FULL_FAULTS") == "1"
CROWD, PLACES, ORDERS, BUYERS = (
    (5000, 2000, 50, 80) if FULL else (200, 80, 10, 16)
)  # places are in each process
READERS, STALLED = (1000, 100) if FULL else (50, 5)
RETURN = 30 if FULL else 3  # seconds over which they come back; pages take 30
HANG = 5 * PATIENCE if FULL else PATIENCE
pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def drop(ada):
    return factories.a_live_drop(ada.creator, quantity=20_000, limit_per_customer=100)


@pytest.fixture
def shoppers(app, drop):
    return [Shopper(Person.called(app, f"buyer{each}"), drop) for each in range(BUYERS)]


# --- all at once ---


def test_f47_a_storm_of_sockets_stays_outside_and_people_order(
    config, drop, shoppers, record_property
):
    with (
        website(config, workers=2, sockets=PLACES) as url,
        Buyers(shoppers, url, ORDERS) as buyers,
        Crowd(url, CROWD, f"drop:{drop.slug}", returns=lambda: uniform(0, RETURN)) as crowd,
    ):
        until(lambda: crowd.present == 2 * PLACES, HANG)
        crowd.lose_the_line()
        until(lambda: crowd.present < PLACES)
        until(lambda: crowd.present == 2 * PLACES, HANG)
        assert crowd.most == 2 * PLACES
    record_property("orders", f"{buyers.statuses}, p95 {buyers.p95:.0f} ms")
    record_property("crowd", f"{dict(crowd.refusals)} refused")
    assert set(crowd.refusals) == {503}
    assert set(buyers.statuses) == {303}


def test_without_a_cap_all_of_them_get_in(config, drop):
    """The control of F47."""
    with website(config, workers=2, sockets=10_000) as url, Crowd(url, 200) as crowd:
        until(lambda: crowd.present == 200)


# --- some never read ---


TORN = [([], False), *([(["rest_of_a_frame"], True)] if FULL else [])]


@pytest.mark.parametrize(("guards", "torn"), TORN)
def test_f48_who_does_not_read_is_dropped_and_nobodys_frames_are_torn(config, drop, guards, torn):
    """The control, at full length, is the library's way: it does not look how much was taken."""
    topic, last = wire.drop(drop.id), "<b>last</b>"
    with (
        website(config, *without("small_buffers", *guards)) as url,
        Crowd(url, READERS, f"drop:{drop.slug}", stalled=STALLED) as crowd,
    ):
        until(lambda: crowd.present == READERS, HANG)
        until(lambda: listening(drop) == READERS)
        say(config, topic, ["<p>".ljust(30_000, "x")] * 100 + [last])
        if torn:
            crowd.read_on()
            until(lambda: say(config, topic, [last]) or crowd.torn, 4 * PATIENCE)
            return
        until(lambda: all(member.words == last for member in crowd.readers), HANG)
        until(lambda: listening(drop) == READERS - STALLED)
        crowd.read_on()
        until(lambda: not any(member.open for member in crowd.stalled))
        assert crowd.torn == 0
        assert not any(member.ends for member in crowd.readers)


def say(config, topic, words):
    redis = connect(config.redis_url, 5.0)
    for each in words:
        redis.publish(wire.channel(redis), Message(topic, each).encoded())
        sleep(0.002)
    redis.close()


def listening(drop):
    """How many the site counts, a second ago."""
    try:
        return pulse(drop.id).watching
    finally:
        db.session.rollback()
