"""A cancelled drop: nothing is sold from that commit on, and a job undoes what was."""

import pytest

from livedrop.lib import failpoints
from livedrop.orders import commands
from livedrop.orders.models import Order
from livedrop.payments.models import Payment
from livedrop.payments.pretend.models import PretendOperation
from tests import factories
from tests.rows import kinds, recorded, rows
from tests.shopping import (
    call_back,
    call_back_refund,
    cancel_drop,
    confirmed,
    many_due,
    order,
    pay,
    payments,
    place,
    placed,
    told_of_refund,
)


def clean_up(drop):
    commands.clean_up_cancelled_drop(drop_id=drop.id)


def test_nothing_is_placed_from_then_on(app, ben, cleo):
    drop = factories.a_live_drop()
    placed(ben, drop)
    cancel_drop(drop)
    assert place(cleo, drop).code == "cancelled"
    assert factories.stock_of(drop) == [(10, 1)]


def test_placed_orders_are_cancelled_and_confirmed_ones_refunded(app, ben, cleo):
    drop = factories.a_live_drop()
    unpaid, paid = placed(ben, drop), confirmed(cleo, drop)
    cancel_drop(drop)
    clean_up(drop)
    assert [order(one.id).status for one in (unpaid, paid)] == ["cancelled", "refunded"]
    assert [order(one.id).reason for one in (unpaid, paid)] == ["drop-cancelled"] * 2
    assert factories.stock_of(drop) == [(10, 0)]
    assert kinds()[-3:] == ["OrderCancelled", "OrderRefunded", "RefundBegun"]


def test_the_money_is_asked_back_at_once(app, ben):
    drop = factories.a_live_drop()
    bought = confirmed(ben, drop)
    cancel_drop(drop)
    clean_up(drop)
    (asked,) = rows(PretendOperation, kind="refund")
    assert (asked.amount, payments(bought.id)[0].status) == (4500, "refund_pending")


def test_orders_that_are_over_stay_as_they_are(app, ben):
    drop = factories.a_live_drop()
    over = [factories.an_order(ben.user, drop, status=s) for s in ("cancelled", "lapsed")]
    cancel_drop(drop)
    clean_up(drop)
    assert [order(one.id).status for one in over] == ["cancelled", "lapsed"]
    assert kinds() == ["DropCancelled"]


def test_a_second_run_changes_nothing(app, ben, cleo):
    drop = factories.a_live_drop()
    placed(ben, drop)
    confirmed(cleo, drop)
    cancel_drop(drop)
    clean_up(drop)
    before = kinds()
    clean_up(drop)
    assert kinds() == before
    assert len(rows(PretendOperation, kind="refund")) == 1


def test_a_drop_that_is_not_cancelled_is_left_alone(app, ben):
    drop = factories.a_live_drop()
    bought = placed(ben, drop)
    clean_up(drop)
    assert order(bought.id).status == "placed"


def test_it_goes_on_where_it_was_stopped(app):
    drop = factories.a_live_drop(quantity=120, limit_per_customer=100)
    many_due(drop, 120)
    cancel_drop(drop)
    failpoints.arm("clean_up_mid_chunk:2=raise")
    with pytest.raises(failpoints.Injected):
        clean_up(drop)
    assert factories.stock_of(drop) == [(120, 70)]
    clean_up(drop)
    assert {one.status for one in rows(Order)} == {"cancelled"}
    assert len(recorded("OrderCancelled")) == 120


def test_a_payment_under_way_is_refunded_when_it_succeeds(app, ben):
    drop = factories.a_live_drop()
    bought = placed(ben, drop)
    payment = pay(bought)
    cancel_drop(drop)
    clean_up(drop)
    call_back(payment)
    assert (order(bought.id).status, payments(bought.id)[0].status) == (
        "cancelled",
        "refund_pending",
    )


def test_an_order_partly_on_its_way_back_follows_when_that_part_is_back(app, ben):
    drop = factories.a_live_drop(limit_per_customer=2)
    bought = confirmed(ben, drop, 2)
    commands.refund(
        order_id=bought.id, reason="It broke.", quantities={factories.sku_of(drop).id: 1}
    )
    cancel_drop(drop)
    clean_up(drop)
    assert order(bought.id).status == "confirmed"
    call_back_refund(bought.id)
    assert (order(bought.id).status, order(bought.id).reason) == ("refunded", "drop-cancelled")
    assert [one.amount for one in rows(PretendOperation, kind="refund")] == [4500, 4500]


def test_an_order_paid_twice_follows_when_the_second_money_is_back(app, ben):
    """The provider was asked again for the payment just given back, not for the kept one."""
    drop = factories.a_live_drop()
    bought = placed(ben, drop)
    first = pay(bought)
    call_back(first, "decline")
    second = pay(bought)
    call_back(second)
    call_back(first)
    cancel_drop(drop)
    clean_up(drop)
    call_back_refund(bought.id)
    assert order(bought.id).status == "refunded"
    call_back_refund(bought.id)
    assert {one.status for one in rows(Payment)} == {"refunded"}
    asked = {one.key.partition(":")[0] for one in rows(PretendOperation, kind="refund")}
    assert asked == {str(first), str(second)}


def test_two_parts_on_their_way_back_may_be_answered_in_any_order(app, ben):
    """The answer to one raised while the other was under way, and was never taken in."""
    drop = factories.a_live_drop(limit_per_customer=2)
    bought = placed(ben, drop, 2)
    first = pay(bought)
    call_back(first, "decline")
    second = pay(bought)
    call_back(second)
    call_back(first)
    commands.refund(
        order_id=bought.id, reason="It broke.", quantities={factories.sku_of(drop).id: 1}
    )
    cancel_drop(drop)
    for payment_id in (first, second):
        (key,) = [
            one.key
            for one in rows(PretendOperation, kind="refund")
            if one.key.startswith(str(payment_id))
        ]
        told_of_refund(key)
    assert order(bought.id).status == "refunded"


def test_an_order_with_a_line_that_cost_nothing_is_undone_too(app, ben, cleo):
    drop = factories.a_live_drop(price=0)
    bought, behind = confirmed(ben, drop), placed(cleo, drop)
    cancel_drop(drop)
    clean_up(drop)
    assert [order(one.id).status for one in (bought, behind)] == ["refunded", "cancelled"]
