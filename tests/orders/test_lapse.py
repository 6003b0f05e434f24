"""Lapsing: sweeping what is due, which nobody has to wait for."""

from concurrent.futures import ThreadPoolExecutor

from livedrop.inventory import stock
from livedrop.lib.db import transaction
from livedrop.orders.commands import extend, lapse_due
from livedrop.orders.models import Order
from livedrop.orders.queries import find_order, stock_of_drop
from tests import factories
from tests.parallel import PATIENCE, together
from tests.rows import kinds, rows
from tests.shopping import call_back, let_pass, many_due, order, pay, placed


def test_it_lapses_what_is_due_and_nothing_else(app, ben, cleo):
    drop = factories.a_live_drop(quantity=2)
    due = factories.an_order(ben.user, drop, pay_in=-0.01)
    held = factories.an_order(cleo.user, drop, pay_in=60)
    assert lapse_due() == 1
    assert [order(one.id).status for one in (due, held)] == ["lapsed", "placed"]
    assert factories.stock_of(drop) == [(2, 1)]
    assert kinds() == ["OrderLapsed", "DropBack"]


def test_it_says_when_and_why(app, ben):
    bought = factories.an_order(ben.user, factories.a_live_drop(), pay_in=-5)
    lapse_due()
    after = order(bought.id)
    assert after.reason == "payment-lapsed"
    assert after.due_at < after.lapsed_at <= factories.now()


def test_it_sweeps_every_drop_also_those_that_are_over(app, ben):
    for drop in (factories.a_live_drop(), factories.an_ended_drop()):
        factories.an_order(ben.user, drop, pay_in=-90)
    assert lapse_due() == 2
    assert lapse_due() == 0


def test_at_most_a_hundred_of_a_drop_at_a_time(app):
    many_due(factories.a_live_drop(quantity=130, limit_per_customer=100), 130)
    assert [lapse_due(), lapse_due(), lapse_due()] == [100, 30, 0]


def test_the_oldest_go_first(app):
    drop = factories.a_live_drop(quantity=130, limit_per_customer=100)
    many_due(drop, 130)
    lapse_due()
    assert max(one.due_at for one in rows(Order, status="lapsed")) < min(
        one.due_at for one in rows(Order, status="placed")
    )


def test_nobody_notices_whether_it_was_swept(app, ben):
    drop = factories.a_live_drop(quantity=2)
    bought = factories.an_order(ben.user, drop, pay_in=-0.01)

    def seen():
        view = find_order(bought.id, ben.id)
        return view.status, view.reason, stock_of_drop(drop.id)

    before = seen()
    lapse_due()
    assert seen() == before


def test_a_drop_that_somebody_keeps_locked_holds_up_no_other(app, ben):
    """One locked drop ended the whole sweep, and with it that of every drop behind it."""
    drops = [factories.a_live_drop() for _ in range(3)]
    for drop in drops:
        factories.an_order(ben.user, drop, pay_in=-1)
    with ThreadPoolExecutor(1) as pool, transaction() as tx:
        stock.lock(tx, drops[0].id)
        (lapsed,) = pool.submit(together, app, [lapse_due]).result(PATIENCE)
    assert lapsed == 2


# --- a payment under way keeps an order for a little longer ---


def test_the_first_payment_of_a_window_keeps_the_order_past_it(app, ben):
    drop = factories.a_live_drop(payment_window_seconds=60)
    bought = placed(ben, drop)
    pay(bought)
    let_pass(60.2, bought)
    assert lapse_due() == 0
    view = find_order(bought.id, ben.id)
    assert (view.status, view.payment_status) == ("placed", "pending")
    assert stock_of_drop(drop.id)[0].held == 1


def test_when_the_grace_is_over_it_lapses_though_the_payment_is_pending(app, ben):
    bought = placed(ben, factories.a_live_drop(payment_window_seconds=60))
    pay(bought)
    let_pass(61.01, bought)
    assert find_order(bought.id, ben.id).status == "lapsed"
    assert lapse_due() == 1


def test_a_decline_past_the_window_makes_it_due_at_once(app, ben):
    bought = placed(ben, factories.a_live_drop(payment_window_seconds=60))
    payment = pay(bought)
    let_pass(60.1, bought)
    call_back(payment, "decline")
    assert find_order(bought.id, ben.id).status == "lapsed"
    assert lapse_due() == 1


def test_a_decline_within_the_window_leaves_the_rest_of_it(app, ben):
    bought = placed(ben, factories.a_live_drop(payment_window_seconds=60))
    call_back(pay(bought), "decline")
    after = order(bought.id)
    assert (after.status, after.due_at) == ("placed", after.pay_by)


def test_a_second_payment_in_the_window_protects_nothing(app, ben):
    bought = placed(ben, factories.a_live_drop(payment_window_seconds=60))
    call_back(pay(bought), "decline")
    pay(bought)
    let_pass(60.01, bought)
    assert lapse_due() == 1


def test_the_first_payment_after_an_extension_protects_again(app, ben):
    bought = placed(ben, factories.a_live_drop(payment_window_seconds=60))
    call_back(pay(bought), "decline")
    extend(order_id=bought.id, user_id=ben.id)
    pay(bought)
    let_pass(60.2, bought)
    assert lapse_due() == 0
