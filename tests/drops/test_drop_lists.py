"""Lists of drops: by the database clock, page by page, in a counted number of questions."""

import pytest
from sqlalchemy import event

from livedrop.drops import queries
from livedrop.extensions import db
from livedrop.lib.errors import DomainError
from tests import factories
from tests.statements import statements


def ids(page):
    return [card.id for card in page.items]


def test_each_list_holds_the_drops_of_its_state(app, ada):
    made = {
        "live": factories.a_live_drop(ada.creator),
        "scheduled": factories.a_scheduled_drop(ada.creator),
        "ended": factories.an_ended_drop(ada.creator),
        "cancelled": factories.a_cancelled_drop(ada.creator),
    }
    factories.a_draft(ada.creator)
    for state, drop in made.items():
        (card,) = queries.drops_page(state=state).items
        assert (card.id, card.state) == (drop.id, state)
    assert len(queries.drops_page().items) == 4


def test_a_cancelled_draft_stays_private(app, ada):
    factories.a_cancelled_drop(ada.creator, published=False)
    assert queries.drops_page(state="cancelled").items == ()
    assert queries.drops_page().items == ()


@pytest.mark.parametrize(
    ("state", "make", "latest_first"),
    [
        ("live", lambda n: factories.a_live_drop(ends_in=600 + n), False),
        ("scheduled", lambda n: factories.a_scheduled_drop(starts_in=600 + n), False),
        ("ended", lambda n: factories.an_ended_drop(ends_in=n - 600), True),
        ("cancelled", lambda n: factories.a_cancelled_drop(), True),
        (None, lambda n: factories.a_live_drop(starts_in=n - 600), True),
    ],
)
def test_pages_follow_each_other_without_gap_or_repeat(app, state, make, latest_first):
    made = [make(number).id for number in range(5)]
    seen, cursor = [], None
    for _ in range(3):
        page = queries.drops_page(state=state, cursor=cursor, limit=2)
        seen, cursor = seen + ids(page), page.next_cursor
    assert seen == (made[::-1] if latest_first else made)
    assert cursor is None


def test_drops_of_the_same_instant_are_not_lost_between_pages(app):
    end = factories.a_live_drop().ends_at
    for _ in range(4):
        factories.a_live_drop(ends_at=end)
    first = queries.drops_page(state="live", limit=3)
    second = queries.drops_page(state="live", cursor=first.next_cursor, limit=3)
    assert len({*ids(first), *ids(second)}) == 5


def test_a_creators_list_leaves_out_others(app, ada):
    mine = factories.a_live_drop(ada.creator)
    factories.a_live_drop()
    assert ids(queries.drops_page(state="live", creator_id=ada.id)) == [mine.id]


def test_ada_sees_her_drafts_among_all_her_drops(app, ada):
    made = [make(ada.creator).id for make in (factories.a_draft, factories.a_live_drop)]
    factories.a_draft()
    assert ids(queries.creator_drops(ada.id)) == made[::-1]


def test_a_list_is_one_question_however_long(app):
    for _ in range(5):
        factories.a_live_drop(quantity=[1, 2])
    with statements() as asked:
        assert len(queries.drops_page(state="live").items) == 5
    assert len(asked) == 1


def test_a_drop_is_two_questions_however_many_skus(app):
    drop = factories.a_live_drop(quantity=[1] * 5)
    with statements() as asked:
        assert len(queries.find_drop(drop.slug).skus) == 5
    assert len(asked) == 2


def test_a_changed_cursor_is_refused(app):
    for _ in range(2):
        factories.a_live_drop()
    cursor = queries.drops_page(state="live", limit=1).next_cursor
    for bad in (cursor[:-1], "x", cursor + "x"):
        with pytest.raises(DomainError, match="bad-cursor"):
            queries.drops_page(state="live", cursor=bad)


def test_a_card_names_the_lowest_price(app):
    factories.a_live_drop(price=4550)
    (card,) = queries.drops_page(state="live").items
    assert str(card.price_from) == "€45.50"


def test_a_products_drop_is_the_one_that_matters_now(app, ada):
    ended = factories.an_ended_drop(ada.creator)
    product_id = factories.sku_of(ended).product_id
    assert queries.drops_of_products([product_id])[product_id].id == ended.id
    later = offered_again(ended, factories.a_scheduled_drop(ada.creator, starts_in=900))
    sooner = offered_again(ended, factories.a_scheduled_drop(ada.creator, starts_in=90))
    assert queries.drops_of_products([product_id])[product_id].id == sooner.id
    live = offered_again(ended, factories.a_live_drop(ada.creator))
    assert queries.drops_of_products([product_id])[product_id].id == live.id
    assert {drop.id for drop in queries.product_drops(product_id)} == {
        ended.id,
        later.id,
        sooner.id,
        live.id,
    }


def offered_again(first, drop):
    """Let `drop` offer the product that `first` offers."""
    sku = factories.sku_of(drop)
    sku.product_id = factories.sku_of(first).product_id
    with db.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE skus SET product_id = %s WHERE id = %s", (sku.product_id, sku.id)
        )
    return drop


@pytest.mark.parametrize(
    ("state", "index"),
    [
        ("live", "ix_drops_ends_at"),
        ("scheduled", "ix_drops_starts_at"),
        ("ended", "ix_drops_ends_at"),
        ("cancelled", "ix_drops_cancelled_at"),
        (None, "ix_drops_starts_at"),
    ],
)
def test_a_list_is_read_in_the_order_of_an_index(app, state, index):
    """Where scans and sorts cost too much, what no index serves would still need one."""
    factories.a_live_drop()
    for make in (factories.a_live_drop, factories.a_scheduled_drop, factories.an_ended_drop):
        make()
        factories.a_cancelled_drop()
    cursor = queries.drops_page(state=state, limit=1).next_cursor
    plan = explained(lambda: queries.drops_page(state=state, cursor=cursor))
    assert index in plan
    assert "Sort" not in plan


def test_a_creators_list_is_read_in_the_order_of_an_index(app, ada):
    for _ in range(2):
        factories.a_draft(ada.creator)
    cursor = queries.creator_drops(ada.id, limit=1).next_cursor
    plan = explained(lambda: queries.creator_drops(ada.id, cursor=cursor))
    assert "ix_drops_of_creator" in plan
    assert "Sort" not in plan


def explained(ask):
    """The plan of the only statement that `ask` sends, scans and sorts made expensive."""
    asked = []
    event.listen(
        db.engine, "before_cursor_execute", lambda *sent: asked.append(sent[2:4]), once=True
    )
    ask()
    ((statement, values),) = asked
    with db.engine.connect() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        return "\n".join(connection.exec_driver_sql(f"EXPLAIN {statement}", values).scalars())
