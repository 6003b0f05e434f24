"""A creator finds what they sold, however much there is of it."""

import pytest

from livedrop.orders import sold as sold_module
from livedrop.orders.sold import TooMany, Wanted, every_parcel, sold_orders
from tests import factories
from tests.shopping import change

ADDRESS = {"name": "Ben", "line1": "1 Quay", "postcode": "1", "city": "Port", "country": "NL"}


def ids(creator, limit=50, before=None, **wanted):
    return [one.id for one in sold_orders(creator.id, Wanted(**wanted), before, limit)]


def sold(ada, user, ago, **facts):
    """An order in a drop of its own that was over so many seconds ago."""
    drop = factories.an_ended_drop(ada.creator, starts_in=-ago - 60, ends_in=-ago, **facts)
    return factories.an_order(user, drop, pay_in=-ago - 30, status="confirmed")


def test_orders_of_many_drops_come_in_the_order_of_time(ada, ben):
    made = [sold(ada, ben.user, ago).id for ago in range(100, 3100, 60)]
    assert ids(ada) == made
    last = sold_orders(ada.id, Wanted(), None, 30)[-1]
    assert ids(ada, before=(last.placed_at, last.id)) == made[30:]


def test_drops_that_run_at_the_same_time_are_merged(ada, ben):
    drops = [factories.a_live_drop(ada.creator, limit_per_customer=3) for _ in range(25)]
    made = [
        factories.an_order(ben.user, drop, pay_in=90 - turn).id
        for turn in range(3)
        for drop in drops
    ]
    found = sold_orders(ada.id, Wanted(), None, 75)
    assert {one.id for one in found} == set(made)
    assert found == sorted(found, key=lambda one: (one.placed_at, one.id), reverse=True)


def test_nobody_elses_orders_are_found(ada, ben):
    other = factories.a_live_drop(factories.a_creator())
    order = factories.an_order(ben.user, other)
    for words in ("", "ben", str(order.id), "print"):
        assert ids(ada, words=words) == []


def test_orders_are_found_by_who_bought_what_and_their_number(ada, ben):
    mug = factories.a_live_drop(
        ada.creator, title="Blue Mug", quantity=[5, 5], limit_per_customer=2
    )
    print_ = factories.a_live_drop(ada.creator, title="Print")
    anna = factories.a_user("mug_lover", display_name="Anna Groß")
    first = factories.an_order(ben.user, mug).id
    second = factories.an_order(anna, print_).id
    third = factories.an_order(ben.user, mug, sku=factories.skus_of(mug)[1]).id
    assert ids(ada, words="@Ben") == [third, first]
    assert ids(ada, words="anna g") == [second]
    assert ids(ada, words="blue m") == [third, first]
    assert ids(ada, words="no. 2") == [third]
    assert ids(ada, words="mug") == [third, second, first]
    assert ids(ada, words=str(second).upper()) == [second]
    assert second in ids(ada, words=str(second)[:13])
    assert ids(ada, words="mug", drop_id=print_.id) == [second]
    assert ids(ada, words="'; DROP TABLE orders --%_") == []


def test_they_are_narrowed_down_by_what_became_of_them(ada, ben):
    drop = factories.a_live_drop(ada.creator, limit_per_customer=9)
    made = {
        status: factories.an_order(ben.user, drop, status=status).id
        for status in ("placed", "confirmed", "cancelled", "lapsed", "refunded")
    }
    due = factories.an_order(ben.user, drop, pay_in=-1)
    made["lapsed"], old = due.id, made["lapsed"]
    for status, order_id in made.items():
        for words in ("", "ben"):
            assert order_id in ids(ada, status=status, words=words)
    assert set(ids(ada, status="lapsed")) == {due.id, old}
    assert ids(ada, status="placed") == [made["placed"]]


def test_a_name_that_nearly_everybody_has_finds_nobody(ada, monkeypatch):
    monkeypatch.setattr(sold_module, "MOST_PEOPLE", 3)
    for number in range(5):
        factories.a_user(f"sam{number}")
    with pytest.raises(TooMany):
        ids(ada, words="sam")


def test_what_is_paid_and_stands_is_packed_the_first_first(ada, ben):
    drop = factories.a_live_drop(ada.creator, quantity=[9, 9], limit_per_customer=9, ships=True)
    paid = [
        factories.an_order(
            ben.user, drop, 2, status="confirmed", delivery=ADDRESS, pay_in=90 + turn
        )
        for turn in range(3)
    ]
    factories.an_order(ben.user, drop, delivery=ADDRESS)
    factories.an_order(ben.user, drop, status="refunded", delivery=ADDRESS)
    change("UPDATE order_lines SET returned = 1 WHERE order_id = :id", id=paid[0].id)
    change(
        "UPDATE stock SET claimed = claimed - 1 WHERE sku_id = :id",
        id=factories.skus_of(drop)[0].id,
    )
    parcels = list(every_parcel(drop.id, at_once=2))
    assert [one.id for one in parcels] == [one.id for one in paid]
    assert [[count for _, count in one.units] for one in parcels] == [[1], [2], [2]]
