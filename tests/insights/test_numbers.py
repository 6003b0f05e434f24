"""What came of a drop: who looked, who tried, who bought, and who would have (U23)."""

from datetime import timedelta

import pytest

from livedrop.insights import commands
from livedrop.insights.models import DropDay, TurnedAway
from livedrop.insights.numbers import numbers_of, numbers_page
from livedrop.insights.tally import Tally
from livedrop.orders import commands as orders
from livedrop.web.rendering import span
from tests import factories
from tests.parallel import together
from tests.rows import rows
from tests.shopping import change, confirmed, let_pass, placed


@pytest.fixture
def drop(ada):
    return factories.a_live_drop(ada.creator, quantity=[5, 5], limit_per_customer=5, price=1000)


def days():
    return {(one.drop_id, one.what): one.number for one in rows(DropDay)}


def test_each_look_counts_and_each_person_once(app):
    tally = Tally(app)
    tally._writing = True  # nobody writes but this test
    for _ in range(3):
        tally.note_view(7)
        tally.note(7, "sold-out", 1)
    tally.note(7, "all-held", 2)
    tally.note(7, "limit-reached", 3)
    tally.note_waiting(7, 2)
    tally.flush()
    tally.note(7, "sold-out", 1)
    tally.flush()
    assert days() == {(7, "view"): 3, (7, "refused"): 6, (7, "turned-away"): 2}


def test_processes_count_together(app):
    some = [(7, user) for user in range(1, 40)]
    together(app, [lambda: commands.count_interest({7: 2, 8: 1}, some)] * 5)
    assert days() == {(7, "view"): 10, (8, "view"): 5, (7, "turned-away"): 39}


def test_who_was_turned_away_is_forgotten_and_the_number_stays(app):
    commands.count_interest({}, [(7, 1), (7, 2)])
    change("UPDATE turned_away SET at = at - interval '31 days' WHERE user_id = 1")
    assert commands.purge_turned_away() == 1
    assert [one.user_id for one in rows(TurnedAway)] == [2]
    assert days() == {(7, "turned-away"): 2}


def test_a_drops_numbers_add_up(app, ada, ben, cleo, drop):
    paid = confirmed(ben, drop, [2, 1])
    placed(cleo, drop, [1, 1])
    let_pass(100, placed(factories.a_user(), drop))
    for status in ("lapsed", "cancelled", "refunded"):
        factories.an_order(cleo.user, drop, status=status)
    first = factories.skus_of(drop)[0].id
    orders.refund(order_id=paid.id, reason="It broke.", quantities={first: 1})
    commands.count_refusals({(drop.id, "sold-out"): 4})
    commands.count_interest({drop.id: 20}, [(drop.id, 1)])
    seen = numbers_of(ada.id, drop.id)
    assert (seen.views, seen.attempts, seen.orders, seen.paid) == (20, 10, 6, 2)
    assert (seen.declared, seen.sold, seen.takings) == (10, 2, 2000)
    assert (seen.turned_away, seen.sold_out_after) == (1, None)


def test_how_long_it_took_to_sell_out_is_told(app, ada, ben):
    drop = factories.a_live_drop(ada.creator, quantity=1, starts_in=-300)
    confirmed(ben, drop)
    after = numbers_of(ada.id, drop.id).sold_out_after
    assert after is not None
    assert after >= timedelta(minutes=5)


def test_drops_come_in_pages_the_latest_first_and_only_ones_own(app, ada):
    made = [
        factories.an_ended_drop(ada.creator, starts_in=-ago - 60, ends_in=-ago)
        for ago in (10, 20, 30)
    ]
    factories.a_live_drop()
    first = numbers_page(ada.id, limit=2)
    rest = numbers_page(ada.id, cursor=first.next_cursor, limit=2)
    assert [one.drop_id for one in (*first.items, *rest.items)] == [one.id for one in made]


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (59, "59 s"), (200, "3 min 20 s"), (90_000, "1 d 1 h")]
)
def test_how_long_is_said_in_two_units(seconds, words):
    assert span(timedelta(seconds=seconds)) == words
