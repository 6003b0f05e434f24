"""The line for what a live drop has none of: who gets what comes back, and when."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from livedrop.drops.commands import add_units
from livedrop.extensions import db
from livedrop.lib.errors import DomainError, NotFound
from livedrop.orders import commands
from livedrop.orders.commands import (
    clean_up_cancelled_drop,
    join_line,
    lapse_due,
    line,
    place_all,
    purge_lines,
    serve_lines,
)
from livedrop.orders.models import Order
from livedrop.orders.rules import Placed, Refused
from livedrop.waitlist.models import Entry
from livedrop.waitlist.queries import lengths, places_in_drop
from tests import factories
from tests.parallel import Queue
from tests.rows import kinds, recorded, rows
from tests.shopping import (
    an_attempt,
    call_back,
    cancel_drop,
    change,
    confirmed,
    end,
    join,
    leave,
    let_pass,
    offers_to,
    order,
    pay,
    payments,
    place,
    placed,
)
from tests.statements import statements, without


@pytest.fixture
def held(app, dora):
    """A live drop whose only unit somebody holds: the drop and the order."""
    drop = factories.a_live_drop(quantity=1, limit_per_customer=5)
    return drop, placed(dora, drop)


def position(person, drop):
    (standing,) = places_in_drop(drop.id, person.id).values()
    return standing.position


def cancel(bought):
    commands.cancel(order_id=bought.id, user_id=bought.user_id)


# --- joining and leaving ---


def test_whoever_comes_first_stands_first(held, ben, cleo):
    drop, _ = held
    for person in (ben, cleo):
        join(person, drop)
    assert [position(person, drop) for person in (ben, cleo)] == [1, 2]
    assert lengths(drop.id) == {factories.sku_of(drop).id: 2}
    assert [event.actor_id for event in recorded("LineJoined")] == [ben.id, cleo.id]


def test_joining_again_keeps_the_place_unless_more_is_wanted(held, ben, cleo):
    drop, _ = held
    for person, quantity in ((ben, 3), (cleo, 1), (ben, 3), (ben, 2)):
        join(person, drop, quantity)
    assert position(ben, drop) == 1
    join(ben, drop, 4)
    assert (position(ben, drop), position(cleo, drop)) == (2, 1)
    assert len(recorded("LineJoined")) == 4


def test_whoever_leaves_lets_the_others_move_up(held, ben, cleo):
    drop, _ = held
    join(ben, drop)
    join(cleo, drop)
    leave(ben, drop)
    leave(ben, drop)
    assert position(cleo, drop) == 1
    assert [event.payload["reason"] for event in recorded("LineLeft")] == ["left"]


def test_nobody_waits_for_what_is_there(app, ben, cleo):
    drop = factories.a_live_drop(quantity=1)
    factories.an_order(cleo.user, drop, pay_in=-1)  # and its unit is there
    assert refused(ben, drop) == "available"


def test_nobody_waits_for_more_than_the_limit(held, ben):
    assert refused(ben, held[0], 6) == "limit-reached"


def test_only_a_live_drop_has_a_line(app, ben):
    for drop in (factories.a_scheduled_drop(), factories.an_ended_drop(), factories.a_draft()):
        assert refused(ben, drop) == "not-live"
    with pytest.raises(NotFound):
        join_line(sku_id=0, user_id=ben.id, quantity=1)


def refused(person, drop, quantity=1):
    with pytest.raises(DomainError) as refusal:
        join(person, drop, quantity)
    return refusal.value.code


# --- the placing transaction serves the line ---


def test_what_lapses_is_offered_before_any_passer_by_can_have_it(held, ben, cleo):
    drop, bought = held
    join(ben, drop)
    let_pass(91, bought)
    assert place(cleo, drop) == Refused("all-held", {"sku_id": factories.sku_of(drop).id})
    (offer,) = offers_to(ben)
    assert offer.pay_by - offer.placed_at == timedelta(minutes=15)
    assert kinds()[-2:] == ["OrderLapsed", "OfferMade"]
    assert recorded("OfferMade")[0].payload["user_id"] == ben.id
    assert places_in_drop(drop.id, ben.id) == {}


def test_a_caller_whose_turn_comes_is_answered_with_their_offer(held, ben):
    drop, bought = held
    join(ben, drop)
    let_pass(91, bought)
    answer = place(ben, drop, key="k")
    assert (answer.outcome["code"], answer.order_id) == ("offered", str(offers_to(ben)[0].id))
    assert place(ben, drop, key="k") == Placed(answer.outcome, replayed=True)
    assert answer.outcome["extensions_left"] == 1


def test_a_caller_whose_turn_has_not_come_hears_that_they_are_in_line(held, ben, cleo):
    drop, bought = held
    join(ben, drop)
    join(cleo, drop)
    let_pass(91, bought)
    assert place(cleo, drop).facts["in_line"]
    assert len(offers_to(ben)) == 1
    assert offers_to(cleo) == []


def test_an_offer_is_what_is_wanted_free_and_within_the_limit(app, ben, cleo, dora):
    drop = factories.a_live_drop(quantity=6, limit_per_customer=3)
    mine, others = placed(ben, drop, 2), [placed(dora, drop, 3), placed(factories.a_user(), drop)]
    join(ben, drop, 1)
    join(cleo, drop, 3)
    for bought in others:
        cancel(bought)
    assert [line_of(one) for one in offers_to(ben) + offers_to(cleo)] == [1, 2]
    assert order(mine.id).status == "placed"


def line_of(bought):
    with db.engine.connect() as connection:
        return connection.scalar(
            text("SELECT quantity FROM order_lines WHERE order_id = :id"), {"id": bought.id}
        )


def test_whoever_has_all_the_limit_allows_when_their_turn_comes_is_told_and_passed(
    app, ben, cleo, dora
):
    drop = factories.a_live_drop(quantity=[1, 1], limit_per_customer=1)
    bought = placed(dora, drop)
    join(ben, drop)
    join(cleo, drop)
    placed(ben, drop, [0, 1])
    cancel(bought)
    assert [event.payload["reason"] for event in recorded("LineLeft")] == ["limit"]
    assert (offers_to(ben), len(offers_to(cleo))) == ([], 1)


def test_whoever_is_suspended_is_passed(held, ben, cleo):
    drop, bought = held
    join(ben, drop)
    join(cleo, drop)
    factories.change(ben.user, suspended_at=factories.now())
    cancel(bought)
    assert (offers_to(ben), len(offers_to(cleo))) == ([], 1)


def test_nothing_is_offered_after_the_end(held, ben, cleo):
    drop, bought = held
    join(ben, drop)
    end(drop)
    cancel(bought)
    assert (place(cleo, drop).code, serve_lines(), offers_to(ben)) == ("ended", 0, [])


def test_a_line_longer_than_a_batch_serves_is_served_before_any_passer_by(held, ben):
    drop, _ = held
    people = [factories.a_user() for _ in range(103)]
    for person in people:
        join(person, drop)
    factories.change_stock(drop, 200)
    assert isinstance(place(ben, drop), Placed)
    assert sum(len(offers_to(person)) for person in people) == 103
    assert rows(Entry, offer_id=None) == []


# --- what gives back serves it ---


def test_units_given_back_go_to_the_line_at_once(app, ben, cleo, dora):
    drop = factories.a_live_drop(quantity=3)
    held, paid = placed(factories.a_user(), drop), confirmed(dora, drop)
    lapses = factories.an_order(factories.a_user(), drop, pay_in=60)
    waiting = [ben, cleo, factories.a_user()]
    for person in waiting:
        join(person, drop)
    cancel(held)
    commands.refund(order_id=paid.id, reason="It broke.")
    let_pass(61, lapses)
    lapse_due()
    assert [len(offers_to(person)) for person in waiting] == [1, 1, 1]


def test_added_units_go_to_the_line_within_a_turn_of_tick(held, ben):
    drop, _ = held
    join(ben, drop)
    assert serve_lines() == 0
    declared = {factories.sku_of(drop).id: 2}
    add_units(drop_id=drop.id, actor_id=drop.creator_id, declared=declared)
    assert (serve_lines(), serve_lines(), len(offers_to(ben))) == (1, 0, 1)


@pytest.mark.parametrize("fate", ["paid", "declined", "lapsed"])
def test_a_place_ends_with_its_offer_and_what_is_left_goes_on(held, ben, cleo, fate):
    drop, bought = held
    join(ben, drop, 3)
    join(cleo, drop)
    cancel(bought)
    (offer,) = offers_to(ben)
    if fate == "paid":
        call_back(pay(offer))
    elif fate == "declined":
        cancel(offer)
    else:
        let_pass(901, offer)
        lapse_due()
    assert rows(Entry, user_id=ben.id) == []
    assert len(offers_to(cleo)) == (0 if fate == "paid" else 1)


def test_a_declined_payment_gives_nothing_back(held, ben, cleo):
    drop, bought = held
    join(ben, drop)
    join(cleo, drop)
    cancel(bought)
    (offer,) = offers_to(ben)
    call_back(pay(offer, "decline"), "decline")
    assert (order(offer.id).status, offers_to(cleo)) == ("placed", [])


def test_an_offer_extends_once_by_a_window_of_its_own(held, ben):
    drop, bought = held
    join(ben, drop)
    cancel(bought)
    (offer,) = offers_to(ben)
    let_pass(600, offer)
    commands.extend(order_id=offer.id, user_id=ben.id)
    left = order(offer.id).pay_by - factories.now()
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)
    with pytest.raises(DomainError, match="no-extension-left"):
        commands.extend(order_id=offer.id, user_id=ben.id)


def test_money_that_comes_late_gets_nothing_that_somebody_waits_for(held, ben):
    drop, bought = held
    paying = pay(bought)
    join(ben, drop)
    let_pass(121, bought)
    call_back(paying)
    assert (order(bought.id).status, len(offers_to(ben))) == ("lapsed", 1)
    assert payments(bought.id)[0].status == "refund_pending"


def test_the_line_of_a_cancelled_drop_is_dissolved_and_told(held, ben, cleo):
    drop, bought = held
    join(ben, drop)
    join(cleo, drop)
    cancel(bought)
    cancel_drop(drop)
    clean_up_cancelled_drop(drop_id=drop.id)
    assert (rows(Entry), offers_to(ben)[0].status) == ([], "cancelled")
    (told,) = recorded("LineDissolved")
    assert told.payload == {"drop_id": drop.id, "user_id": cleo.id}


AGO = (
    "UPDATE drops SET published_at = published_at - :ago, starts_at = starts_at - :ago,"
    " ends_at = clock_timestamp() - :ago WHERE id = :id"
)
AND_ITS_ORDERS = (
    "UPDATE orders SET placed_at = placed_at - :ago, pay_by = pay_by - :ago,"
    " due_at = due_at - :ago, closed_at = closed_at - :ago WHERE drop_id = :id"
)


def over_for(days, held, offered, waiting):
    """One was offered what another still waited for when the drop ended, so many days ago."""
    drop, bought = held
    join(offered, drop)
    join(waiting, drop)
    cancel(bought)
    for statement in (AGO, AND_ITS_ORDERS):
        change(statement, id=drop.id, ago=timedelta(days=days))


@pytest.mark.parametrize(("days", "forgotten"), [(29, 0), (31, 1)])
def test_a_month_after_the_end_nobody_knows_who_waited_in_vain(held, ben, cleo, days, forgotten):
    over_for(days, held, ben, cleo)
    assert purge_lines() == forgotten
    assert [one.user_id for one in rows(Entry)] == [ben.id, cleo.id][: 2 - forgotten]


def test_without_a_look_at_the_end_a_line_that_moves_would_be_forgotten(
    held, ben, cleo, monkeypatch
):
    """The control."""
    endless = without(line.PURGE, "ends_at < ", "ends_at > ")
    monkeypatch.setattr(line, "PURGE", endless)
    over_for(-1, held, ben, cleo)
    assert purge_lines() == 1


# --- what it costs, and what a process remembers ---


def test_a_batch_costs_the_same_where_nobody_waits(app, ben):
    tries = [an_attempt(ben, factories.a_live_drop())]
    with statements() as sent:
        place_all(tries)
    assert [statement.split()[0] for statement in sent] == ["SELECT", "WITH", "WITH", "UPDATE"]


def test_the_latch_answers_nobody_who_waits(held, app, ben, cleo):
    drop, _ = held
    join(ben, drop)
    queue = Queue(app)
    assert queue.asks(an_attempt(cleo, drop)).code == "all-held"
    with statements() as sent:
        answer = queue.asks(an_attempt(ben, drop))
    assert answer.facts["in_line"]
    assert sent
    assert len(rows(Order)) == 1
