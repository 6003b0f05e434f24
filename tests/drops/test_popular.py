"""What is popular: most units ordered, in drops of these days."""

from livedrop.drops import queries
from livedrop.products.queries import products_of_ids
from tests import factories
from tests.statements import statements


def ordered(drop, units, person=None):
    factories.an_order(person or factories.a_user(), drop, units)
    return drop.id


def test_the_drop_with_most_units_ordered_comes_first(app, ada, ben):
    few, many = (factories.a_live_drop(ada.creator) for _ in range(2))
    factories.a_live_drop(ada.creator)  # of which nobody ordered
    ordered(few, 1), ordered(many, 3)
    assert queries.popular_drops(5) == [many.id, few.id]
    assert queries.popular_drops(1) == [many.id]


def test_a_product_counts_over_all_its_drops(app, ada):
    drops = [factories.a_live_drop(ada.creator) for _ in range(2)]
    for drop, units in zip(drops, (4, 5), strict=True):
        ordered(drop, units)
    cards = products_of_ids(queries.popular_products(5))
    assert [card.id for card in cards] == [factories.sku_of(d).product_id for d in drops[::-1]]


def test_what_is_long_over_or_cancelled_is_not_popular(app, ada):
    week = 7 * 86_400
    ordered(factories.an_ended_drop(ada.creator, starts_in=-2 * week, ends_in=-week - 60), 5)
    ordered(factories.a_cancelled_drop(ada.creator), 5)
    lately = ordered(factories.an_ended_drop(ada.creator), 1)
    assert queries.popular_drops(5) == [lately]


def test_cards_come_in_the_order_asked_for_without_drafts(app, ada):
    draft, first, second = (
        factories.a_draft(ada.creator),
        factories.a_live_drop(ada.creator),
        factories.a_live_drop(ada.creator),
    )
    with statements() as sent:
        cards = queries.drops_of_ids([second.id, draft.id, first.id])
    assert [card.id for card in cards] == [second.id, first.id]
    assert len(sent) == 1
