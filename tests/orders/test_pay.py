"""Paying: every success belongs to a confirmed order or to a refund, whatever comes how often."""

import pytest

from livedrop.lib.errors import DomainError, NotFound
from livedrop.lib.ids import new_id
from livedrop.orders import commands
from livedrop.orders.commands import pay as paying
from livedrop.orders.commands import resend_open
from livedrop.orders.queries import find_order, stock_of_drop
from livedrop.payments.models import Payment
from livedrop.payments.pretend.models import PretendOperation
from tests import factories
from tests.parallel import until
from tests.rows import kinds, recorded, row, rows
from tests.shopping import (
    call_back,
    call_back_refund,
    cancel_drop,
    change,
    confirmed,
    end,
    let_pass,
    order,
    pay,
    payments,
    placed,
)


def refused(code):
    return pytest.raises(DomainError, match=f"^{code}$")


def statuses(bought):
    """What became of the order, and of its payments, the earliest first."""
    return order(bought.id).status, [one.status for one in payments(bought.id)]


# --- beginning ---


def test_it_asks_the_provider_once_for_the_whole_under_the_payments_id(app, ben):
    bought = placed(ben, factories.a_live_drop(price=1250, limit_per_customer=3), 3)
    payment = pay(bought, "decline")
    asked = row(PretendOperation)
    assert (asked.key, asked.kind, asked.amount) == (str(payment), "charge", 3750)
    assert (asked.currency, asked.outcome) == ("EUR", "decline")
    assert kinds() == ["OrderPlaced", "PaymentBegun"]


def test_one_payment_at_a_time(app, ben):
    bought = placed(ben, factories.a_live_drop())
    pay(bought)
    with refused("payment-pending"):
        pay(bought)


def test_after_a_decline_one_may_try_again(app, ben):
    bought = placed(ben, factories.a_live_drop())
    call_back(pay(bought), "decline")
    call_back(pay(bought))
    assert statuses(bought) == ("confirmed", ["declined", "succeeded"])


def test_a_lapsed_order_cannot_be_paid_swept_or_not(app, ben):
    bought = factories.an_order(ben.user, factories.a_live_drop(), pay_in=-0.01)
    with refused("lapsed"):
        pay(bought)
    commands.lapse_due()
    with refused("lapsed"):
        pay(bought)


@pytest.mark.parametrize(
    ("status", "code"),
    [("confirmed", "already-paid"), ("refunded", "already-paid"), ("cancelled", "cancelled")],
)
def test_an_order_that_is_not_placed_cannot_be_paid(app, ben, status, code):
    bought = factories.an_order(ben.user, factories.a_live_drop(), status=status)
    with refused(code):
        pay(bought)


def test_not_in_a_cancelled_drop(app, ben):
    drop = factories.a_live_drop()
    bought = placed(ben, drop)
    cancel_drop(drop)
    with refused("cancelled"):
        pay(bought)


def test_past_the_drops_end_an_order_placed_in_time_is_paid(app, ben):
    drop = factories.an_ended_drop()
    bought = factories.an_order(ben.user, drop, pay_in=20, placed_at=drop.starts_at)
    call_back(pay(bought))
    assert order(bought.id).status == "confirmed"


def test_a_drop_that_ships_wants_to_know_where_to(app, ben):
    bought = placed(ben, factories.a_live_drop(ships=True))
    with refused("delivery-missing"):
        pay(bought)
    commands.set_delivery(order_id=bought.id, user_id=ben.id, delivery={"name": "Ben"})
    pay(bought)


def test_only_ones_own(app, ben, cleo):
    bought = placed(ben, factories.a_live_drop())
    with pytest.raises(NotFound):
        commands.begin_payment(
            order_id=bought.id, user_id=cleo.id, method="pretend", outcome="success"
        )


# --- success in time ---


def test_success_confirms_the_order_and_its_units_are_sold(app, ben):
    drop = factories.a_live_drop(quantity=1)
    bought = placed(ben, drop)
    call_back(pay(bought))
    assert statuses(bought) == ("confirmed", ["succeeded"])
    assert (stock_of_drop(drop.id)[0].sold, stock_of_drop(drop.id)[0].sold_out) == (1, True)
    assert kinds()[2:] == ["PaymentSucceeded", "OrderConfirmed", "FirstSale", "DropSoldOut"]


def test_a_callback_that_comes_again_changes_nothing(app, ben):
    bought = placed(ben, factories.a_live_drop())
    payment = pay(bought)
    for outcome in ("success", "success", "decline", "success"):
        call_back(payment, outcome)
    assert statuses(bought) == ("confirmed", ["succeeded"])
    assert len(recorded("OrderConfirmed")) == 1


def test_a_decline_that_comes_again_changes_nothing(app, ben):
    bought = placed(ben, factories.a_live_drop())
    payment = pay(bought)
    call_back(payment, "decline")
    call_back(payment, "decline")
    assert statuses(bought) == ("placed", ["declined"])
    assert len(recorded("PaymentDeclined")) == 1


def test_a_success_behind_a_decline_of_the_same_payment_counts(app, ben):
    bought = placed(ben, factories.a_live_drop())
    payment = pay(bought)
    call_back(payment, "decline")
    call_back(payment, "success")
    assert statuses(bought) == ("confirmed", ["succeeded"])


def test_a_second_payment_that_succeeds_goes_back(app, ben):
    """Both marked as kept for a moment, the second callback broke on the unique index."""
    bought = placed(ben, factories.a_live_drop())
    first = pay(bought)
    call_back(first, "decline")
    second = pay(bought)
    call_back(first, "success")
    call_back(second, "success")
    assert statuses(bought) == ("confirmed", ["succeeded", "refund_pending"])
    call_back_refund(bought.id)
    assert statuses(bought) == ("confirmed", ["succeeded", "refunded"])


def test_a_callback_about_nothing_of_ours_is_not_found(app):
    with pytest.raises(NotFound):
        call_back(new_id())


# --- success past the window ---


def late(ben, drop, units=1):
    """An order whose window and grace passed while its payment was under way."""
    bought = placed(ben, drop, units)
    payment = pay(bought)
    let_pass(drop.payment_window_seconds + 2, bought)
    return bought, payment


def test_success_within_the_grace_confirms(app, ben):
    bought = placed(ben, factories.a_live_drop(payment_window_seconds=60))
    payment = pay(bought)
    let_pass(60.2, bought)
    call_back(payment)
    assert statuses(bought) == ("confirmed", ["succeeded"])


@pytest.mark.parametrize("swept", [True, False])
def test_success_after_the_lapse_confirms_again_while_units_are_free(app, ben, swept):
    """Hi.Events always gives such money back; in vendure 2030 such an order is stuck."""
    drop = factories.a_live_drop(quantity=2, limit_per_customer=2)
    bought, payment = late(ben, drop, 2)
    if swept:
        commands.lapse_due()
    call_back(payment)
    assert statuses(bought) == ("confirmed", ["succeeded"])
    assert order(bought.id).reason is None
    assert factories.stock_of(drop) == [(2, 2)]
    assert "OrderLapsed" in kinds()


def test_it_lapses_what_is_due_of_others_to_have_the_units(app, ben, cleo):
    drop = factories.a_live_drop(quantity=1)
    bought, payment = late(ben, drop)
    commands.lapse_due()
    due = factories.an_order(cleo.user, drop, pay_in=-1)
    call_back(payment)
    assert [order(one.id).status for one in (bought, due)] == ["confirmed", "lapsed"]


def test_if_somebody_else_has_the_units_the_money_goes_back(app, ben, cleo):
    drop = factories.a_live_drop(quantity=1)
    bought, payment = late(ben, drop)
    placed(cleo, drop)
    call_back(payment)
    assert statuses(bought) == ("lapsed", ["refund_pending"])
    assert factories.stock_of(drop) == [(1, 1)]


def test_if_the_drop_is_over_the_money_goes_back(app, ben):
    drop = factories.a_live_drop(ends_in=1.0)
    bought, payment = late(ben, drop)
    end(drop)
    call_back(payment)
    assert statuses(bought) == ("lapsed", ["refund_pending"])


def test_if_the_drop_was_cancelled_the_money_goes_back(app, ben):
    drop = factories.a_live_drop()
    bought, payment = late(ben, drop)
    cancel_drop(drop)
    call_back(payment)
    assert statuses(bought)[1] == ["refund_pending"]


def test_if_the_limit_is_reached_meanwhile_the_money_goes_back(app, ben):
    drop = factories.a_live_drop(limit_per_customer=1)
    bought, payment = late(ben, drop)
    placed(ben, drop)
    call_back(payment)
    assert statuses(bought) == ("lapsed", ["refund_pending"])


def test_ones_own_due_order_does_not_count_against_the_limit(app, ben):
    """It did or did not, depending on whether somebody had swept it."""
    drop = factories.a_live_drop(limit_per_customer=1)
    bought, payment = late(ben, drop)
    other = placed(ben, drop)
    let_pass(drop.payment_window_seconds, other)
    call_back(payment)
    assert statuses(bought) == ("confirmed", ["succeeded"])
    assert order(other.id).status == "lapsed"


def test_success_for_an_order_lapsed_and_bought_anew_is_kept_once(app, ben):
    drop = factories.a_live_drop(limit_per_customer=1)
    bought, payment = late(ben, drop)
    anew = confirmed(ben, drop)
    call_back(payment)
    assert statuses(bought) == ("lapsed", ["refund_pending"])
    assert statuses(anew) == ("confirmed", ["succeeded"])


def test_a_late_decline_leaves_the_order_lapsed(app, ben):
    bought, payment = late(ben, factories.a_live_drop())
    call_back(payment, "decline")
    assert find_order(bought.id, ben.id).status == "lapsed"
    assert statuses(bought)[1] == ["declined"]


def test_in_a_cancelled_drop_nothing_is_confirmed(app, ben):
    drop = factories.a_live_drop()
    bought = placed(ben, drop)
    payment = pay(bought)
    cancel_drop(drop)
    call_back(payment)
    assert statuses(bought) == ("placed", ["refund_pending"])


# --- what gets lost on the way ---


def test_a_payment_that_is_not_answered_is_asked_for_again_under_its_key(app, ben):
    bought = placed(ben, factories.a_live_drop())
    pay(bought)
    assert resend_open() == 0
    forget_what_was_asked()
    let_pass(0.3, bought)
    assert resend_open() == 1
    assert row(PretendOperation).key == str(row(Payment).id)


def test_what_is_never_answered_keeps_no_other_payment_waiting(app, ben, monkeypatch):
    monkeypatch.setattr(paying, "RESEND_AT_ONCE", 1)
    for _ in range(2):
        bought = placed(ben, factories.a_live_drop())
        pay(bought)
        let_pass(0.3, bought)
    forget_what_was_asked()
    until(lambda: bool(resend_open()) and len(rows(PretendOperation)) == 2)


def test_asking_again_asks_for_nothing_more(app, ben):
    bought = placed(ben, factories.a_live_drop())
    pay(bought)
    let_pass(0.3, bought)
    resend_open()
    assert len(rows(PretendOperation)) == 1


def test_a_refund_that_failed_is_asked_for_again_after_a_minute(app, ben):
    bought = refunded(ben)
    call_back_refund(bought.id, "decline")
    assert (statuses(bought)[1], resend_open()) == (["refund_failed"], 0)
    let_pass(60, bought)
    assert resend_open() == 1
    call_back_refund(bought.id)
    assert statuses(bought)[1] == ["refunded"]


def refunded(ben):
    bought = confirmed(ben, factories.a_live_drop())
    commands.refund(order_id=bought.id, reason="It broke.")
    return bought


def forget_what_was_asked():
    change("DELETE FROM pretend_operations")
