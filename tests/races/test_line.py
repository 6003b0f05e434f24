"""The line at the same moment as those who give back, pass by, pay and join.

Each guard has its control: the same meeting without it, and what breaks then.
"""

from types import SimpleNamespace

import pytest
from sqlalchemy import text

from livedrop.extensions import db
from livedrop.lib.errors import DomainError
from livedrop.orders import rules
from livedrop.orders.commands import lapse_due
from livedrop.orders.commands import line as line_commands
from livedrop.orders.rules import Placed
from livedrop.waitlist import steps as line
from livedrop.waitlist.models import Entry
from tests import factories, invariants
from tests.parallel import together
from tests.races.test_orders import ROUNDS, cancel, heard
from tests.races.twins import only_read
from tests.rows import rows
from tests.shopping import (
    an_attempt,
    join,
    let_pass,
    offers_to,
    order,
    pay,
    place,
    placed,
)


def a_line(*people, units=1):
    """A drop all of whose units somebody holds, each in an order, and who waits for one."""
    drop = factories.a_live_drop(quantity=units, limit_per_customer=5)
    held = [placed(factories.a_user(), drop) for _ in range(units)]
    for person in people:
        join(person, drop)
    return drop, held


# --- a passer-by against the line ---


@pytest.mark.parametrize("back", ["cancelled", "due"])
def test_no_passer_by_gets_what_somebody_waits_for(app, ben, cleo, back):
    for _ in range(ROUNDS):
        drop, (bought,) = a_line(ben)
        if back == "due":
            let_pass(91, bought)
        gives = cancel(bought) if back == "cancelled" else lapse_due
        tries = [lambda drop=drop: place(cleo, drop)] * 3
        answers = together(app, [tries[0], gives, *tries[1:]])
        assert not [answer for answer in answers if isinstance(answer, Placed)]
        assert [one.status for one in offers_to(ben) if one.drop_id == drop.id] == ["placed"]


def test_unserved_the_line_is_passed_by(app, ben, cleo, monkeypatch):
    monkeypatch.setattr(rules._Ledger, "serve", lambda ledger: None)
    drop, (bought,) = a_line(ben)
    cancel(bought)()
    assert isinstance(place(cleo, drop), Placed)
    assert len(rows(Entry)) == 1


# --- two units back at once for one person ---


def test_two_units_that_come_back_at_once_are_never_two_offers_to_one(app, ben, cleo):
    for _ in range(ROUNDS):
        drop, held = a_line(ben, cleo, units=2)
        together(app, [cancel(one) for one in held])
        for person in (ben, cleo):
            assert [one.drop_id for one in offers_to(person)].count(drop.id) == 1


def test_a_place_that_is_not_taken_is_offered_twice(unguarded, monkeypatch):
    ben = factories.a_user()
    assert told_of_two_offers(ben, monkeypatch, unguarded=True) == [None, None]
    sku_id = rows(Entry)[0].sku_id
    assert f"person {ben.id}: 2 offers of SKU {sku_id} at once" in invariants.broken()
    for offer in offers_to(ben):
        factories.change(offer, status="cancelled")


def test_the_unique_index_has_the_last_word_on_a_second_offer(app, ben, monkeypatch):
    first, second = told_of_two_offers(ben, monkeypatch)
    assert (first, type(second).__name__) == (None, "IntegrityError")
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE waitlist_entries SET offer_id = (SELECT id FROM orders"
                " WHERE offered_sku_id IS NOT NULL)"
            )
        )


def told_of_two_offers(person, monkeypatch, unguarded=False):
    """What two who cancel hear, one after the other, when an offer leaves its place waiting."""
    monkeypatch.setattr(line, "take", lambda tx, offers: None)
    if unguarded:
        with db.engine.begin() as connection:
            connection.execute(text("DROP INDEX uq_orders_one_offer"))
    _, held = a_line(person, units=2)
    return [told(cancel(one)) for one in held]


def told(call):
    try:
        return call()
    except Exception as error:
        return error


# --- an offer's lapse against its payment ---


def test_an_offers_lapse_and_its_payment_end_in_one_of_two_ways(app, ben, cleo):
    for _ in range(ROUNDS):
        drop, (bought,) = a_line(ben, cleo)
        cancel(bought)()
        offer = next(one for one in offers_to(ben) if one.drop_id == drop.id)
        payment = pay(offer)
        let_pass(929.99, offer)  # protected for a hundredth of a second more
        together(app, [heard(payment), lapse_due, lapse_due])
        next_ones = [one for one in offers_to(cleo) if one.drop_id == drop.id]
        assert (order(offer.id).status, len(next_ones)) in [("confirmed", 0), ("lapsed", 1)]
        assert factories.stock_of(drop) == [(1, 1)]


def test_unasked_late_money_takes_what_the_next_in_line_waits_for(app, ben, cleo, monkeypatch):
    monkeypatch.setattr(line, "waited_for", lambda tx, sku_ids: False)
    _, (bought,) = a_line(ben, cleo)
    cancel(bought)()
    (offer,) = offers_to(ben)
    payment = pay(offer)
    let_pass(1000, offer)
    heard(payment)()
    assert (order(offer.id).status, offers_to(cleo)) == ("confirmed", [])


# --- joining against the unit that comes back ---


def test_nobody_comes_to_wait_for_a_unit_that_is_back(app, ben):
    for _ in range(ROUNDS):
        drop, (bought,) = a_line()
        joined, _ = together(app, [lambda drop=drop: join(ben, drop), cancel(bought)])
        if isinstance(joined, DomainError):
            assert (joined.code, factories.stock_of(drop)) == ("available", [(1, 0)])
        else:
            assert factories.stock_of(drop) == [(1, 1)]
            assert [one.drop_id for one in offers_to(ben)].count(drop.id) == 1


def test_without_the_lock_a_wake_up_is_lost(app, ben, monkeypatch):
    drop, (bought,) = a_line()
    free = line_commands._free_after_the_line

    def free_before_it_came_back(*args):
        found = free(*args)
        together(app, [cancel(bought)])
        return found

    monkeypatch.setattr(line_commands, "stock", SimpleNamespace(lock=only_read))
    monkeypatch.setattr(line_commands, "_free_after_the_line", free_before_it_came_back)
    join(ben, drop)
    assert (factories.stock_of(drop), len(rows(Entry)), offers_to(ben)) == ([(1, 0)], 1, [])


def test_a_line_and_passers_by_in_several_processes_sell_each_unit_once(app, processes):
    drop = factories.a_live_drop(quantity=4, limit_per_customer=1)
    held = [placed(factories.a_user(), drop) for _ in range(4)]
    waiting = [factories.a_user() for _ in range(6)]
    for person in waiting:
        join(person, drop)
    for one in held:
        let_pass(91, one)
    passers_by = [factories.a_user() for _ in range(20)]
    answers = processes.ask([an_attempt(person, drop) for person in passers_by])
    assert {word for word, *_ in answers} == {"all-held"}
    assert [len(offers_to(person)) for person in waiting] == [1, 1, 1, 1, 0, 0]
