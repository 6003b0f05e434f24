"""What can happen to one order at the same moment: exactly one of it does (F10).

Each guard has its control: the same meeting without it, and what breaks then.
"""

import os

import pytest

from livedrop.lib.errors import DomainError
from livedrop.orders import commands
from livedrop.orders.commands import lapse_due
from livedrop.payments import steps as payment_steps
from livedrop.payments.models import Payment
from livedrop.payments.pretend.models import PretendOperation
from tests import factories, invariants
from tests.parallel import together
from tests.races.twins import without_order_lock, without_order_locks, without_payment_lock
from tests.rows import recorded, rows
from tests.shopping import (
    call_back,
    call_back_refund,
    cancel_drop,
    confirmed,
    let_pass,
    order,
    pay,
    payments,
    place,
    placed,
)

ROUNDS = 100 if os.environ.get("LIVEDROP_FULL_FAULTS") == "1" else 6


def codes(answers):
    """What each was told, in any order; None is a yes."""
    return sorted(str(getattr(answer, "code", answer)) for answer in answers)


def cancel(bought):
    return lambda: commands.cancel(order_id=bought.id, user_id=bought.user_id)


def extend(bought):
    return lambda: commands.extend(order_id=bought.id, user_id=bought.user_id)


def refund(bought):
    return lambda: commands.refund(order_id=bought.id, reason="It broke.")


def heard(payment_id, outcome="success"):
    return lambda: call_back(payment_id, outcome)


def fates(bought):
    """What became of the order and of the money."""
    return order(bought.id).status, *(one.status for one in payments(bought.id))


KEPT, BACK = ("confirmed", "succeeded"), ("cancelled", "refund_pending")


# --- cancel against cancel ---


def test_of_two_cancels_one_gives_the_units_back(app, ben, cleo):
    """emfcamp 638: cancelling took no lock and gave the capacity back twice."""
    drop = factories.a_live_drop(quantity=10)
    placed(cleo, drop)
    for _ in range(ROUNDS):
        bought = placed(ben, drop)
        assert codes(together(app, [cancel(bought)] * 3)) == ["None"] + ["not-cancellable"] * 2
        assert factories.stock_of(drop) == [(10, 1)]
    assert len(recorded("OrderCancelled")) == ROUNDS


def test_without_the_lock_two_cancels_give_them_back_twice(unguarded, monkeypatch):
    drop, ben, cleo = factories.a_live_drop(), factories.a_user(), factories.a_user()
    placed(cleo, drop)
    bought = placed(ben, drop)
    without_order_lock(monkeypatch, callers=2)
    together(unguarded, [cancel(bought)] * 2)
    assert invariants.broken() == [
        f"SKU {factories.sku_of(drop).id}: claimed 0, standing 1",
        f"order {bought.id}: recorded as OrderCancelled 2 times",
    ]


# --- cancel against payment ---


def test_a_cancel_and_a_payment_end_in_one_of_two_ways(app, ben):
    drop = factories.a_live_drop(quantity=ROUNDS, limit_per_customer=ROUNDS)
    for _ in range(ROUNDS):
        bought = placed(ben, drop)
        payment = pay(bought)
        told = codes(together(app, [cancel(bought), heard(payment)]))
        assert (fates(bought), told) in [
            (KEPT, ["None", "not-cancellable"]),
            (BACK, ["None", "None"]),
        ]


def test_without_the_lock_a_cancelled_order_keeps_the_money(unguarded, monkeypatch):
    drop, ben = factories.a_live_drop(), factories.a_user()
    bought = placed(ben, drop)
    payment = pay(bought)
    without_order_lock(monkeypatch, callers=2)
    together(unguarded, [cancel(bought), heard(payment)])
    sku = factories.sku_of(drop).id
    wrong = {
        "confirmed": [f"SKU {sku}: claimed 0, standing 1"],
        "cancelled": [f"order {bought.id}, cancelled: keeps 4500 for goods of 0"],
    }
    assert invariants.broken() == wrong[order(bought.id).status]


# --- lapse against everything ---


@pytest.mark.parametrize("swept_by", [lapse_due, None])
def test_a_lapse_and_a_payment_end_in_units_kept_or_money_back(app, ben, cleo, swept_by):
    """Somebody else wants the unit, too: all three at the same moment."""
    for _ in range(ROUNDS):
        drop = factories.a_live_drop(quantity=1)
        bought = placed(ben, drop)
        payment = pay(bought)
        let_pass(200, bought)
        wants = lambda drop=drop: place(cleo, drop)  # noqa: E731
        together(app, [heard(payment), wants, *([swept_by] if swept_by else [])])
        assert fates(bought) in [KEPT, ("lapsed", "refund_pending")]
        assert factories.stock_of(drop) == [(1, 1)]


def test_two_sweeps_lapse_each_order_once(app, ben, cleo):
    drop = factories.a_live_drop(quantity=20, limit_per_customer=20)
    placed(cleo, drop)
    due = [factories.an_order(ben.user, drop, pay_in=-1) for _ in range(10)]
    assert sum(together(app, [lapse_due] * 3)) == len(due)
    assert factories.stock_of(drop) == [(20, 1)]


def test_a_sweep_and_a_placing_lapse_each_order_once(app, ben, cleo):
    for _ in range(ROUNDS):
        drop = factories.a_live_drop(quantity=1)
        factories.an_order(ben.user, drop, pay_in=-1)
        together(app, [lapse_due, lambda drop=drop: place(cleo, drop)])
        assert factories.stock_of(drop) == [(1, 1)]


def test_a_lapse_and_an_extension_end_in_one_of_two_ways(app):
    """Whoever presses in time has the window; nobody is extended once lapsed."""
    drop = factories.a_live_drop(quantity=ROUNDS)
    for _ in range(ROUNDS):
        bought = factories.an_order(factories.a_user(), drop, pay_in=0.02)
        extended, _ = together(app, [extend(bought), lapse_due])
        lapse_due()
        after = order(bought.id)
        assert (after.status == "placed") == (extended is None)


def test_a_lapse_and_a_cancel_end_in_one_of_two_ways(app, ben):
    drop = factories.a_live_drop()
    for _ in range(ROUNDS):
        bought = factories.an_order(ben.user, drop, pay_in=0.02)
        together(app, [cancel(bought), lapse_due])
        lapse_due()
        assert order(bought.id).status in {"cancelled", "lapsed"}
        assert factories.stock_of(drop) == [(10, 0)]


# --- payments ---


def test_an_extension_and_a_payment_end_in_one_of_two_ways(app, ben):
    for _ in range(ROUNDS):
        bought = placed(ben, factories.a_live_drop())
        told = codes(together(app, [extend(bought), lambda bought=bought: pay(bought)]))
        after, (payment,) = order(bought.id), payments(bought.id)
        assert after.due_at > after.pay_by == payment.window
        assert ("payment-pending" in told) == (after.extensions == 0)


def test_of_two_payments_begun_at_once_there_is_one(app, ben):
    for _ in range(ROUNDS):
        bought = placed(ben, factories.a_live_drop())
        told = together(app, [lambda bought=bought: pay(bought)] * 3)
        assert [type(one) for one in told].count(DomainError) == 2
        assert len(payments(bought.id)) == 1


def test_a_callback_that_comes_four_times_at_once_is_taken_in_once(app, ben):
    for _ in range(ROUNDS):
        bought = placed(ben, factories.a_live_drop())
        payment = pay(bought)
        assert together(app, [heard(payment)] * 4) == [None] * 4
        assert fates(bought) == KEPT
    assert len(recorded("OrderConfirmed")) == ROUNDS


def test_without_the_locks_it_is_taken_in_twice(unguarded, monkeypatch):
    bought = placed(factories.a_user(), factories.a_live_drop())
    payment = pay(bought)
    without_order_lock(monkeypatch, callers=2)
    without_payment_lock(monkeypatch, callers=2)
    together(unguarded, [heard(payment)] * 2)
    assert invariants.broken() == [f"order {bought.id}: recorded as OrderConfirmed 2 times"]


def test_a_decline_and_a_success_out_of_order_confirm(app, ben):
    for _ in range(ROUNDS):
        bought = placed(ben, factories.a_live_drop())
        payment = pay(bought)
        together(app, [heard(payment, "decline"), heard(payment), heard(payment, "decline")])
        assert fates(bought) == KEPT


def test_two_payments_that_succeed_at_once_pay_once(app, ben):
    for _ in range(ROUNDS):
        bought = placed(ben, factories.a_live_drop())
        first = pay(bought)
        call_back(first, "decline")
        second = pay(bought)
        together(app, [heard(first), heard(second)])
        assert sorted(fates(bought)) == ["confirmed", "refund_pending", "succeeded"]


# --- refunds ---


def test_of_two_refunds_one_gives_back(app, ben, cleo):
    drop = factories.a_live_drop()
    confirmed(cleo, drop)
    for _ in range(ROUNDS):
        bought = confirmed(ben, drop)
        assert codes(together(app, [refund(bought)] * 2)) == ["None", "not-refundable"]
        assert factories.stock_of(drop) == [(10, 1)]
    assert len(rows(PretendOperation, kind="refund")) == ROUNDS


def test_without_the_lock_two_refunds_give_back_twice(unguarded, monkeypatch):
    drop = factories.a_live_drop()
    confirmed(factories.a_user(), drop)
    bought = confirmed(factories.a_user(), drop)
    without_order_lock(monkeypatch, callers=2)
    monkeypatch.setattr(payment_steps, "kept", unlocked_kept)
    together(unguarded, [refund(bought)] * 2)
    assert f"SKU {factories.sku_of(drop).id}: claimed 0, standing 1" in invariants.broken()


def give_back(bought, drop, count):
    quantities = {factories.sku_of(drop).id: count}
    return lambda: commands.refund(order_id=bought.id, reason="It broke.", quantities=quantities)


def test_of_two_parts_that_are_more_than_all_of_it_one_comes_back(app, ben, cleo):
    drop = factories.a_live_drop(limit_per_customer=3)
    confirmed(cleo, drop)
    for _ in range(ROUNDS):
        bought = confirmed(ben, drop, 3)
        told = codes(together(app, [give_back(bought, drop, 2)] * 2))
        assert (told, factories.stock_of(drop)) == (["None", "invalid"], [(10, 2)])
        call_back_refund(bought.id)
        refund(bought)()
    assert sum(one.amount for one in rows(PretendOperation, kind="refund")) == ROUNDS * 13500


def test_without_the_lock_both_parts_come_back(unguarded, monkeypatch):
    drop = factories.a_live_drop(limit_per_customer=3)
    confirmed(factories.a_user(), drop)
    bought = confirmed(factories.a_user(), drop, 3)
    without_order_lock(monkeypatch, callers=2)
    monkeypatch.setattr(payment_steps, "kept", unlocked_kept)
    together(unguarded, [give_back(bought, drop, 2)] * 2)
    assert f"SKU {factories.sku_of(drop).id}: claimed 0, standing 2" in invariants.broken()


def test_a_part_and_the_end_of_the_drop_give_all_back_once(app, ben):
    for _ in range(ROUNDS):
        drop = factories.a_live_drop(limit_per_customer=3)
        bought = confirmed(ben, drop, 3)
        cancel_drop(drop)
        clean_up = lambda drop=drop: commands.clean_up_cancelled_drop(drop_id=drop.id)  # noqa: E731
        together(app, [give_back(bought, drop, 2), clean_up, clean_up])
        if order(bought.id).status == "confirmed":  # the rest waits for the provider's answer
            call_back_refund(bought.id)
        assert fates(bought) == ("refunded", "refund_pending")
        assert (factories.stock_of(drop), payments(bought.id)[0].refund_due) == ([(10, 0)], 13500)


def test_without_the_locks_the_end_of_the_drop_gives_it_back_again(unguarded, monkeypatch):
    drop = factories.a_live_drop(limit_per_customer=3)
    bought = confirmed(factories.a_user(), drop, 3)
    cancel_drop(drop)
    without_order_locks(monkeypatch, callers=2)
    monkeypatch.setattr(payment_steps, "kept", unlocked_kept)
    clean_up = lambda: commands.clean_up_cancelled_drop(drop_id=drop.id)  # noqa: E731
    together(unguarded, [give_back(bought, drop, 2), clean_up])
    assert factories.stock_of(drop) == [(10, -2)]


def unlocked_kept(tx, order_id):
    return tx.session.query(Payment).filter_by(order_id=order_id).one()


def test_a_refund_callback_that_comes_at_once_is_taken_in_once(app, ben):
    for _ in range(ROUNDS):
        bought = confirmed(ben, factories.a_live_drop())
        refund(bought)()
        together(app, [lambda bought=bought: call_back_refund(bought.id)] * 2)
        assert fates(bought) == ("refunded", "refunded")
    assert len(recorded("RefundSucceeded")) == ROUNDS


# --- a cancelled drop ---


def test_the_clean_up_and_callbacks_end_in_nothing_sold(app, ben, cleo):
    for _ in range(ROUNDS):
        drop = factories.a_live_drop()
        paid, paying = confirmed(ben, drop), placed(cleo, drop)
        payment = pay(paying)
        cancel_drop(drop)
        clean_up = lambda drop=drop: commands.clean_up_cancelled_drop(drop_id=drop.id)  # noqa: E731
        assert together(app, [clean_up, clean_up, heard(payment)]) == [None] * 3
        assert fates(paid) == ("refunded", "refund_pending")
        assert fates(paying) == BACK
        assert factories.stock_of(drop) == [(10, 0)]


def test_a_cancellation_and_a_payment_end_in_one_of_two_ways(app, ben):
    for _ in range(ROUNDS):
        drop = factories.a_live_drop()
        bought = placed(ben, drop)
        payment = pay(bought)
        together(app, [lambda drop=drop: cancel_drop(drop), heard(payment)])
        commands.clean_up_cancelled_drop(drop_id=drop.id)
        assert fates(bought) in [BACK, ("refunded", "refund_pending")]


# --- extensions ---


def test_twelve_presses_at_once_are_ten_extensions(app, ben):
    bought = placed(ben, factories.a_live_drop())
    told = codes(together(app, [extend(bought)] * 12))
    assert told == ["None"] * 10 + ["no-extension-left"] * 2
    assert order(bought.id).extensions == 10
