"""Tick does what is due by the clock, and nothing that happens to the database ends it."""

import subprocess
from contextlib import ExitStack

import psycopg
import pytest
from sqlalchemy import delete

from livedrop.audit.models import AuditEntry
from livedrop.drops import commands as drops
from livedrop.drops.models import DropMark
from livedrop.drops.schedule import state
from livedrop.lib.db import transaction
from livedrop.notifications.models import Announcement
from livedrop.orders import commands as orders
from livedrop.orders import rules
from livedrop.orders.models import Order
from livedrop.orders.rules import Placed
from livedrop.payments.models import Payment
from livedrop.payments.pretend.models import PretendOperation
from tests import factories
from tests.programs import flask, running, until, worker
from tests.rows import kinds, row, rows
from tests.shopping import place, placed

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def ticking(config):
    with running(config, flask("tick")) as program:
        yield program


def test_it_lapses_orders_that_are_due(ben, ticking):
    drop = factories.a_live_drop()
    factories.an_order(ben.user, drop, pay_in=-1)
    until(lambda: row(Order).status == "lapsed")
    assert factories.stock_of(drop) == [(10, 0)]


def test_it_says_that_a_drop_opened_or_ended(ticking):
    factories.a_live_drop()
    factories.an_ended_drop()
    until(lambda: len(rows(DropMark)) == 3)
    assert sorted(kinds()) == ["DropEnded", "DropOpened", "DropOpened"]


def test_back_after_a_start_it_missed_it_tells_of_a_drop_that_opened_without_it(ben, config):
    """F29. The gate is data: Ben orders while every process but the shop is dead."""
    drop = factories.a_live_drop()
    placed(ben, drop)
    assert not rows(DropMark)
    processes = (flask("tick"), flask("relay"), worker("orders"))
    with ExitStack() as stack:
        for process in processes:
            stack.enter_context(running(config, process))
        until(lambda: rows(Announcement))
    assert row(Announcement).kind == "live"


def test_if_a_job_opened_the_drop_ben_would_wait_for_it(ben, monkeypatch):
    """The control: a drop is live once tick has marked it."""

    def marked(drop, now):
        return state(drop, now) if rows(DropMark) else "scheduled"

    monkeypatch.setattr(rules, "state", marked)
    drop = factories.a_live_drop()
    assert not isinstance(place(ben, drop), Placed)
    drops.announce_due()
    placed(ben, drop)


def test_it_asks_again_for_a_payment_nobody_answered(ben, app):
    order = factories.an_order(ben.user, factories.a_live_drop())
    orders.begin_payment(order_id=order.id, user_id=ben.id, method="pretend", outcome="success")
    forget_operations()
    with running(app.extensions["livedrop"], flask("tick")):
        until(lambda: rows(PretendOperation))
    assert row(PretendOperation).key == str(row(Payment).id)


def forget_operations():
    """As if the provider had never been reached."""
    with transaction() as tx:
        tx.execute(delete(PretendOperation))


def test_it_outlives_the_loss_of_its_database_connections(ben, config, ticking):
    drop = factories.a_live_drop()
    factories.an_order(ben.user, drop, pay_in=-1)
    until(lambda: row(Order).status == "lapsed")
    cut_off_everybody(config)
    factories.an_order(ben.user, drop, pay_in=-1)
    until(lambda: {order.status for order in rows(Order)} == {"lapsed"})
    assert ticking.poll() is None


def cut_off_everybody(config):
    with psycopg.connect(config.database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'livedrop'"
        )


def test_it_waits_for_a_database_that_is_not_there_and_stops_when_told(config):
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    with (
        running(config, flask("tick"), database_url=nowhere) as program,
        pytest.raises(subprocess.TimeoutExpired),
    ):
        program.wait(2)


def test_a_cancelled_drop_is_cleaned_up_by_its_worker(ada, ben, config):
    drop = factories.a_live_drop(ada.creator)
    factories.an_order(ben.user, drop)
    drops.cancel(drop_id=drop.id, actor_id=ada.id, reason="It broke.")
    with running(config, flask("relay")), running(config, worker("orders")):
        until(lambda: row(Order).status == "cancelled")
    assert factories.stock_of(drop) == [(10, 0)]
    assert rows(AuditEntry) == []
