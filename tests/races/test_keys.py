"""The same intention sent by several at once is carried out once, and told to all alike.

Each guard has its control: the same meeting without it, and what breaks then.
"""

import json
from importlib import import_module

import pytest
from sqlalchemy import text

from livedrop.grants import commands as grants
from livedrop.grants import steps
from livedrop.grants.models import Family
from livedrop.idempotency import guard
from livedrop.idempotency.guard import Once
from livedrop.lib.errors import DomainError
from livedrop.orders.models import OrderLine
from livedrop.products import commands
from livedrop.products.models import Product
from tests import factories
from tests.parallel import together
from tests.races.twins import Meeting
from tests.rows import row, rows
from tests.shopping import confirmed, payments

refunds = import_module("livedrop.orders.commands.refund")  # the package calls its command so
AT_ONCE = 4


def intention(ada):
    return Once(ada.id, "one", "same", freeze=lambda product_id: json.dumps(product_id))


def send(ada, once):
    def run():
        commands.create(creator_id=ada.id, title="Print", once=once)
        return once

    return run


def test_of_the_same_key_at_once_one_is_carried_out(app, ada):
    told = together(app, [send(ada, intention(ada)) for _ in range(AT_ONCE)])
    assert len(rows(Product)) == 1
    assert len({once.said for once in told}) == 1
    assert sorted(once.replayed for once in told) == [False] + [True] * (AT_ONCE - 1)


def test_unless_they_wait_for_each_other_they_are_refused(app, ada, monkeypatch):
    """The control of the test above: what the key's row alone can do."""
    monkeypatch.setattr(guard, "WAIT", text("SELECT :name, :user_id"))
    meeting, kept = Meeting(2), guard.keep

    def keep(*given):
        meeting()
        kept(*given)

    monkeypatch.setattr(commands, "keep", keep)
    told = together(app, [send(ada, intention(ada)) for _ in range(2)])
    assert [one.code for one in told if isinstance(one, DomainError)] == ["key-reused"]


@pytest.fixture
def sold(ada, ben):
    """Two of Ada's, which Ben has paid."""
    return confirmed(ben, factories.a_live_drop(ada.creator, limit_per_customer=2), [2])


def give_one_back(ada, sold):
    order_id, quantities = sold.id, {row(OrderLine).sku_id: 1}

    def run():
        once = Once(ada.id, "one", "same", freeze=str)
        refunds.refund(order_id=order_id, reason="It broke.", quantities=quantities, once=once)
        return once

    return run


def test_of_a_refund_sent_twice_at_once_one_is_carried_out(app, ada, sold):
    told = together(app, [give_one_back(ada, sold) for _ in range(AT_ONCE)])
    assert [(one.said, one.replayed) for one in told].count((str(sold.id), True)) == AT_ONCE - 1
    assert payments(sold.id)[0].refund_due == row(OrderLine).price


def test_unless_they_wait_the_second_hears_that_it_cannot_be(app, ada, sold, monkeypatch):
    """The control of the test above: the order's lock alone keeps the money, and lies about it."""
    meeting, known = Meeting(2), refunds.done

    def done(*given):
        before = known(*given)
        meeting()
        return before

    monkeypatch.setattr(guard, "WAIT", text("SELECT :name, :user_id"))
    monkeypatch.setattr(refunds, "done", done)
    told = together(app, [give_one_back(ada, sold) for _ in range(2)])
    assert [one.code for one in told if isinstance(one, DomainError)] == ["not-refundable"]


@pytest.fixture
def token(app, ben):
    return grants.begin(sign_in_id=factories.a_sign_in(ben.user).id)


def test_of_two_who_refresh_at_once_both_get_the_same(app, token):
    """S17"""
    refresh = [lambda: grants.refresh(token=token).token] * AT_ONCE
    assert len(set(together(app, refresh))) == 1
    (family,) = rows(Family)
    assert family.previous is not None


def test_unless_the_family_is_locked_what_they_get_is_a_matter_of_luck(app, token, monkeypatch):
    """The control of the test above: both find the old token to be the present one."""
    meeting, seen = Meeting(2), []

    def read(tx, family_id):
        family = tx.session.get(Family, family_id)
        seen.append(family.previous)
        meeting()
        return family

    monkeypatch.setattr(steps, "lock", read)
    together(app, [lambda: grants.refresh(token=token).token] * 2)
    assert seen == [None, None]
