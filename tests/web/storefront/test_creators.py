"""Creators for everybody."""

from tests import factories


def test_everybody_who_creates_is_listed(page, ada, ben):
    assert page.get("/creators").texts(".creator-card .card-title") == ["Ada"]


def test_a_profile_shows_drops_and_products(page, ada):
    factories.a_live_drop(ada.creator, title="Spring print")
    factories.a_product(ada.creator, "Vase")
    factories.a_product(title="Of somebody else")
    seen = page.get("/@ada")
    assert seen.h1 == "Ada"
    assert seen.texts(".drop-card .card-title") == ["Spring print"]
    assert seen.texts("#product-grid .card-title") == ["Vase", "Spring print"]


def test_a_handle_is_found_however_it_is_capitalised(page, ada):
    assert page.get("/@Ada").h1 == "Ada"


def test_a_new_profile_is_no_dead_end(page, ada):
    assert len(page.get("/@ada").all(".empty a")) == 2


def test_who_does_not_create_has_no_profile(page, ben):
    page.get("/@ben", 404)
