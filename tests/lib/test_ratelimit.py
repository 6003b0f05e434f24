"""Buckets fill up, empty, and take no more memory than they may."""

from contextlib import suppress

import pytest
from flask import Flask

from livedrop.lib import ratelimit
from livedrop.lib.ratelimit import Bucket, TooManyTries

BUCKET = Bucket("knocks", "3/minute")
RINGS = Bucket("rings", "3/minute")


@pytest.fixture
def told():
    return []


@pytest.fixture
def counting(told):
    app = Flask(__name__)
    ratelimit.init_app(app, lifted=False, tell=told.append)
    with app.app_context():
        yield app.extensions["rate-limits"]


def knock(times, key="ben"):
    for _ in range(times):
        BUCKET.spend(key)


def test_the_fourth_try_of_three_is_refused(counting):
    knock(3)
    with pytest.raises(TooManyTries) as no:
        knock(1)
    assert 1 <= no.value.facts["retry_after"] <= 60


def test_that_it_is_full_is_told_once(counting, told):
    for _ in range(9):
        with suppress(TooManyTries):
            knock(1)
    assert told == ["knocks"]


def test_each_key_has_its_own(counting):
    knock(3)
    knock(3, key="cleo")


def test_a_minute_later_it_is_empty(counting, monkeypatch):
    knock(3)
    later = ratelimit.monotonic() + 61
    monkeypatch.setattr(ratelimit, "monotonic", lambda: later)
    knock(3)


def test_memory_is_bounded(counting, monkeypatch):
    monkeypatch.setattr(ratelimit, "KEPT", 10)
    for number in range(100):
        knock(1, key=number)
    assert counting.reset() == 10


def cleo_after_a_flood(counting, monkeypatch):
    """She knocked as often as she may; then somebody rings under made-up names."""
    monkeypatch.setattr(ratelimit, "KEPT", 10)
    knock(3, key="cleo")
    for number in range(100):
        RINGS.spend(number)
    with suppress(TooManyTries):
        knock(1, key="cleo")
        return "let in"
    return "refused"


def test_a_flood_in_one_bucket_makes_no_other_forget(counting, monkeypatch):
    assert cleo_after_a_flood(counting, monkeypatch) == "refused"
    assert counting.reset() == 11


def test_in_one_room_for_all_it_would(counting, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(counting, "of", lambda bucket, of=counting.of: of("all"))
    assert cleo_after_a_flood(counting, monkeypatch) == "let in"


def test_nothing_is_counted_when_limits_are_lifted():
    app = Flask(__name__)
    ratelimit.init_app(app, lifted=True, tell=pytest.fail)
    with app.app_context():
        knock(100)
