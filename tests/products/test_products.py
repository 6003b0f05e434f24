"""Products belong to their creator and are listed newest first."""

import pytest

from livedrop.lib.errors import Invalid, NotFound
from livedrop.products import commands, queries
from livedrop.products.models import Product
from tests import factories
from tests.rows import kinds, row


def test_ada_creates_a_product_with_an_address_of_its_own(ada):
    product_id = commands.create(creator_id=ada.id, title="Blue vase", description="Tall.")
    card = queries.find_product(row(Product, id=product_id).slug)
    assert card.slug.startswith("blue-vase-")
    assert (card.title, card.description, card.creator_handle) == ("Blue vase", "Tall.", "ada")
    assert kinds() == ["ProductCreated"]


def test_ada_edits_her_product_and_its_address_stays(ada):
    product = factories.a_product(ada.creator, "Vase")
    commands.edit(product_id=product.id, creator_id=ada.id, title="Red vase", description="")
    assert queries.find_product(product.slug).title == "Red vase"
    assert kinds() == ["ProductEdited"]


def test_another_creator_does_not_find_it(app, ada):
    product = factories.a_product(ada.creator, "Vase")
    other = factories.a_creator()
    with pytest.raises(NotFound):
        commands.edit(product_id=product.id, creator_id=other.id, title="Mine", description="")
    assert queries.find_product(product.slug).title == "Vase"
    assert kinds() == []


def test_a_product_needs_a_title(ada):
    with pytest.raises(Invalid) as refusal:
        commands.create(creator_id=ada.id, title=" ")
    assert refusal.value.errors == {"title": "This is needed."}


def test_the_grid_of_a_creator_leaves_out_what_others_make(app, ada):
    mine = [factories.a_product(ada.creator).id for _ in range(3)]
    factories.a_product()
    first = queries.products_page(creator_id=ada.id, limit=2)
    second = queries.products_page(creator_id=ada.id, cursor=first.next_cursor, limit=2)
    assert [card.id for card in first.items + second.items] == mine[::-1]
    assert len(queries.products_page().items) == 4


def test_a_form_offers_the_creators_own_products(app, ada):
    product = factories.a_product(ada.creator, "Vase")
    factories.a_product()
    assert queries.product_choices(ada.id) == [(product.id, "Vase")]
