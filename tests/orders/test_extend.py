"""Extending: one press, a new payment window from now."""

from datetime import timedelta

import pytest

from livedrop.lib.errors import DomainError, NotFound
from livedrop.orders import commands
from livedrop.orders.queries import find_order
from tests import factories
from tests.rows import kinds
from tests.shopping import call_back, cancel_drop, let_pass, order, pay, placed


def extend(bought, person=None):
    commands.extend(order_id=bought.id, user_id=person.id if person else bought.user_id)


def refused(code):
    return pytest.raises(DomainError, match=f"^{code}$")


def test_it_opens_a_whole_window_from_now(app, ben):
    bought = placed(ben, factories.a_live_drop(payment_window_seconds=60))
    let_pass(50, bought)
    before = factories.now()
    extend(bought)
    after = order(bought.id)
    assert before < after.pay_by - timedelta(seconds=60) < factories.now()
    assert (after.due_at, after.extensions) == (after.pay_by, 1)
    assert kinds() == ["OrderPlaced", "OrderExtended"]


def test_presses_do_not_pile_up(app, ben):
    bought = placed(ben, factories.a_live_drop(payment_window_seconds=60))
    for _ in range(5):
        extend(bought)
    assert order(bought.id).pay_by - factories.now() <= timedelta(seconds=60)


def test_it_may_be_pressed_ten_times_and_not_eleven(app, ben):
    bought = placed(ben, factories.a_live_drop())
    for left in range(9, -1, -1):
        extend(bought)
        assert find_order(bought.id, ben.id).extensions_left == left
    with refused("no-extension-left"):
        extend(bought)


def test_the_ten_are_counted_over_all_orders_in_the_drop(app, ben):
    drop = factories.a_live_drop(limit_per_customer=2)
    factories.an_order(ben.user, drop, status="confirmed", extensions=7)
    bought = placed(ben, drop)
    for _ in range(3):
        extend(bought)
    with refused("no-extension-left"):
        extend(bought)


def test_another_drop_and_another_person_have_ten_of_their_own(app, ben, cleo):
    drop = factories.a_live_drop()
    factories.an_order(ben.user, factories.a_live_drop(), status="confirmed", extensions=10)
    factories.an_order(cleo.user, drop, status="confirmed", extensions=10)
    bought = placed(ben, drop)
    assert find_order(bought.id, ben.id).extensions_left == 10
    extend(bought)


def test_after_two_lapses_further_orders_get_none(app, ben):
    drop = factories.a_live_drop()
    for _ in range(2):
        factories.an_order(ben.user, drop, status="lapsed")
    bought = placed(ben, drop)
    assert find_order(bought.id, ben.id).extensions_left == 0
    with refused("no-extension-left"):
        extend(bought)


def test_one_lapse_is_forgiven(app, ben):
    drop = factories.a_live_drop()
    factories.an_order(ben.user, drop, status="lapsed")
    extend(placed(ben, drop))


def test_a_lapse_that_placing_itself_sweeps_counts(app, ben):
    drop = factories.a_live_drop()
    factories.an_order(ben.user, drop, status="lapsed")
    factories.an_order(ben.user, drop, pay_in=-1)
    with refused("no-extension-left"):
        extend(placed(ben, drop))


def test_lapses_after_it_was_placed_take_nothing_from_an_order(app, ben):
    drop = factories.a_live_drop(limit_per_customer=3)
    bought = placed(ben, drop)
    for _ in range(2):
        factories.an_order(ben.user, drop, status="lapsed")
    extend(bought)


def test_past_the_drops_end_an_order_keeps_its_window_and_may_extend(app, ben):
    drop = factories.an_ended_drop()
    bought = factories.an_order(ben.user, drop, pay_in=20, placed_at=drop.starts_at)
    assert find_order(bought.id, ben.id).status == "placed"
    extend(bought)


def test_a_due_order_is_lapsed_swept_or_not(app, ben):
    bought = factories.an_order(ben.user, factories.a_live_drop(), pay_in=-0.01)
    with refused("lapsed"):
        extend(bought)
    commands.lapse_due()
    with refused("lapsed"):
        extend(bought)


def test_not_while_a_payment_is_pending(app, ben):
    bought = placed(ben, factories.a_live_drop())
    payment = pay(bought)
    with refused("payment-pending"):
        extend(bought)
    call_back(payment, "decline")
    extend(bought)


@pytest.mark.parametrize(
    ("status", "code"),
    [("confirmed", "not-placed"), ("refunded", "not-placed"), ("cancelled", "cancelled")],
)
def test_only_a_placed_order_has_a_window(app, ben, status, code):
    bought = factories.an_order(ben.user, factories.a_live_drop(), status=status)
    with refused(code):
        extend(bought)


def test_not_in_a_cancelled_drop(app, ben):
    drop = factories.a_live_drop()
    bought = placed(ben, drop)
    cancel_drop(drop)
    with refused("cancelled"):
        extend(bought)


def test_only_ones_own(app, ben, cleo):
    bought = placed(ben, factories.a_live_drop())
    with pytest.raises(NotFound):
        extend(bought, cleo)


def test_a_refused_press_changes_nothing(app, ben):
    """pretix 1575: a failed add prolonged the reservation."""
    bought = placed(ben, factories.a_live_drop())
    pay(bought)
    before = order(bought.id).pay_by
    with refused("payment-pending"):
        extend(bought)
    assert order(bought.id).pay_by == before
