"""Group commit: whoever asks while a batch is under way joins the next one, and hears his own."""

from statistics import median
from threading import Event, current_thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, IntegrityError

from livedrop.extensions import db
from livedrop.lib import failpoints
from livedrop.lib.errors import DomainError, OutcomeUnknown, Unavailable
from livedrop.orders.combine import BATCH
from livedrop.orders.commands import place_all
from livedrop.orders.models import Order
from livedrop.orders.rules import Placed
from tests import factories
from tests.parallel import (
    PATIENCE,
    WAITING,
    Queue,
    answers,
    stock_held,
    together,
    until,
    until_waiting,
)
from tests.rows import rows
from tests.shopping import an_attempt, more_due_than_a_batch_lapses


def words(heard):
    """`placed`, the code of a no, or the name of an error."""
    return [getattr(one, "code", None) or type(one).__name__.lower() for one in heard]


def people(count):
    return [factories.a_user() for _ in range(count)]


# --- one batch behind the other ---


def test_those_who_come_first_are_served_first(app):
    drop = factories.a_live_drop(quantity=3)
    queue = Queue(app)
    with stock_held(drop):
        heard = [queue.comes(an_attempt(person, drop)) for person in people(8)]
    assert words(answers(heard)) == ["placed"] * 3 + ["all-held"] * 5


def test_one_transaction_of_a_drop_at_a_time_however_many_wait(app):
    drop = factories.a_live_drop(quantity=20)
    queue = Queue(app)
    with stock_held(drop):
        heard = [queue.comes(an_attempt(person, drop)) for person in people(20)]
        until_waiting()
        assert db.session.scalar(WAITING) == 1
        db.session.rollback()
    assert words(answers(heard)) == ["placed"] * 20


def test_drops_do_not_wait_for_each_other(app, ben, cleo):
    locked, other = factories.a_live_drop(), factories.a_live_drop()
    queue = Queue(app)
    with stock_held(locked):
        held_up = queue.comes(an_attempt(ben, locked))
        assert words(answers([queue.comes(an_attempt(cleo, other))])) == ["placed"]
        assert not held_up.done()
    assert words(answers([held_up])) == ["placed"]


def test_whoever_waits_holds_no_connection(make_app, app):
    """A crowd that had each just looked up the drop kept the batch from having one."""
    shop = make_app(pool_size=2)
    drop = factories.a_live_drop()
    tries = [an_attempt(person, drop) for person in people(6)]

    def looks_and_buys(attempt):
        db.session.scalar(text("SELECT 1"))
        return shop.extensions["combiner"].place(attempt)

    with stock_held(drop):
        heard = [
            Queue(shop).pool.submit(together, shop, [lambda one=one: looks_and_buys(one)])
            for one in tries
        ]
        until(lambda: shop.extensions["combiner"]._waiting == 6)
    assert words(one for (one,) in answers(heard)) == ["placed"] * 6


def test_a_batch_has_so_many_callers_at_most(make_app, app):
    queue = Queue(make_app(pool_size=4))
    drop = factories.a_live_drop(quantity=BATCH + 30, limit_per_customer=100)
    buyers = people(2)
    with stock_held(drop):
        heard = [queue.comes(an_attempt(buyers[n % 2], drop)) for n in range(BATCH + 30)]
    assert words(answers(heard)) == ["placed"] * (BATCH + 30)
    assert (max(queue.combiner.batches), len(rows(Order))) == (BATCH, BATCH + 30)


def test_a_crowd_is_served_in_batches(make_app, app):
    busy = make_app()
    combiner = busy.extensions["combiner"]
    drop = factories.a_live_drop(quantity=192, limit_per_customer=100)
    person = people(4)

    def three_orders(number):
        return [combiner.place(an_attempt(person[number % 4], drop)) for _ in range(3)]

    heard = together(busy, [lambda n=n: three_orders(n) for n in range(64)])
    assert {type(one) for three in heard for one in three} == {Placed}
    assert median(combiner.batches.elements()) > 1


def test_a_try_that_comes_again_stays_ahead_of_those_behind_it(app, ben, cleo):
    drop = more_due_than_a_batch_lapses(wanted=3, free=1)
    queue = Queue(app)
    with stock_held(drop):
        heard = [
            queue.comes(an_attempt(person, drop, lines))
            for person, lines in ((factories.a_user(), [1, 0]), (ben, [0, 4]), (cleo, [0, 1]))
        ]
    assert words(answers(heard)) == ["placed", "placed", "all-held"]


# --- each hears his own ---


def test_a_poisoned_member_harms_nobody(app):
    """Whoever is refused by the database alone is alone with it."""
    drop = factories.a_live_drop(quantity=10)
    first, *others = people(5)
    queue = Queue(app)
    with stock_held(drop):
        heard = [queue.comes(an_attempt(first, drop))]
        heard += [queue.comes(an_attempt(person, drop)) for person in others[:2]]
        heard.append(queue.comes(an_attempt(first, drop, user_id=first.id + 10**6)))
        heard.append(queue.comes(an_attempt(others[2], drop, delivery={"name": "\0"})))
        heard.append(queue.comes(an_attempt(others[3], drop)))
    kinds = [type(answer) for answer in answers(heard)]
    assert kinds == [Placed, Placed, Placed, IntegrityError, DataError, Placed]
    assert len(rows(Order)) == 4


def test_a_crash_of_one_alone_is_not_said_to_the_others(app, ben, cleo):
    """Nobody had foreseen it, and who had an order already was told the same."""
    drop = factories.a_live_drop(quantity=10)
    poisoned = an_attempt(factories.a_user(), drop, delivery={"name": "\0"})
    failpoints.arm("before_commit:2=raise")
    told = place_all([an_attempt(ben, drop), poisoned, an_attempt(cleo, drop)]).answers
    assert [type(one) for one in told] == [Placed, DataError, failpoints.Injected]
    assert [order.user_id for order in rows(Order)] == [ben.id]


def test_what_happens_to_one_alone_is_not_said_to_the_others(app, ben, cleo):
    """One who met a lock had everybody told that nothing had happened, when it had."""
    drop = factories.a_live_drop(quantity=10)
    poisoned = an_attempt(factories.a_user(), drop, delivery={"name": "\0"})
    tries = [an_attempt(ben, drop), poisoned, an_attempt(cleo, drop)]
    with db.engine.connect() as other, other.begin():
        other.execute(text("SELECT FROM users WHERE id = :id FOR UPDATE"), {"id": cleo.id})
        kinds = [type(answer) for answer in place_all(tries).answers]
    assert kinds == [Placed, DataError, Unavailable]
    assert [order.user_id for order in rows(Order)] == [ben.id]


def test_a_broken_batch_leaves_nobody_waiting(app, ben):
    drop = factories.a_live_drop()
    failpoints.arm("before_commit=raise")
    (heard,) = answers([Queue(app).comes(an_attempt(ben, drop))])
    assert isinstance(heard, failpoints.Injected)
    failpoints.arm("")
    assert words(answers([Queue(app).comes(an_attempt(ben, drop))])) == ["placed"]


def test_duplicates_in_the_queue_share_one_order(app, ben):
    drop = factories.a_live_drop()
    queue = Queue(app)
    with stock_held(drop):
        heard = [queue.comes(an_attempt(ben, drop, key="k")) for _ in range(5)]
    assert len({answer.order_id for answer in answers(heard)}) == 1
    assert [answer.replayed for answer in answers(heard)] == [False] + [True] * 4


# --- nobody waits for ever ---


@pytest.fixture
def hasty(make_app, app):
    """A shop whose callers wait a fifth of a second."""
    queue = Queue(make_app(order_deadline_seconds=0.2))
    yield queue
    queue.empties()


def test_a_full_queue_says_so_at_once(make_app, app):
    queue = Queue(make_app(order_queue_size=3))
    drop = factories.a_live_drop()
    with stock_held(drop):
        heard = [queue.comes(an_attempt(person, drop)) for person in people(4)]
        assert isinstance(heard[3].result(1), Unavailable)
    assert words(answers(heard)) == ["placed"] * 3 + ["unavailable"]


def test_who_waits_too_long_for_a_batch_under_way_is_not_told_that_nothing_happened(hasty, ben):
    drop = factories.a_live_drop()
    with stock_held(drop):
        assert type(hasty.comes(an_attempt(ben, drop)).result(5)) is OutcomeUnknown


def test_who_waits_too_long_in_the_queue_hears_that_nothing_happened_and_so_it_is(hasty, ben, cleo):
    drop = factories.a_live_drop()
    with stock_held(drop):
        first = hasty.comes(an_attempt(ben, drop))
        until_waiting()
        behind = hasty.comes(an_attempt(cleo, drop))
        assert type(behind.result(5)) is Unavailable
    until(lambda: len(rows(Order)) == 1)
    assert words([hasty.asks(an_attempt(cleo, factories.a_live_drop()))]) == ["placed"]
    assert isinstance(first.result(5), OutcomeUnknown)
    assert [order.user_id for order in rows(Order, drop_id=drop.id)] == [ben.id]


def test_a_caller_who_left_still_gets_the_order_and_the_key_tells(hasty, ben):
    drop = factories.a_live_drop()
    with stock_held(drop):
        hasty.comes(an_attempt(ben, drop, key="k")).result(5)
    until(lambda: len(rows(Order)) == 1)
    again = hasty.asks(an_attempt(ben, drop, key="k"))
    assert (again.order_id, again.replayed) == (str(rows(Order)[0].id), True)


def test_a_repeat_while_the_first_is_under_way_hears_so(hasty, ben):
    drop = factories.a_live_drop()
    with stock_held(drop):
        first, again = (hasty.comes(an_attempt(ben, drop, key="k")) for _ in range(2))
        assert isinstance(again.result(5), DomainError)
        assert words([again.result()]) == ["in-progress"]
    assert isinstance(first.result(5), OutcomeUnknown)


def test_who_heard_that_nothing_happened_is_right_however_close_it_was(hasty, ben):
    """The batch read its clock before it waited for the queue, and took who had just given up."""
    gave_up = Event()
    hasty.combiner._lock = ComesLate(hasty.combiner._lock, gave_up)
    drop = factories.a_live_drop()
    assert type(hasty.asks(an_attempt(ben, drop))) is Unavailable
    gave_up.set()
    hasty.empties()
    assert rows(Order) == []


class ComesLate:
    """A lock that a batch asks for before a caller's deadline and has after it."""

    def __init__(self, lock, gave_up):
        self.lock, self.gave_up = lock, gave_up

    def __enter__(self):
        if current_thread().daemon:  # a batch's
            assert self.gave_up.wait(PATIENCE)
        return self.lock.__enter__()

    def __exit__(self, *error):
        return self.lock.__exit__(*error)
