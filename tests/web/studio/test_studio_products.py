"""A creator makes and edits products of their own."""

from livedrop.products.models import Product
from tests import factories
from tests.rows import row, rows


def test_ada_makes_a_product(ada):
    seen = ada.page.get("/studio/products/new").submit("#product-form", title="Blue vase")
    assert seen.url == "/studio/products"
    assert "Blue vase" in seen.text
    assert row(Product).creator_id == ada.id


def test_a_product_without_a_title_comes_back_with_words(ada):
    seen = ada.page.get("/studio/products/new").submit("#product-form", 422, description="Tall.")
    assert seen.texts("#title-error") == ["This is needed."]
    assert seen.texts("#description") == ["Tall."]


def test_ada_edits_her_product(ada):
    product = factories.a_product(ada.creator, "Vase")
    form = ada.page.get(f"/studio/products/{product.slug}/edit")
    form.submit("#product-form", title="Red vase")
    assert row(Product).title == "Red vase"


def test_cleo_finds_no_product_of_adas(ada, cleo):
    factories.a_creator(cleo.user)
    product = factories.a_product(ada.creator, "Vase")
    address = f"/studio/products/{product.slug}"
    cleo.page.get(f"{address}/edit", 404)
    cleo.page.get("/studio/products/new").page.post(
        f"{address}?_method=PUT", 404, title="Mine", csrf_token=token(cleo)
    )
    assert row(Product).title == "Vase"


def test_products_go_on_behind_a_link(ada):
    made = [factories.a_product(ada.creator, f"Vase {number}") for number in range(21)]
    first = ada.page.get("/studio/products")
    assert made[0].title not in first.texts("#studio-products a")
    (link,) = first.all("#studio-products-more-link")
    assert made[0].title in ada.page.get(link.get("href")).texts("#studio-products a")
    assert len(rows(Product)) == 21


def token(person):
    """The token of a person's session, as their own forms carry it."""
    field = person.page.get("/studio/products/new").one("#product-form input[name=csrf_token]")
    return field.get("value")
