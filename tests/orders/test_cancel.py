"""Cancelling one's own unpaid order: the units are back at once, exactly once."""

import pytest

from livedrop.lib.errors import DomainError, NotFound
from livedrop.orders import commands
from livedrop.orders.queries import find_order
from livedrop.orders.rules import Placed
from tests import factories
from tests.rows import kinds, recorded
from tests.shopping import call_back, confirmed, order, pay, payments, place, placed


def cancel(bought, person=None):
    commands.cancel(order_id=bought.id, user_id=person.id if person else bought.user_id)


def not_cancellable():
    return pytest.raises(DomainError, match=r"^not-cancellable$")


def test_its_units_are_back_at_once(app, ben, cleo):
    drop = factories.a_live_drop(quantity=2, limit_per_customer=2)
    cancel(placed(ben, drop, 2))
    assert factories.stock_of(drop) == [(2, 0)]
    assert isinstance(place(cleo, drop, 2), Placed)


def test_it_says_why_and_is_recorded(app, ben):
    bought = placed(ben, factories.a_live_drop())
    cancel(bought)
    after = order(bought.id)
    assert (after.status, after.reason) == ("cancelled", "by-shopper")
    assert after.closed_at >= after.placed_at
    assert recorded("OrderCancelled")[0].actor_id == ben.id


def test_a_second_cancel_gives_nothing_back(app, ben, cleo):
    drop = factories.a_live_drop(quantity=2)
    placed(cleo, drop)
    bought = placed(ben, drop)
    cancel(bought)
    with not_cancellable():
        cancel(bought)
    assert factories.stock_of(drop) == [(2, 1)]


@pytest.mark.parametrize("status", ["confirmed", "lapsed", "refunded"])
def test_only_a_placed_order_can_be_cancelled(app, ben, status):
    bought = factories.an_order(ben.user, factories.a_live_drop(), status=status)
    with not_cancellable():
        cancel(bought)


def test_a_due_order_has_lapsed_and_is_not_cancelled(app, ben):
    bought = factories.an_order(ben.user, factories.a_live_drop(), pay_in=-0.01)
    with not_cancellable():
        cancel(bought)
    commands.lapse_due()
    assert find_order(bought.id, ben.id).reason == "payment-lapsed"


def test_only_ones_own(app, ben, cleo):
    with pytest.raises(NotFound):
        cancel(placed(ben, factories.a_live_drop()), cleo)


def test_money_that_comes_after_it_goes_back(app, ben):
    drop = factories.a_live_drop()
    bought = placed(ben, drop)
    payment = pay(bought)
    cancel(bought)
    call_back(payment)
    assert order(bought.id).status == "cancelled"
    assert [one.status for one in payments(bought.id)] == ["refund_pending"]
    assert kinds()[-3:] == ["OrderCancelled", "PaymentSucceeded", "RefundBegun"]


def test_a_paid_order_is_refunded_not_cancelled(app, ben):
    drop = factories.a_live_drop()
    bought = confirmed(ben, drop)
    with not_cancellable():
        cancel(bought)
    assert factories.stock_of(drop) == [(10, 1)]


def test_cancelling_does_not_count_as_a_lapse(app, ben):
    drop = factories.a_live_drop()
    for _ in range(3):
        cancel(placed(ben, drop))
    assert find_order(placed(ben, drop).id, ben.id).extensions_left == 10
