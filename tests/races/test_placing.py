"""People who want the same at the same moment, from several processes.

Each guard has its control: the same meeting without it, and what breaks then.
"""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Semaphore

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from livedrop.extensions import db
from livedrop.idempotency.commands import purge
from livedrop.inventory import stock
from livedrop.inventory.stock import Units
from livedrop.lib.errors import Deadlock
from livedrop.orders import batch
from livedrop.orders.commands import place as placing
from livedrop.orders.commands import place_all
from livedrop.orders.models import Order, OrderLine
from livedrop.orders.queries import stock_of_drop
from livedrop.orders.rules import Placed, Refused
from tests import factories, invariants
from tests.parallel import PATIENCE, Queue, stock_held, together, until, until_waiting
from tests.races.twins import only_read, without_stock_lock
from tests.rows import rows
from tests.shopping import an_attempt, cancel_drop, change, end, order, pay, place, placed

FULL = os.environ.get("LIVEDROP_FULL_FAULTS") == "1"
ROUNDS, CROWD = (100, 500) if FULL else (4, 100)
pytestmark = pytest.mark.timeout(900 if FULL else 120)


def words(answers):
    return Counter(word for word, _, _ in answers)


def sku_name(drop):
    return f"SKU {factories.sku_of(drop).id}"


# --- the last units (F08) ---


def test_one_unit_and_a_crowd_is_one_order(processes, app):
    """pretix sold 201 of 200 from eight processes, django-oscar 203."""
    people = [factories.a_user() for _ in range(CROWD)]
    for _ in range(ROUNDS):
        drop = factories.a_live_drop(quantity=1)
        answers = processes.ask([an_attempt(person, drop) for person in people])
        assert words(answers) == {"placed": 1, "all-held": CROWD - 1}
        assert len(rows(Order, drop_id=drop.id)) == 1  # medusa 16825: a loser's order stayed


def test_five_hundred_units_are_five_hundred_orders(processes, app):
    drop = factories.a_live_drop(quantity=500, limit_per_customer=100)
    people = [factories.a_user() for _ in range(10)]
    tries = [an_attempt(people[n % 10], drop) for n in range(560)]
    answers = processes.ask(tries)
    assert words(answers) == {"placed": 500, "all-held": 60}
    assert len({order_id for _, order_id, _ in answers if order_id}) == 500
    assert factories.stock_of(drop) == [(500, 500)]


def test_many_skus_in_any_order_of_lines_do_not_block_each_other(processes, app):
    drop = factories.a_live_drop(quantity=[20] * 4, limit_per_customer=100)
    people = [factories.a_user() for _ in range(8)]
    ids = [sku.id for sku in factories.skus_of(drop)]
    turns = [ids[n % 4 :] + ids[: n % 4] for n in range(120)]
    tries = [
        an_attempt(people[n % 8], drop, lines=tuple((sku_id, 1) for sku_id in turn[:2]))
        for n, turn in enumerate(turns)
    ]
    answers = processes.ask(tries)
    assert words(answers).keys() <= {"placed", "all-held"}
    assert sum(claimed for _, claimed in factories.stock_of(drop)) == 2 * words(answers)["placed"]


def test_without_lock_and_check_the_last_unit_is_sold_twice(unguarded, monkeypatch):
    """vendure 1738, 3508: what was free was read, thought about, and written; 400 sold of 200."""
    drop = factories.a_live_drop(quantity=1)
    without_stock_lock(monkeypatch, callers=2)
    two_at_once(unguarded, drop)
    assert invariants.broken() == [f"{sku_name(drop)}: claimed 2 of 1"]


def test_without_the_lock_the_check_has_the_last_word(app, monkeypatch):
    drop = factories.a_live_drop(quantity=1)
    without_stock_lock(monkeypatch, callers=2)
    answers = two_at_once(app, drop)
    assert Counter(map(type, answers)) == {Placed: 1, Refused: 1}


def two_at_once(app, drop, people=None, **facts):
    """Two people, or one twice, each in a batch of their own at the same moment."""
    people = people or [factories.a_user() for _ in range(2)]
    tries = [an_attempt(person, drop, **facts) for person in people]
    return together(app, [lambda one=one: place_all([one]).answers[0] for one in tries])


def test_one_sku_in_two_lines_does_not_pass_twice(app, ben):
    """medusa 16502: two lines shared a stock row and were checked separately."""
    drop = factories.a_live_drop(quantity=1, limit_per_customer=2)
    sku = factories.sku_of(drop)
    assert isinstance(place(ben, drop, lines=((sku.id, 1), (sku.id, 1))), IntegrityError)
    assert (rows(Order), factories.stock_of(drop)) == ([], [(1, 0)])


# --- the limit (S62) ---


def test_fifty_at_once_by_one_person_stay_within_the_limit(processes, app, ben):
    """saleor looks at this checkout only: come back and buy again."""
    drop = factories.a_live_drop(quantity=60, limit_per_customer=2)
    answers = processes.ask([an_attempt(ben, drop) for _ in range(50)])
    assert words(answers) == {"placed": 2, "limit-reached": 48}


def test_without_the_lock_one_person_gets_past_the_limit(unguarded, monkeypatch):
    drop, ben = factories.a_live_drop(limit_per_customer=1), factories.a_user()
    without_stock_lock(monkeypatch, callers=2)
    two_at_once(unguarded, drop, [ben, ben])
    assert invariants.broken() == [f"person {ben.id}: 2 units of 1"]


# --- one key (F04, F07) ---


def test_fifty_at_once_with_one_key_are_one_order(processes, app, ben):
    drop = factories.a_live_drop(quantity=60, limit_per_customer=60)
    answers = processes.ask([an_attempt(ben, drop, key="k") for _ in range(50)])
    assert {(word, order_id) for word, order_id, _ in answers} == {
        ("placed", str(rows(Order)[0].id))
    }
    assert Counter(replayed for *_, replayed in answers) == {True: 49, False: 1}


def test_without_lock_and_unique_index_one_key_is_executed_twice(unguarded, monkeypatch):
    drop, ben = factories.a_live_drop(limit_per_customer=5), factories.a_user()
    without_stock_lock(monkeypatch, callers=2)
    two_at_once(unguarded, drop, [ben, ben], key="k")
    assert "key k: executed 2 times" in invariants.broken()


def test_without_the_lock_the_unique_index_has_the_last_word(app, monkeypatch, ben):
    drop = factories.a_live_drop(limit_per_customer=5)
    without_stock_lock(monkeypatch, callers=2)
    two_at_once(app, drop, [ben, ben], key="k")
    assert len(rows(Order)) == 1


def test_one_key_in_two_drops_at_once_is_executed_in_one(app, ben):
    """Each drop has a lock of its own; the key's unique index is what they meet at."""
    for number in range(5):
        drops = [factories.a_live_drop(), factories.a_live_drop()]
        tries = [an_attempt(ben, drop, key=f"k{number}") for drop in drops]
        answers = together(app, [lambda one=one: place_all([one]) for one in tries])
        found = [getattr(one.answers[0], "code", "placed") for one in answers]
        assert sorted(found) == ["key-reused", "placed"]


def test_no_key_is_forgotten_while_people_order_under_it(app, ben):
    drop = factories.a_live_drop(quantity=30, limit_per_customer=30)

    def orders():
        for number in range(20):
            place(ben, drop, key=f"k{number}")

    def purges():
        return sum(purge() for _ in range(40))

    assert together(app, [orders, purges, orders]) == [None, 0, None]
    assert len(rows(Order)) == 20


def test_a_key_forgotten_after_its_time_is_a_new_one(app, ben):
    drop = factories.a_live_drop(limit_per_customer=2)
    first = place(ben, drop, key="k")
    change("UPDATE idempotency_keys SET created_at = created_at - interval '73 hours'")
    change("UPDATE outbox_events SET at = at - interval '73 hours'")
    assert purge() == 1
    again = place(ben, drop, key="k")
    assert (again.replayed, again.order_id == first.order_id) == (False, False)


# --- the holder of the last unit gives up (F09) ---


def test_who_waits_behind_a_holder_that_rolls_back_gets_the_unit(app, ben):
    drop = factories.a_live_drop(quantity=1)
    assert isinstance(asked_behind_a_holder_that_rolls_back(app, ben, drop), Placed)


def test_skipping_what_is_locked_says_sold_out_of_what_is_there(app, ben, monkeypatch):
    monkeypatch.setattr(stock, "lock", skip_what_is_locked)
    drop = factories.a_live_drop(quantity=1)
    assert asked_behind_a_holder_that_rolls_back(app, ben, drop, waits=False).code == "sold-out"
    assert stock_of_drop(drop.id)[0].available == 1


def asked_behind_a_holder_that_rolls_back(app, person, drop, waits=True):
    with ThreadPoolExecutor(1) as pool:
        with db.engine.connect() as holder, holder.begin() as transaction:
            holder.execute(text("UPDATE stock SET claimed = 1"))
            asked = pool.submit(together, app, [lambda: place(person, drop)])
            if waits:
                until_waiting()
            else:
                asked.result(PATIENCE)
            transaction.rollback()
        return asked.result(PATIENCE)[0]


def skip_what_is_locked(tx, drop_id):
    found = tx.execute(
        text(
            "SELECT sku_id, declared, claimed FROM stock WHERE drop_id = :id"
            " ORDER BY sku_id FOR UPDATE SKIP LOCKED"
        ),
        {"id": drop_id},
    )
    units = {row.sku_id: Units(row.declared, row.claimed) for row in found}
    return {sku_id: units.get(sku_id, Units(0, 0)) for sku_id in only_read(tx, drop_id)}


# --- start, end and cancellation while somebody waits (F11, F12) ---


def test_who_came_before_the_end_and_waited_past_it_hears_that_it_ended(app, ben):
    drop = factories.a_live_drop(ends_in=0.4)
    assert asked_across(app, ben, drop, drop.ends_at).code == "ended"


def test_who_came_before_the_start_and_waited_past_it_gets_one(app, ben):
    drop = factories.a_scheduled_drop(starts_in=0.4)
    assert isinstance(asked_across(app, ben, drop, drop.starts_at), Placed)


@pytest.mark.parametrize("clock", ["now()", "clock_timestamp()"])
def test_by_a_clock_from_before_the_wait_an_ended_drop_sells(app, ben, monkeypatch, clock):
    """Both are as old as the wait when the statement that locks reads them."""
    judge_by_the_locking_statements(monkeypatch, clock)
    drop = factories.a_live_drop(ends_in=0.4)
    answer = asked_across(app, ben, drop, drop.ends_at)
    assert order(answer.order_id).placed_at < drop.ends_at < factories.now()


def asked_across(app, person, drop, instant):
    """The answer to who comes before an instant and is let to the stock after it."""
    with ThreadPoolExecutor(1) as pool:
        with stock_held(drop):
            asked = pool.submit(together, app, [lambda: place(person, drop)])
            until_waiting()
            assert factories.now() < instant
            until(lambda: factories.now() >= instant)
        return asked.result(PATIENCE)[0]


def judge_by_the_locking_statements(monkeypatch, clock):
    seen, read = {}, batch.read

    def lock(tx, drop_id):
        found = tx.execute(
            text(
                f"SELECT sku_id, declared, claimed, {clock} AS now FROM stock"
                " WHERE drop_id = :id ORDER BY sku_id FOR UPDATE"
            ),
            {"id": drop_id},
        ).all()
        seen["now"] = found[0].now
        return {row.sku_id: Units(row.declared, row.claimed) for row in found}

    monkeypatch.setattr(stock, "lock", lock)
    monkeypatch.setattr(batch, "read", lambda *args: replace(read(*args), now=seen["now"]))


def test_after_a_cancellation_has_committed_nobody_gets_one(processes, app):
    people = [factories.a_user() for _ in range(90)]
    for _ in range(3):
        drop = factories.a_live_drop(quantity=90)
        with ThreadPoolExecutor(1) as pool:
            answers = pool.submit(processes.ask, [an_attempt(one, drop) for one in people])
            until(lambda drop=drop: rows(Order, drop_id=drop.id))
            cancel_drop(drop)
        assert words(answers.result(PATIENCE)).keys() <= {"placed", "cancelled"}
        assert {line.price for line in rows(OrderLine)} == {4500}


def test_who_waits_behind_a_cancellation_hears_of_it(app, ben):
    drop = factories.a_live_drop()
    assert asked_behind_a_cancellation(app, ben, drop).code == "cancelled"


def test_with_facts_read_before_the_lock_a_cancelled_drop_sells(unguarded, monkeypatch):
    drop, ben = factories.a_live_drop(), factories.a_user()
    believe_what_was_before_the_lock(monkeypatch)
    answer = asked_behind_a_cancellation(unguarded, ben, drop)
    assert invariants.broken() == [f"order {answer.order_id}: placed after the drop was over"]


def asked_behind_a_cancellation(app, person, drop):
    with ThreadPoolExecutor(1) as pool:
        with db.engine.connect() as other, other.begin():
            other.execute(text("SELECT FROM stock FOR UPDATE"))
            asked = pool.submit(together, app, [lambda: place(person, drop)])
            until_waiting()
            other.execute(text("UPDATE drops SET cancelled_at = clock_timestamp()"))
        return asked.result(PATIENCE)[0]


def believe_what_was_before_the_lock(monkeypatch):
    """The drop's facts are read first, then the lock is taken, then the clock."""
    facts, lock, read = {}, stock.lock, batch.read

    def read_then_lock(tx, drop_id):
        facts["drop"] = read(tx, drop_id, [], {}, []).drop
        return lock(tx, drop_id)

    monkeypatch.setattr(stock, "lock", read_then_lock)
    monkeypatch.setattr(batch, "read", lambda *args: replace(read(*args), drop=facts["drop"]))


def test_each_order_has_one_price_the_one_it_was_shown(processes, app, ben):
    drop = factories.a_live_drop(price=1234, quantity=9, limit_per_customer=9)
    processes.ask([an_attempt(ben, drop) for _ in range(9)])
    end(drop)
    assert {line.price for line in rows(OrderLine)} == {1234}


# --- deadlocks (F41) ---


def test_a_batch_that_deadlocks_three_times_is_placed_all_the_same(impatient, monkeypatch):
    assert isinstance(placed_through_deadlocks(impatient, monkeypatch, 3), Placed)


def test_without_another_try_a_deadlock_reaches_the_shopper(impatient, monkeypatch):
    monkeypatch.setattr(placing, "RETRIES", 0)
    assert isinstance(placed_through_deadlocks(impatient, monkeypatch, 1), Deadlock)


@pytest.fixture
def impatient(make_app, postgres, migrated):
    """A shop whose database looks for deadlocks as soon as somebody waits; its context is open."""
    with postgres.database(template=migrated) as name:
        app = make_app(database_url=postgres.url(name))
        with app.app_context():
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text(f"ALTER DATABASE {name} SET deadlock_timeout = '10ms'"))
            db.engine.dispose()
            yield app
            db.session.remove()


UNHURRIED = (
    "SET LOCAL deadlock_timeout = '60s'",  # the batch is to be undone
    *(f"SET LOCAL {limit} = 0" for limit in ("lock_timeout", "statement_timeout")),
    "SET LOCAL idle_in_transaction_session_timeout = 0",
)


def placed_through_deadlocks(app, monkeypatch, times):
    """Somebody has the shopper's row and wants the stock, then the batch wants that row.

    Postgres looks once for a deadlock, some time after a wait began. The batch closes the circle:
    whenever it looks, there is one.
    """
    drop, ben = factories.a_live_drop(), factories.a_user()
    has_stock = goes_on_when_somebody_wants_its_stock(monkeypatch, times)
    with ThreadPoolExecutor(1) as pool, db.engine.connect() as other, other.begin():
        for setting in UNHURRIED:
            other.execute(text(setting))
        other.execute(text("SELECT FROM users WHERE id = :id FOR UPDATE"), {"id": ben.id})
        asked = pool.submit(together, app, [lambda: place(ben, drop)])
        for _ in range(times):
            assert has_stock.acquire(timeout=PATIENCE)
            with other.begin_nested() as savepoint:
                other.execute(text("SELECT FROM stock FOR UPDATE"))
                savepoint.rollback()
        other.get_transaction().rollback()
        return asked.result(PATIENCE)[0]


def goes_on_when_somebody_wants_its_stock(monkeypatch, times):
    """So many batches stop once they have the stock, until somebody waits for it; a semaphore
    that tells when one has."""
    read, has_stock, to_come = batch.read, Semaphore(0), Semaphore(times)

    def read_and_stop(*args):
        situation = read(*args)
        if to_come.acquire(blocking=False):
            has_stock.release()
            until_waiting()
        return situation

    monkeypatch.setattr(batch, "read", read_and_stop)
    return has_stock


# --- what nobody waits for ---


def test_asking_the_provider_does_not_hold_up_the_drop(app, ben, cleo):
    """gumroad charges the card inside the stock lock: up to 50 seconds for everybody."""
    drop = factories.a_live_drop()
    bought = placed(ben, drop)
    with ThreadPoolExecutor(1) as pool:
        with db.engine.connect() as provider, provider.begin():
            provider.execute(text("LOCK pretend_operations IN ACCESS EXCLUSIVE MODE"))
            paying = pool.submit(together, app, [lambda: pay(bought)])
            until_waiting()
            assert Queue(app).asks(an_attempt(cleo, drop)).order_id
        paying.result(PATIENCE)


def test_an_order_that_fails_does_not_prolong_the_one_before_it(app, ben):
    """pretix 1575: a failed add prolonged the reservation."""
    drop = factories.a_live_drop(limit_per_customer=1)
    bought = placed(ben, drop)
    assert place(ben, drop).code == "limit-reached"
    assert order(bought.id).pay_by == bought.pay_by
