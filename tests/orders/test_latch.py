"""The latch: what a process may say without asking, to whom, and for how long."""

import time
from uuid import uuid4

import pytest

from livedrop.orders.commands.place import Sold, place_all
from livedrop.orders.latch import DROPS_REMEMBERED, Latch
from livedrop.orders.rules import Attempt, Exhausted, Placed, Refused
from tests import factories
from tests.parallel import Queue, answers, stock_held
from tests.shopping import an_attempt, cancel_drop, place, placed
from tests.statements import statements

SKU = 7


class Person:
    id = 1


def sold(code="sold-out", seconds=60.0, age=0.0, limit=2, buyers=(), free=(), sku=SKU):
    """What a batch found so many seconds ago."""
    exhausted = (Exhausted(sku, code, seconds),) if code else ()
    read_at = time.monotonic() - age
    return Sold(factories.now(), read_at, limit, exhausted, frozenset(free), tuple(buyers))


def one_try(lines=((SKU, 1),), drop_id=1):
    """A try by person 1."""
    return Attempt(
        drop_id=drop_id, user_id=1, sign_in_id=None, key=str(uuid4()), fingerprint="", lines=lines
    )


@pytest.fixture
def latch(app):
    return Latch(seconds=0.25)


# --- for how long ---


def test_it_says_what_was_just_found(latch):
    latch.learn(1, sold("sold-out"), None)
    assert latch.answer(one_try()) == Refused("sold-out", {"sku_id": SKU})


def test_it_never_says_what_is_older_than_its_seconds(latch):
    latch.learn(1, sold(age=0.25), None)
    assert latch.answer(one_try()) is None


def test_it_says_nothing_past_the_next_instant_an_order_is_due(latch):
    latch.learn(1, sold("all-held", seconds=0.1, age=0.1), None)
    assert latch.answer(one_try()) is None


def test_units_that_are_there_again_end_it(latch):
    latch.learn(1, sold(), None)
    latch.learn(1, sold(None, free=[SKU]), None)
    assert latch.answer(one_try()) is None


def test_a_batch_about_another_sku_does_not(latch):
    latch.learn(1, sold(), None)
    latch.learn(1, sold(sku=SKU + 1), None)
    assert latch.answer(one_try()).code == "sold-out"


# --- to whom ---


def test_somebody_with_an_order_is_never_told(latch):
    latch.learn(1, sold(buyers=[Person.id]), None)
    assert latch.answer(one_try()) is None


def test_somebody_who_won_before_it_was_set_is_never_told(latch):
    latch.learn(1, sold(None, buyers=[Person.id]), None)
    latch.learn(1, sold(buyers=[2]), latch.buyers_since(1))
    assert latch.answer(one_try()) is None


def test_a_try_for_several_skus_or_over_the_limit_is_asked_of_postgres(latch):
    latch.learn(1, sold(limit=2), None)
    assert latch.answer(one_try(((SKU, 3),))) is None
    assert latch.answer(one_try(((SKU, 1), (SKU + 1, 1)))) is None
    assert latch.answer(one_try(((SKU, 2),))).code == "sold-out"


def test_another_drop_or_sku_is_asked_of_postgres(latch):
    latch.learn(1, sold(), None)
    assert latch.answer(one_try(drop_id=2)) is None
    assert latch.answer(one_try(((SKU + 1, 1),))) is None


def test_it_remembers_so_many_drops_at_most(latch):
    for drop_id in range(DROPS_REMEMBERED + 1):
        latch.learn(drop_id, sold(), None)
    assert latch.answer(one_try(drop_id=0)) is None
    assert latch.answer(one_try(drop_id=DROPS_REMEMBERED)).code == "sold-out"


def test_what_was_read_for_a_drop_forgotten_meanwhile_is_not_taken_for_everybody(latch):
    latch.learn(1, sold(buyers=[2]), None)
    since = latch.buyers_since(1)
    for drop_id in range(2, DROPS_REMEMBERED + 3):
        latch.learn(drop_id, sold(), None)
    latch.learn(1, sold(buyers=[3]), since)
    assert latch.answer(one_try()) is None


# --- what a batch finds ---


def found(attempt):
    """What the latch will learn of this try, by SKU."""
    result = place_all([attempt])
    return {one.sku_id: (one.code, one.seconds) for one in result.sold.exhausted}


def test_all_held_is_sure_until_the_next_order_is_due(app, ben, cleo):
    drop = factories.a_live_drop(quantity=2)
    for pay_in in (20, 50):
        factories.an_order(factories.a_user(), drop, pay_in=pay_in)
    ((code, seconds),) = found(an_attempt(ben, drop)).values()
    assert code == "all-held"
    assert 10 < seconds <= 20


def test_and_never_past_the_drops_end(app, ben, cleo):
    drop = factories.a_live_drop(quantity=1, ends_in=5)
    factories.an_order(cleo.user, drop, status="confirmed")
    assert found(an_attempt(ben, drop))[factories.sku_of(drop).id][1] <= 5


def test_the_last_unit_just_taken_is_held(app, ben):
    drop = factories.a_live_drop(quantity=1)
    assert found(an_attempt(ben, drop))[factories.sku_of(drop).id][0] == "all-held"


def test_nothing_is_said_of_skus_nobody_asked_for(app, ben, cleo):
    """A SKU all held that nobody had asked for was remembered, and answered, as sold out."""
    drop = factories.a_live_drop(quantity=[0, 1])
    asked, held = factories.skus_of(drop)
    factories.an_order(cleo.user, drop, sku=held)
    assert found(an_attempt(ben, drop, [1, 0])).keys() == {asked.id}


def test_nothing_is_said_of_a_drop_that_is_over(app, ben):
    assert found(an_attempt(ben, factories.an_ended_drop(quantity=0))) == {}


@pytest.mark.parametrize("status", ["placed", "confirmed", "cancelled", "lapsed", "refunded"])
def test_it_learns_of_everybody_with_an_order_of_any_status(app, ben, cleo, status):
    drop = factories.a_live_drop(quantity=1)
    factories.an_order(cleo.user, drop, status=status)
    assert cleo.id in place_all([an_attempt(ben, drop)]).sold.buyers


# --- in a process ---


@pytest.fixture
def process(make_app, app):
    """A process that may remember for a minute."""
    return Queue(make_app(latch_seconds=60.0))


def test_latched_answers_ask_nothing_of_the_database(process, ben, cleo):
    drop = factories.a_live_drop(quantity=0)
    assert process.asks(an_attempt(ben, drop)).code == "sold-out"
    attempt = an_attempt(cleo, drop)
    with process.app.app_context(), statements() as sent:
        assert process.asks(attempt).code == "sold-out"
    assert sent == []


def test_those_who_waited_while_it_was_set_ask_nothing_either(process):
    drop = factories.a_live_drop(quantity=0)
    with stock_held(drop):
        heard = [process.comes(an_attempt(factories.a_user(), drop)) for _ in range(5)]
    assert {answer.code for answer in answers(heard)} == {"sold-out"}
    assert process.combiner.batches == {1: 1}


def test_the_winner_of_the_batch_that_set_it_hears_of_the_order(process, ben):
    drop = factories.a_live_drop(quantity=1)
    first = process.asks(an_attempt(ben, drop, key="k"))
    again = process.asks(an_attempt(ben, drop, key="k"))
    assert (again.order_id, again.replayed) == (first.order_id, True)


def test_so_does_one_who_won_through_another_process_before_it_was_set(process, ben, cleo):
    drop = factories.a_live_drop(quantity=1)
    elsewhere = place(ben, drop, key="k")
    assert process.asks(an_attempt(cleo, drop)).code == "all-held"
    assert process.asks(an_attempt(ben, drop, key="k")).order_id == elsewhere.order_id


def test_so_does_one_who_won_elsewhere_before_it_was_set_anew(process, ben, cleo, dora):
    drop = factories.a_live_drop(quantity=[1, 1])
    placed(dora, drop, [1, 0])
    assert process.asks(an_attempt(cleo, drop, [1, 0])).code == "all-held"
    elsewhere = place(ben, drop, [0, 1], key="k")
    assert process.asks(an_attempt(cleo, drop, [0, 1])).code == "all-held"
    assert process.asks(an_attempt(ben, drop, [0, 1], key="k")).order_id == elsewhere.order_id


def test_winners_and_losers_of_one_batch(process):
    drop = factories.a_live_drop(quantity=3)
    tries = [an_attempt(factories.a_user(), drop) for _ in range(6)]
    with stock_held(drop):
        heard = [process.comes(one) for one in tries]
    first = [type(answer) for answer in answers(heard)]
    assert first == [Placed] * 3 + [Refused] * 3
    assert [type(process.asks(one)) for one in tries] == first


def test_with_the_time_a_process_may_remember_it_sees_the_truth_again(make_app, app, ben, cleo):
    process = Queue(make_app(latch_seconds=0.05))
    drop = factories.a_live_drop(quantity=0)
    assert process.asks(an_attempt(ben, drop)).code == "sold-out"
    cancel_drop(drop)
    time.sleep(0.06)
    assert process.asks(an_attempt(cleo, drop)).code == "cancelled"
