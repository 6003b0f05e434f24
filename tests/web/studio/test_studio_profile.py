"""Somebody becomes a creator first; then the profile is theirs to change."""

from livedrop.accounts.models import User
from livedrop.creators.models import Creator
from tests.rows import row, rows


def test_who_is_no_creator_yet_is_shown_how_to_become_one(cleo):
    for address in ("/studio", "/studio/drops", "/studio/drops/new", "/studio/products"):
        seen = cleo.page.get(address)
        assert (seen.url, seen.h1) == ("/studio/profile/new", "Become a creator")


def test_a_visitor_is_asked_who_they_are(page):
    assert page.get("/studio").h1 == "Sign in"


def test_cleo_becomes_a_creator(cleo):
    form = cleo.page.get("/studio/profile/new")
    seen = form.submit("#profile-form", bio="Clay.", time_zone="Europe/Lisbon")
    assert (seen.url, seen.h1) == ("/studio", "Cleo")
    assert (row(Creator).handle, row(Creator).bio) == ("cleo", "Clay.")
    assert row(User).time_zone == "Europe/Lisbon"


def test_what_cannot_be_meant_comes_back_with_words_and_what_was_typed(cleo):
    seen = cleo.page.get("/studio/profile/new").submit(
        "#profile-form", 422, display_name=" ", bio="Clay."
    )
    assert seen.texts("#display_name-error") == ["This is needed."]
    assert seen.texts("#bio") == ["Clay."]
    assert rows(Creator) == []


def test_a_creator_does_not_become_one_again(ada):
    assert ada.page.get("/studio/profile/new").url == "/studio"


def test_ada_changes_her_profile(ada):
    form = ada.page.get("/studio/profile/edit")
    seen = form.submit("#profile-form", display_name="Ada L.", time_zone="Asia/Tokyo")
    assert seen.h1 == "Ada L."
    assert row(User).time_zone == "Asia/Tokyo"


def test_her_pages_stay_in_nobodys_cache(ada):
    assert ada.page.get("/studio").headers["Cache-Control"] == "no-store"
