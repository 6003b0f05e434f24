"""A connection that is lost during COMMIT: nobody guesses, and asking again tells (F38)."""

import pytest

from livedrop.lib import db as transactions
from livedrop.lib.errors import OutcomeUnknown
from livedrop.orders.commands import place_all
from livedrop.orders.models import Order
from livedrop.orders.rules import Placed
from tests import factories
from tests.faults.proxy import in_front_of
from tests.parallel import Queue, until
from tests.rows import rows
from tests.shopping import an_attempt

HAPPENED = {
    "break before": False,
    "break after": True,
    "swallow the question": False,
    "swallow the answer": True,
}


@pytest.fixture
def shop(make_app, config):
    """A shop with a proxy before its database, whose callers wait half a second."""
    with in_front_of(config.database_url) as (proxy, url):
        app = make_app(database_url=url, order_deadline_seconds=0.5)
        queue = Queue(app)
        queue.proxy = proxy
        yield queue
        queue.empties()


@pytest.mark.parametrize(("loss", "happened"), HAPPENED.items())
def test_the_outcome_is_unknown_and_the_key_tells(shop, app, ben, loss, happened):
    drop = factories.a_live_drop(limit_per_customer=5)
    attempt = an_attempt(ben, drop)
    shop.proxy.loss = loss
    assert isinstance(shop.asks(attempt), OutcomeUnknown)
    told = []

    def knows():
        told.append(Queue(app).asks(attempt))
        return isinstance(told[-1], Placed)

    until(knows)
    assert told[-1].replayed == happened
    assert [str(order.id) for order in rows(Order)] == [told[-1].order_id]


def test_an_optimistic_answer_confirms_what_is_not_there(shop, monkeypatch, ben):
    monkeypatch.setattr(transactions, "_commit", believe)
    drop = factories.a_live_drop()
    with shop.app.app_context():
        shop.proxy.loss = "break before"
        (answer,) = place_all([an_attempt(ben, drop)]).answers
    assert isinstance(answer, Placed)
    assert rows(Order) == []


def believe(session):
    """Whatever became of the COMMIT, it will have worked."""
    try:
        session.commit()
    except Exception:
        session.invalidate()
