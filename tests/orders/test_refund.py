"""Refunding: units come back at once, money when the provider says so, each exactly once."""

import pytest

from livedrop.lib.errors import DomainError, Invalid, NotFound
from livedrop.lib.ids import new_id
from livedrop.orders import commands
from livedrop.orders.models import OrderLine
from livedrop.orders.queries import find_order, find_sold_order, sales_of_drop, stock_of_drop
from livedrop.orders.rules import Placed
from livedrop.payments.pretend.models import PretendOperation
from tests import factories
from tests.rows import kinds, recorded, rows
from tests.shopping import (
    call_back,
    call_back_refund,
    change,
    confirmed,
    order,
    pay,
    payments,
    place,
    placed,
    told_of_refund,
)


def refund(bought, **facts):
    commands.refund(order_id=bought.id, **{"reason": "It broke."} | facts)


def invalid():
    return pytest.raises(Invalid)


def not_refundable():
    return pytest.raises(DomainError, match=r"^not-refundable$")


def two_of_each(ben, **facts):
    """A paid order of two of each of two SKUs."""
    drop = factories.a_live_drop(quantity=[5, 5], limit_per_customer=4, price=1000, **facts)
    return drop, confirmed(ben, drop, [2, 2])


def test_all_of_it_comes_back_at_once(app, ben, dora):
    drop, bought = two_of_each(ben)
    refund(bought, actor_id=dora.id)
    after = order(bought.id)
    assert (after.status, after.reason) == ("refunded", "refunded")
    assert factories.stock_of(drop) == [(5, 0), (5, 0)]
    (event,) = recorded("OrderRefunded")
    assert (event.actor_id, event.payload["units"]) == (dora.id, 4)
    assert (event.payload["amount"], event.payload["reason"]) == (4000, "It broke.")


def test_its_units_can_be_bought_again(app, ben, cleo):
    drop = factories.a_live_drop(quantity=1)
    bought = confirmed(ben, drop)
    assert place(cleo, drop).code == "sold-out"
    refund(bought)
    assert isinstance(place(cleo, drop), Placed)


def test_some_lines_come_back_and_the_order_stays_confirmed(app, ben):
    drop, bought = two_of_each(ben)
    first, second = factories.skus_of(drop)
    refund(bought, quantities={first.id: 1, second.id: 0})
    assert order(bought.id).status == "confirmed"
    assert [line.returned for line in rows(OrderLine)] == [1, 0]
    assert factories.stock_of(drop) == [(5, 1), (5, 2)]
    assert (stock_of_drop(drop.id)[0].sold, sales_of_drop(drop.id).takings) == (1, 3000)


def test_what_came_back_does_not_count_towards_the_limit(app, ben):
    drop, bought = two_of_each(ben)
    refund(bought, quantities={factories.skus_of(drop)[0].id: 1})
    assert place(ben, drop, [2, 0]).code == "limit-reached"
    assert isinstance(place(ben, drop, [1, 0]), Placed)


def test_returning_the_last_line_refunds_the_order(app, ben):
    drop, bought = two_of_each(ben)
    for sku in factories.skus_of(drop):
        refund(bought, quantities={sku.id: 2})
        call_back_refund(bought.id)
    assert order(bought.id).status == "refunded"
    assert payments(bought.id)[0].status == "refunded"


def test_more_than_stands_cannot_come_back(app, ben):
    drop, bought = two_of_each(ben)
    first, second = factories.skus_of(drop)
    foreign = factories.sku_of(factories.a_live_drop())
    for quantities in ({first.id: 3}, {first.id: 1, foreign.id: 1}, {first.id: -1}, {}):
        with invalid():
            refund(bought, quantities=quantities)
    refund(bought, quantities={first.id: 2})
    call_back_refund(bought.id)
    with invalid():
        refund(bought, quantities={first.id: 1, second.id: 1})
    assert factories.stock_of(drop) == [(5, 0), (5, 2)]


def test_nothing_comes_back_without_a_reason(app, ben):
    drop, bought = two_of_each(ben)
    for reason in (" ", "x" * 501, "a\0"):
        with pytest.raises(Invalid) as no:
            refund(bought, reason=reason)
        assert list(no.value.errors) == ["reason"]
    assert factories.stock_of(drop) == [(5, 2), (5, 2)]


def test_its_buyer_sees_what_went_back_and_why(app, ben):
    drop, bought = two_of_each(ben)
    first, second = factories.skus_of(drop)
    refund(bought, quantities={first.id: 1}, reason="One was torn.")
    call_back_refund(bought.id)
    refund(bought, quantities={second.id: 2})
    seen = find_order(bought.id, ben.id).refunds
    assert [(one.reason, one.units, one.amount, one.status) for one in seen] == [
        ("One was torn.", 1, 1000, "refunded"),
        ("It broke.", 2, 2000, "refund_pending"),
    ]


def test_whoever_sold_it_finds_it_and_nobody_else(app, ben, cleo):
    drop, bought = two_of_each(ben)
    assert find_sold_order(bought.id, drop.creator_id).id == bought.id
    assert find_sold_order(bought.id, None).id == bought.id
    assert find_sold_order(bought.id, cleo.id) is None


def test_a_second_refund_gives_nothing_back(app, ben):
    drop, bought = two_of_each(ben)
    refund(bought)
    with not_refundable():
        refund(bought)
    assert factories.stock_of(drop) == [(5, 0), (5, 0)]
    assert len(rows(PretendOperation, kind="refund")) == 1


def test_not_while_an_earlier_refund_is_on_its_way(app, ben):
    drop, bought = two_of_each(ben)
    first = {factories.skus_of(drop)[0].id: 1}
    refund(bought, quantities=first)
    with not_refundable():
        refund(bought, quantities=first)
    call_back_refund(bought.id)
    refund(bought, quantities=first)


@pytest.mark.parametrize("status", ["placed", "cancelled", "lapsed", "refunded"])
def test_only_a_confirmed_order(app, ben, status):
    bought = factories.an_order(ben.user, factories.a_live_drop(), status=status)
    with not_refundable():
        refund(bought)


def test_an_order_that_never_was_is_not_found(app):
    with pytest.raises(NotFound):
        commands.refund(order_id=new_id(), reason="It broke.")


def test_past_the_drops_end_too(app, ben):
    drop = factories.an_ended_drop()
    bought = factories.an_order(ben.user, drop, pay_in=20, placed_at=drop.starts_at)
    call_back(pay(bought))
    refund(bought)
    assert factories.stock_of(drop) == [(10, 0)]


# --- the money ---


def test_the_provider_is_asked_for_each_part_once_under_a_key_of_its_own(app, ben):
    drop, bought = two_of_each(ben)
    for sku in factories.skus_of(drop):
        refund(bought, quantities={sku.id: 2})
        call_back_refund(bought.id)
    asked = rows(PretendOperation, kind="refund")
    assert [one.amount for one in asked] == [2000, 2000]
    assert len({one.key for one in asked}) == 2


def test_the_payment_says_how_far_it_is(app, ben):
    drop, bought = two_of_each(ben)
    refund(bought, quantities={factories.skus_of(drop)[0].id: 1})
    assert find_order(bought.id, ben.id).payment_status == "refund_pending"
    call_back_refund(bought.id, "decline")
    assert find_order(bought.id, ben.id).payment_status == "refund_failed"
    call_back_refund(bought.id)
    assert find_order(bought.id, ben.id).payment_status == "succeeded"
    assert kinds()[-3:] == ["RefundBegun", "RefundFailed", "RefundSucceeded"]


def test_a_callback_of_an_earlier_part_does_not_settle_a_later_one(app, ben):
    """It did: the second part was marked as given back when only the first had been."""
    drop, bought = two_of_each(ben)
    sku = factories.skus_of(drop)[0]
    refund(bought, quantities={sku.id: 1})
    call_back_refund(bought.id)
    (first,) = rows(PretendOperation, kind="refund")
    refund(bought, quantities={sku.id: 1})
    for outcome in ("success", "decline"):
        told_of_refund(first.key, outcome)
    (payment,) = payments(bought.id)
    assert (payment.status, payment.refund_due, payment.refunded) == ("refund_pending", 2000, 1000)


def test_a_refund_callback_that_comes_again_changes_nothing(app, ben):
    _, bought = two_of_each(ben)
    refund(bought)
    (asked,) = rows(PretendOperation, kind="refund")
    for outcome in ("success", "success", "decline"):
        told_of_refund(asked.key, outcome)
    assert payments(bought.id)[0].status == "refunded"
    assert len(recorded("RefundSucceeded")) == 1


def test_a_charge_callback_that_comes_late_does_not_undo_a_refund(app, ben):
    _, bought = two_of_each(ben)
    refund(bought)
    call_back(payments(bought.id)[0].id)
    assert (order(bought.id).status, payments(bought.id)[0].status) == (
        "refunded",
        "refund_pending",
    )


# --- what costs nothing ---


def test_a_line_that_costs_nothing_comes_back_without_the_provider(app, ben):
    """With all its money back a payment could not be found for what was free, for ever."""
    drop, bought = two_of_each(ben)
    free, dear = factories.skus_of(drop)
    change("UPDATE order_lines SET price = 0 WHERE sku_id = :id", id=free.id)
    change("UPDATE payments SET amount = 2000")
    refund(bought, quantities={dear.id: 2})
    call_back_refund(bought.id)
    refund(bought, quantities={free.id: 2})
    assert order(bought.id).status == "refunded"
    assert len(rows(PretendOperation, kind="refund")) == 1


def test_an_order_that_costs_nothing_is_paid_and_given_back(app, ben):
    drop = factories.a_live_drop(price=0)
    bought = confirmed(ben, drop)
    refund(bought)
    assert (order(bought.id).status, factories.stock_of(drop)) == ("refunded", [(10, 0)])


def test_a_placed_order_has_nothing_to_refund(app, ben):
    with not_refundable():
        refund(placed(ben, factories.a_live_drop()))
