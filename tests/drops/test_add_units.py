"""Declared quantities may only grow, and everybody can see when they did."""

import pytest

from livedrop.drops import commands, queries
from livedrop.lib.errors import DomainError, Invalid
from tests import factories
from tests.rows import kinds, recorded


def declare(drop, *quantities):
    declared = dict(zip([sku.id for sku in factories.skus_of(drop)], quantities, strict=False))
    commands.add_units(drop_id=drop.id, actor_id=drop.creator_id, declared=declared)


@pytest.mark.parametrize("make", [factories.a_scheduled_drop, factories.a_live_drop])
def test_units_are_added_before_and_during_the_drop(ada, make):
    drop = make(ada.creator, quantity=[10, 5])
    declare(drop, 12, 5)
    assert factories.stock_of(drop) == [(12, 0), (5, 0)]
    first = str(factories.skus_of(drop)[0].id)
    assert queries.history(drop.id)[0].facts == {"added": {first: 2}}
    assert recorded("UnitsAdded")[0].payload == {"creator_id": ada.id, "added": {first: 2}}


def test_the_same_total_sent_twice_adds_once(ada):
    drop = factories.a_live_drop(ada.creator, quantity=10)
    declare(drop, 12)
    declare(drop, 12)
    assert factories.stock_of(drop) == [(12, 0)]
    assert kinds() == ["UnitsAdded"]


def test_units_in_orders_stay_claimed(ada, ben):
    drop = factories.a_live_drop(ada.creator, quantity=2)
    factories.an_order(ben.user, drop, 2)
    declare(drop, 3)
    assert factories.stock_of(drop) == [(3, 2)]


def test_a_quantity_does_not_shrink(ada):
    drop = factories.a_live_drop(ada.creator, quantity=[10, 5])
    with pytest.raises(DomainError, match="cannot-shrink"):
        declare(drop, 12, 4)
    assert factories.stock_of(drop) == [(10, 0), (5, 0)]


def test_the_set_of_skus_is_frozen(ada):
    drop, other = factories.a_live_drop(ada.creator), factories.a_live_drop(ada.creator)
    theirs = {factories.sku_of(other).id: 50}
    with pytest.raises(Invalid):
        commands.add_units(drop_id=drop.id, actor_id=ada.id, declared=theirs)
    assert factories.stock_of(other) == [(10, 0)]


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (factories.a_draft, "not-published"),
        (factories.an_ended_drop, "ended"),
        (factories.a_cancelled_drop, "cancelled"),
    ],
)
def test_nothing_is_added_to_what_is_not_for_sale(ada, make, word):
    drop = make(ada.creator)
    with pytest.raises(DomainError) as refusal:
        declare(drop, 50)
    assert refusal.value.code == word
    assert factories.stock_of(drop) == [(10, 0)]
