"""Signing up through pages."""

from livedrop.accounts.models import User
from livedrop.lib import passwords
from tests.rows import row, rows

EVE = {
    "email": "eve@example.com",
    "handle": "eve",
    "display_name": "Eve",
    "password": "a long enough password",
}


def test_eve_signs_up_and_is_signed_in(page):
    seen = page.get("/sign-up?next=/account").submit("#sign-up-form", **EVE)
    assert (seen.url, seen.h1) == ("/account", "Eve")


def test_what_is_wrong_stands_beside_each_field(page):
    """U08"""
    seen = page.get("/sign-up").submit("#sign-up-form", 422, **EVE | {"handle": "!", "email": "x"})
    assert seen.title.startswith("Error: ")
    assert [link.get("href") for link in seen.all(".error-summary a")] == ["#email", "#handle"]
    handle = seen.one("input[name=handle]")
    assert handle.get("value") == "!"
    assert handle.get("aria-invalid") == "true"
    assert "handle-error" in handle.get("aria-describedby")
    assert seen.value("display_name") == "Eve"
    assert not rows(User)


def test_a_taken_handle_is_said_beside_it(page, ben):
    seen = page.get("/sign-up").submit("#sign-up-form", 422, **EVE | {"handle": "ben"})
    assert seen.texts(".field-error") == ["Somebody has this handle already."]


def test_the_same_words_come_with_script(page):
    form = page.get("/sign-up")
    wrong = EVE | {"password": "short"}
    plain = form.submit("#sign-up-form", 422, **wrong)
    swapped = form.submit("#sign-up-form", 422, htmx=True, **wrong)
    assert swapped.texts(".error-summary") == plain.texts(".error-summary")


def test_a_huge_password_is_refused_before_it_is_hashed(page, monkeypatch):
    """S02"""
    monkeypatch.setattr(passwords, "hash_password", lambda password: 1 / 0)
    page.get("/sign-up").submit("#sign-up-form", 422, **EVE | {"password": "x" * 200_000})


def test_markup_in_a_name_is_only_text(page):
    """S29"""
    name = '<b hx-get="/x" hx-trigger="load">Eve</b>'
    seen = page.get("/sign-up?next=/account").submit(
        "#sign-up-form", **EVE | {"display_name": name}
    )
    assert seen.h1 == name
    assert not seen.has("b")
    assert row(User).display_name == name


def test_a_token_is_needed(page):
    assert page.post("/sign-up", 403, **EVE).h1 == "This form is too old"
