"""Placing an order: all lines or none, and the first reason that applies (keys: F05)."""

from datetime import timedelta
from typing import Any

import pytest

from livedrop.orders.batch import DUE_AT_ONCE
from livedrop.orders.commands import place_all
from livedrop.orders.models import Order, OrderLine
from livedrop.orders.queries import find_order, stock_of_drop
from livedrop.orders.rules import AGAIN, Placed, Refused
from tests import factories
from tests.rows import kinds, recorded, row, rows
from tests.shopping import (
    an_attempt,
    call_back,
    cancel_drop,
    let_pass,
    many_due,
    more_due_than_a_batch_lapses,
    order,
    pay,
    place,
    placed,
)


def stock(drop):
    """(available, held, sold) of each SKU as pages show them."""
    return [(sku.available, sku.held, sku.sold) for sku in stock_of_drop(drop.id)]


# --- what an order is ---


def test_it_claims_the_units_and_opens_a_payment_window(app, ben):
    drop = factories.a_live_drop(quantity=3, limit_per_customer=2, payment_window_seconds=120)
    bought = placed(ben, drop, 2)
    assert (bought.status, bought.user_id) == ("placed", ben.id)
    assert bought.pay_by - bought.placed_at == timedelta(seconds=120)
    assert bought.due_at == bought.pay_by
    assert factories.stock_of(drop) == [(3, 2)]


def test_each_line_keeps_the_price_as_it_was(app, ben):
    drop = factories.a_live_drop(quantity=[5, 5], price=1900, limit_per_customer=3)
    bought = placed(ben, drop, [1, 2])
    lines = [(line.quantity, line.returned, line.price) for line in rows(OrderLine)]
    assert lines == [(1, 0, 1900), (2, 0, 1900)]
    assert find_order(bought.id, ben.id).total == 5700


def test_it_is_recorded_with_who_and_from_where(app, ben):
    drop = factories.a_live_drop()
    bought = placed(ben, drop, origin="192.0.2.7")
    (event,) = recorded("OrderPlaced")
    assert (event.subject, event.actor_id) == (f"order:{bought.id}", ben.id)
    assert (event.origin, event.payload) == ("192.0.2.7", {"drop_id": drop.id, "units": 1})


def test_it_goes_where_the_shopper_said(app, ben):
    drop = factories.a_live_drop(ships=True)
    assert placed(ben, drop, delivery={"name": "Ben", "city": "Ghent"}).delivery["city"] == "Ghent"


def test_nobody_else_finds_it(app, ben, cleo):
    bought = placed(ben, factories.a_live_drop())
    assert find_order(bought.id, cleo.id) is None


# --- all lines or none, the first reason that applies ---


def test_all_lines_or_none(app, ben):
    drop = factories.a_live_drop(quantity=[5, 1], limit_per_customer=9)
    facts = {"sku_id": factories.skus_of(drop)[1].id, "available": 1}
    assert place(ben, drop, [2, 2]) == Refused("not-enough", facts)
    assert stock(drop) == [(5, 0, 0), (1, 0, 0)]
    assert rows(Order) == []
    assert kinds() == []


def code(answer):
    return answer.code


def test_cancelled_comes_before_ended(app, ben):
    over = {"starts_in": -3600, "ends_in": -60}
    assert code(place(ben, factories.a_cancelled_drop(**over))) == "cancelled"


def test_cancelled_comes_before_not_started(app, ben):
    assert code(place(ben, factories.a_cancelled_drop(starts_in=600))) == "cancelled"


def test_ended_comes_before_the_limit_and_what_is_left(app, ben):
    assert code(place(ben, factories.an_ended_drop(quantity=0), 2)) == "ended"


def test_not_started_comes_before_the_limit_and_what_is_left(app, ben):
    assert code(place(ben, factories.a_scheduled_drop(quantity=0), 2)) == "not-started"


def test_the_limit_comes_before_what_is_left(app, ben):
    drop = factories.a_live_drop(quantity=0, limit_per_customer=1)
    assert place(ben, drop, 2) == Refused("limit-reached", {"limit": 1, "standing": 0})


def test_the_first_line_that_fails_is_the_reason(app, ben, cleo):
    drop = factories.a_live_drop(quantity=[1, 0], limit_per_customer=5)
    held, gone = factories.skus_of(drop)
    placed(cleo, drop)
    first = an_attempt(ben, drop, lines=((held.id, 1), (gone.id, 1)))
    other = an_attempt(ben, drop, lines=((gone.id, 1), (held.id, 1)))
    answers = place_all([first, other]).answers
    assert answers == (
        Refused("all-held", {"sku_id": held.id}),
        Refused("sold-out", {"sku_id": gone.id}),
    )


@pytest.mark.parametrize("make", [factories.a_draft, lambda: factories.a_draft(starts_in=-60)])
def test_a_draft_is_not_found(app, ben, make):
    assert code(place(ben, make())) == "not-found"


def test_what_the_drop_does_not_offer_is_not_found(app, ben):
    drop, other = factories.a_live_drop(), factories.a_live_drop()
    foreign = ((factories.sku_of(other).id, 1),)
    assert code(place(ben, drop, lines=foreign)) == "not-found"


def test_a_drop_that_never_was_is_not_found(app, ben):
    assert code(place(ben, factories.a_live_drop(), drop_id=10**9)) == "not-found"


# --- the limit ---


def test_the_limit_counts_all_orders_that_stand(app, ben):
    drop = factories.a_live_drop(limit_per_customer=3)
    factories.an_order(ben.user, drop, 1, status="confirmed")
    placed(ben, drop, 1)
    assert place(ben, drop, 2) == Refused("limit-reached", {"limit": 3, "standing": 2})
    assert place(ben, drop, 1).order_id


@pytest.mark.parametrize("status", ["cancelled", "lapsed", "refunded"])
def test_the_limit_does_not_count_orders_that_are_over(app, ben, status):
    drop = factories.a_live_drop(limit_per_customer=1)
    factories.an_order(ben.user, drop, status=status)
    assert isinstance(place(ben, drop), Placed)


def test_the_limit_is_each_persons_own(app, ben, cleo):
    drop = factories.a_live_drop(limit_per_customer=1)
    answers = place_all([an_attempt(ben, drop), an_attempt(cleo, drop)]).answers
    assert [type(answer) for answer in answers] == [Placed, Placed]


def test_the_limit_holds_within_one_batch(app, ben):
    drop = factories.a_live_drop(limit_per_customer=2)
    answers = place_all([an_attempt(ben, drop) for _ in range(4)]).answers
    assert [type(answer) for answer in answers] == [Placed, Placed, Refused, Refused]


# --- sold out, all held, not enough ---


def test_nothing_left_and_all_paid_is_sold_out(app, ben, cleo):
    drop = factories.a_live_drop(quantity=1)
    factories.an_order(cleo.user, drop, status="confirmed")
    assert code(place(ben, drop)) == "sold-out"
    assert stock_of_drop(drop.id)[0].sold_out


def test_nothing_left_and_one_unpaid_is_all_held(app, ben, cleo):
    drop = factories.a_live_drop(quantity=2)
    factories.an_order(cleo.user, drop, status="confirmed")
    factories.an_order(factories.a_user(), drop)
    assert code(place(ben, drop)) == "all-held"
    assert stock_of_drop(drop.id)[0].all_held


def test_what_a_batch_takes_itself_is_held_for_those_behind(app, ben, cleo):
    drop = factories.a_live_drop(quantity=1)
    answers = place_all([an_attempt(cleo, drop), an_attempt(ben, drop)]).answers
    assert [code(answer) for answer in answers[1:]] == ["all-held"]


def test_one_that_is_paid_meanwhile_turns_all_held_into_sold_out(app, ben, cleo):
    drop = factories.a_live_drop(quantity=1)
    held = factories.an_order(cleo.user, drop)
    assert code(place(ben, drop)) == "all-held"
    call_back(pay(held))
    assert code(place(ben, drop)) == "sold-out"


def test_some_left_but_fewer_than_wanted_is_not_enough(app, ben, cleo):
    drop = factories.a_live_drop(quantity=3, limit_per_customer=3)
    factories.an_order(cleo.user, drop, 2)
    facts = {"sku_id": factories.sku_of(drop).id, "available": 1}
    assert place(ben, drop, 2) == Refused("not-enough", facts)


def test_another_skus_unpaid_units_do_not_hold_this_one(app, ben, cleo):
    drop = factories.a_live_drop(quantity=[1, 1], limit_per_customer=2)
    paid, held = factories.skus_of(drop)
    factories.an_order(cleo.user, drop, sku=paid, status="confirmed")
    factories.an_order(cleo.user, drop, sku=held)
    assert [code(place(ben, drop, lines)) for lines in ([1, 0], [0, 1])] == ["sold-out", "all-held"]


# --- due ---


def test_a_due_order_reads_lapsed_at_once_and_its_units_available(app, ben):
    drop = factories.a_live_drop(quantity=2, limit_per_customer=2)
    due = factories.an_order(ben.user, drop, 2, pay_in=-0.01)
    assert (order(due.id).status, find_order(due.id, ben.id).status) == ("placed", "lapsed")
    assert find_order(due.id, ben.id).reason == "payment-lapsed"
    assert stock(drop) == [(2, 0, 0)]


def test_ones_own_due_orders_lapse_first(app, ben):
    drop = factories.a_live_drop(quantity=10, limit_per_customer=1)
    due = factories.an_order(ben.user, drop, pay_in=-1)
    assert isinstance(place(ben, drop), Placed)
    assert (order(due.id).status, order(due.id).reason) == ("lapsed", "payment-lapsed")
    assert kinds() == ["OrderPlaced", "OrderLapsed"]


def test_ones_own_due_orders_lapse_even_when_the_answer_is_no(app, ben):
    drop = factories.an_ended_drop()
    due = factories.an_order(ben.user, drop, pay_in=-90)
    assert code(place(ben, drop)) == "ended"
    assert order(due.id).status == "lapsed"


def test_due_orders_of_others_are_left_while_there_is_enough(app, ben, cleo):
    drop = factories.a_live_drop(quantity=3)
    due = factories.an_order(cleo.user, drop, pay_in=-1)
    placed(ben, drop)
    assert order(due.id).status == "placed"


def test_due_orders_of_others_lapse_when_units_are_short_oldest_first(app, ben, cleo):
    drop = factories.a_live_drop(quantity=2)
    newer, older = (factories.an_order(cleo.user, drop, pay_in=pay_in) for pay_in in (-1, -5))
    placed(ben, drop)
    assert [order(due.id).status for due in (older, newer)] == ["lapsed", "placed"]
    assert stock(drop) == [(1, 1, 0)]


def test_an_order_that_is_not_due_is_never_lapsed_for_another(app, ben, cleo):
    drop = factories.a_live_drop(quantity=1)
    held = factories.an_order(cleo.user, drop, pay_in=60)
    assert code(place(ben, drop)) == "all-held"
    assert order(held.id).status == "placed"


def test_more_due_orders_than_a_batch_lapses_send_the_try_to_the_next_batch(app, ben, cleo):
    drop = more_due_than_a_batch_lapses(wanted=3)
    wish = an_attempt(ben, drop, [0, 3])
    assert place_all([wish]).answers == (AGAIN,)
    assert len(rows(Order, status="lapsed")) == DUE_AT_ONCE
    assert isinstance(place_all([wish]).answers[0], Placed)


def test_nobody_overtakes_a_try_that_comes_again(app, ben, cleo):
    drop = more_due_than_a_batch_lapses(wanted=3, free=1)
    tries = [an_attempt(ben, drop, [0, 4]), an_attempt(cleo, drop, [0, 1])]
    assert place_all(tries).answers == (AGAIN, AGAIN)
    answers = place_all(tries).answers
    assert [type(answers[0]), code(answers[1])] == [Placed, "all-held"]


def test_due_units_of_another_sku_do_not_keep_a_try_coming_for_ever(app, ben):
    drop = more_due_than_a_batch_lapses(wanted=0)
    assert code(place(ben, drop, [0, 1])) == "sold-out"


def test_ones_own_due_orders_do_not_count_among_those_of_others(app, ben):
    drop = factories.a_live_drop(quantity=DUE_AT_ONCE + 5, limit_per_customer=DUE_AT_ONCE)
    many_due(drop, DUE_AT_ONCE)
    for _ in range(5):
        factories.an_order(ben.user, drop, pay_in=-1)
    assert isinstance(place_all([an_attempt(ben, drop, DUE_AT_ONCE)]).answers[0], Placed)


# --- the same key ---


def test_the_same_key_gets_the_same_answer_and_no_second_order(app, ben):
    drop = factories.a_live_drop()
    first, again = place(ben, drop, key="k"), place(ben, drop, key="k")
    assert (again.outcome, again.replayed, first.replayed) == (first.outcome, True, False)
    assert factories.stock_of(drop) == [(10, 1)]


def test_within_one_batch_too(app, ben):
    drop = factories.a_live_drop(limit_per_customer=9)
    answers: Any = place_all([an_attempt(ben, drop, key="k") for _ in range(5)]).answers
    assert len({answer.order_id for answer in answers}) == 1
    assert [answer.replayed for answer in answers] == [False, True, True, True, True]


def test_the_same_key_with_other_content_is_refused(app, ben):
    drop = factories.a_live_drop(limit_per_customer=2)
    place(ben, drop, 1, key="k")
    assert place(ben, drop, 2, key="k") == Refused("key-reused")


def test_the_same_key_of_another_person_is_another_key(app, ben, cleo):
    drop = factories.a_live_drop()
    assert place(ben, drop, key="k").order_id != place(cleo, drop, key="k").order_id


def test_the_answer_stays_whatever_becomes_of_the_order_and_the_drop(app, ben):
    drop = factories.a_live_drop()
    first = place(ben, drop, key="k")
    cancel_drop(drop)
    again = place(ben, drop, key="k")
    assert (again.outcome, again.replayed) == (first.outcome, True)


def test_a_refusal_is_not_remembered(app, ben, cleo):
    drop = factories.a_live_drop(quantity=1)
    held = factories.an_order(cleo.user, drop)
    assert code(place(ben, drop, key="k")) == "all-held"
    let_pass(90, held)
    assert isinstance(place(ben, drop, key="k"), Placed)


# --- who asks ---


def test_a_sign_in_that_has_ended_places_nothing(app, ben):
    ended = factories.a_sign_in(ben.user, ended_at=factories.now())
    assert code(place(ben, factories.a_live_drop(), sign_in_id=ended.id)) == "signed-out"


def test_ending_one_sign_in_leaves_the_persons_others(app, ben):
    drop = factories.a_live_drop(limit_per_customer=2)
    ended, good = (factories.a_sign_in(ben.user, ended_at=at) for at in (factories.now(), None))
    tries = [an_attempt(ben, drop, sign_in_id=one.id) for one in (ended, good)]
    answers = place_all(tries).answers
    assert (code(answers[0]), type(answers[1])) == ("signed-out", Placed)


def test_a_suspended_person_places_nothing(app):
    suspended = factories.a_user(suspended_at=factories.now())
    sign_in = factories.a_sign_in(suspended)
    drop = factories.a_live_drop()
    assert code(place(suspended, drop, sign_in_id=sign_in.id)) == "suspended"


def test_somebody_elses_sign_in_does_not_count(app, ben, cleo):
    theirs = factories.a_sign_in(cleo.user)
    assert code(place(ben, factories.a_live_drop(), sign_in_id=theirs.id)) == "signed-out"


# --- what the row says ---


def test_the_answer_says_what_the_row_says(app, ben):
    drop = factories.a_live_drop()
    outcome = place(ben, drop).outcome
    bought = row(Order)
    assert outcome["order_id"] == str(bought.id)
    assert (outcome["placed_at"], outcome["pay_by"]) == (
        bought.placed_at.isoformat(),
        bought.pay_by.isoformat(),
    )
    assert outcome["lines"] == [[factories.sku_of(drop).id, 1, 4500]]
    assert outcome["extensions_left"] == 10
