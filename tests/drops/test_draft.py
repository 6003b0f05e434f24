"""A draft is its creator's: everything in it may still change."""

from datetime import timedelta, timezone

import pytest

from livedrop.drops import commands, queries
from livedrop.drops.models import Drop, Sku
from livedrop.lib.errors import DomainError, Invalid
from livedrop.lib.money import Money
from livedrop.products.models import Product
from tests import factories
from tests.drops.drafts import a_sku, content
from tests.rows import kinds, row, rows


def test_ada_drafts_a_drop(ada):
    drop_id = commands.draft(creator_id=ada.id, content=content(story="Cold and clear."))
    drop = queries.drop_of_id(drop_id)
    assert (drop.state, drop.title, drop.story) == ("draft", "Winter prints", "Cold and clear.")


def test_skus_that_name_no_product_share_a_new_one_of_the_drops_title(ada):
    skus = [a_sku("Small", 3000, 5), a_sku("Large", 4500, 10)]
    drop = queries.drop_of_id(commands.draft(creator_id=ada.id, content=content(skus=skus)))
    assert [(sku.name, sku.price, sku.declared) for sku in drop.skus] == [
        ("Small", Money(3000, "EUR"), 5),
        ("Large", Money(4500, "EUR"), 10),
    ]
    assert row(Product).title == "Winter prints"
    assert kinds() == ["ProductCreated", "DropDrafted"]


def test_a_sku_may_be_of_a_product_that_is_there(ada):
    vase = factories.a_product(ada.creator, "Vase")
    skus = [a_sku(product_id=vase.id)]
    drop = queries.drop_of_id(commands.draft(creator_id=ada.id, content=content(skus=skus)))
    assert drop.skus[0].product_title == "Vase"
    assert len(rows(Product)) == 1


def test_nobody_offers_somebody_elses_product(ada):
    theirs = factories.a_product()
    with pytest.raises(Invalid) as refusal:
        commands.draft(creator_id=ada.id, content=content(skus=[a_sku(product_id=theirs.id)]))
    assert refusal.value.errors == {"skus": "Choose among your own products."}
    assert rows(Drop) == []


def test_everything_wrong_is_said_beside_its_field_at_once(ada):
    wrong = content(
        title="",
        ends_in=-3600,
        currency="XXX",
        limit_per_customer=101,
        payment_window_seconds=59,
        skus=[a_sku(), a_sku(name="large"), a_sku("", price=-1, quantity=0)],
    )
    with pytest.raises(Invalid) as refusal:
        commands.draft(creator_id=ada.id, content=wrong)
    assert sorted(refusal.value.errors) == [
        "currency",
        "ends_at",
        "limit_per_customer",
        "payment_window_seconds",
        "skus-1-name",
        "skus-2-name",
        "skus-2-price",
        "skus-2-quantity",
        "title",
    ]


def test_instants_of_any_zone_are_kept_as_the_same_instants(ada):
    start = (factories.now() + timedelta(hours=1)).astimezone(timezone(timedelta(hours=5.5)))
    draft = content(starts_at=start, ends_in=7200)
    drop = queries.drop_of_id(commands.draft(creator_id=ada.id, content=draft))
    assert drop.starts_at == start
    assert drop.starts_at.utcoffset() == timedelta(0)


def test_editing_a_draft_replaces_all_it_says_and_offers(ada):
    drop = factories.a_draft(ada.creator, quantity=[3, 4])
    edited = content(title="Spring", currency="USD", ships=True, skus=[a_sku("Only", 100, 7)])
    commands.edit_draft(drop_id=drop.id, actor_id=ada.id, content=edited)
    page = queries.drop_of_id(drop.id)
    assert (page.title, page.slug, page.ships) == ("Spring", drop.slug, True)
    assert [(sku.name, sku.price.currency) for sku in page.skus] == [("Only", "USD")]
    assert factories.stock_of(drop) == [(7, 0)]


def test_a_draft_may_offer_nothing_yet(ada):
    drop = factories.a_draft(ada.creator)
    commands.edit_draft(drop_id=drop.id, actor_id=ada.id, content=content(skus=[]))
    assert rows(Sku) == []
    assert queries.drop_of_id(drop.id).price_from is None


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (factories.a_scheduled_drop, "frozen"),
        (factories.a_live_drop, "frozen"),
        (factories.an_ended_drop, "frozen"),
        (factories.a_cancelled_drop, "cancelled"),
    ],
)
def test_what_was_published_is_no_draft_any_more(ada, make, word):
    drop = make(ada.creator)
    with pytest.raises(DomainError) as refusal:
        commands.edit_draft(drop_id=drop.id, actor_id=ada.id, content=content())
    assert refusal.value.code == word
    assert queries.drop_of_id(drop.id).title == "Print"
    assert kinds() == []


def test_a_time_without_a_zone_is_no_instant(ada):
    naive = factories.now().replace(tzinfo=None)
    with pytest.raises(ValueError, match="no instant"):
        commands.draft(creator_id=ada.id, content=content(starts_at=naive))
