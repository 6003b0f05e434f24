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


def test_a_sign_stands_beside_the_name_and_says_nothing_itself(page, ada):
    """Who does not see it hears the name once."""
    for path, number in (("/creators", 1), ("/@ada", 2)):
        signs = [image for image in page.get(path).all("img") if not image.get("alt")]
        assert len(signs) == number
        assert all(page.client.get(sign.get("src")).status_code == 200 for sign in signs)


def test_creators_have_signs_of_their_own(page, ada, cleo):
    factories.a_creator(cleo.user)
    first, second = page.get("/creators").all(".mark img")
    assert first.get("src") != second.get("src")


def test_a_handle_is_found_however_it_is_capitalised(page, ada):
    assert page.get("/@Ada").h1 == "Ada"


def test_a_new_profile_is_no_dead_end(page, ada):
    assert len(page.get("/@ada").all(".empty a")) == 2


def test_who_does_not_create_has_no_profile(page, ben):
    page.get("/@ben", 404)
