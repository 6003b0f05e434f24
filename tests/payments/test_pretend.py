"""The provider takes each order once and tells what became of it until somebody listens."""

import pytest
from sqlalchemy import text, update

from livedrop.lib.db import transaction
from livedrop.payments.pretend import commands
from livedrop.payments.pretend.deliver import messenger
from livedrop.payments.pretend.models import PretendOperation
from livedrop.payments.pretend.signature import secret, sent_at
from tests.payments.shop import listening
from tests.programs import flask, killed, run, running, until
from tests.rows import row, rows

pytestmark = pytest.mark.usefixtures("app")
KEY = "x" * 40


@pytest.fixture
def shop():
    with listening() as shop:
        yield shop


def order(key="charge-1", kind="charge", outcome="success"):
    commands.write_down(key=key, kind=kind, amount=4500, currency="EUR", outcome=outcome)
    owe_now()


def owe_now():
    """As if the time the provider takes, or the time until its next attempt, were over."""
    with transaction() as tx:
        tx.execute(update(PretendOperation).values(callback_due_at=tx.clock()))


def deliver(shop):
    return messenger(shop.url, KEY)()


def test_it_tells_what_became_of_a_charge_with_its_signature(shop):
    order()
    assert deliver(shop) == 1
    ((signature, body),) = shop.heard
    told = {"key": "charge-1", "kind": "charge", "outcome": "success", "amount": 4500}
    assert shop.told == [told]
    assert sent_at(body, signature, secret=secret(KEY))


def test_asking_twice_is_one_charge(shop):
    order()
    order(outcome="decline")
    deliver(shop)
    assert [told["outcome"] for told in shop.told] == ["success"]
    assert len(rows(PretendOperation)) == 1


def test_it_takes_its_time(shop, make_app):
    with make_app(pretend_delay_seconds=60).app_context():
        commands.write_down(key="slow", kind="charge", amount=1, currency="EUR", outcome="success")
    assert deliver(shop) == 0


def test_what_was_taken_is_told_no_more(shop):
    order()
    deliver(shop)
    owe_now()
    assert deliver(shop) == 0


@pytest.mark.parametrize(
    ("delivered", "forgotten"),
    [("30 days 1 minute", 1), ("29 days 23 hours", 0), (None, 0)],
)
def test_it_knows_an_operation_for_thirty_days_after_it_was_taken(delivered, forgotten):
    order()
    past = text(f"clock_timestamp() - interval '{delivered}'") if delivered else None
    with transaction() as tx:
        tx.execute(update(PretendOperation).values(delivered_at=past))
    assert commands.purge() == forgotten
    assert len(rows(PretendOperation)) == 1 - forgotten


@pytest.mark.parametrize("answer", [301, 404, 500, 503])
def test_what_was_not_taken_is_told_again_later(shop, answer):
    shop.answers = [answer]
    order()
    assert [deliver(shop), deliver(shop)] == [1, 0]
    owe_now()
    assert [deliver(shop), row(PretendOperation).attempts] == [1, 2]
    assert row(PretendOperation).delivered_at


def test_somebody_who_does_not_listen_is_told_later(shop):
    order()
    assert messenger("http://127.0.0.1:1", KEY)() == 1
    assert row(PretendOperation).delivered_at is None
    owe_now()
    deliver(shop)
    assert row(PretendOperation).delivered_at


def test_a_refund_that_failed_is_tried_anew_when_asked_for_again(shop):
    order(kind="refund", outcome="decline")
    deliver(shop)
    order(kind="refund", outcome="success")
    deliver(shop)
    assert [told["outcome"] for told in shop.told] == ["decline", "success"]


def test_a_messenger_killed_on_its_way_tells_it_again(shop, config):
    order()
    assert killed(run(config, flask("pretend"), url=shop.url, failpoints="before_delivered=kill"))
    owe_now()
    with running(config, flask("pretend"), url=shop.url):
        until(lambda: row(PretendOperation).delivered_at)
    assert [told["key"] for told in shop.told] == ["charge-1", "charge-1"]
