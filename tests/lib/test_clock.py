"""The database's time, as a process knows it."""

from datetime import UTC, datetime, timedelta

import pytest

from livedrop.lib import clock as clocks
from livedrop.lib.clock import Clock
from livedrop.lib.errors import Unavailable
from tests import factories
from tests.statements import statements


def test_it_tells_the_databases_time(app):
    before = factories.now()
    told = Clock().now()
    assert before - timedelta(seconds=1) < told < factories.now() + timedelta(seconds=1)


def test_it_asks_once_for_many_looks(app):
    clock = Clock()
    with statements() as sent:
        looks = [clock.now() for _ in range(100)]
    assert len(sent) == 1
    assert looks == sorted(looks)


def test_it_goes_on_while_the_database_is_away(app, make_app, monkeypatch):
    clock = Clock()
    known = clock.now()
    later = clocks.monotonic() + 60
    monkeypatch.setattr(clocks, "monotonic", lambda: later)
    with make_app(database_url=GONE).app_context():
        assert clock.now() - known > timedelta(seconds=59)


def test_it_does_not_guess(make_app):
    with make_app(database_url=GONE).app_context(), pytest.raises(Unavailable):
        Clock().now()


def test_its_epoch_is_everybodys():
    assert datetime.fromtimestamp(0, UTC) == clocks.EPOCH


GONE = "postgresql://nobody@127.0.0.1:9/none"  # the port of `discard`, where nobody listens
