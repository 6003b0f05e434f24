"""Products for everybody, each saying what can be done with it now."""

import pytest

from tests import factories


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (factories.a_live_drop, "Live until"),
        (factories.a_scheduled_drop, "Drops"),
        (factories.an_ended_drop, "Last dropped"),
        (factories.a_draft, "No drop planned"),
    ],
)
def test_a_card_says_what_can_be_done_now(page, ada, make, words):
    make(ada.creator)
    (state,) = page.get("/products").texts(".product-card .card-state")
    assert state.startswith(words)


def test_a_product_tells_its_story(page, ada):
    product = factories.a_product(ada.creator, "Print", description="On paper.\n\nBy hand.")
    assert "On paper. By hand." in page.get(f"/products/{product.slug}").text


def test_a_product_shows_its_drops(page, ada):
    drop = factories.a_live_drop(ada.creator)
    seen = page.get(f"/products/{drop.slug}")  # the product it was made from has the same name
    assert seen.one(".drop-card a.card-link").get("href") == f"/drops/{drop.slug}"


def test_a_product_nobody_drops_leads_to_its_creator(page, ada):
    seen = page.get(f"/products/{factories.a_product(ada.creator).slug}")
    assert "See what else Ada makes" in seen.text


def test_what_is_no_product_is_not_found(page):
    page.get("/products/nothing-2345", 404)
