"""Signing up through pages."""

import pytest

from livedrop.accounts import rules
from livedrop.accounts.models import User
from livedrop.lib import passwords
from livedrop.lib.errors import Unavailable
from tests.page import Page
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


@pytest.mark.parametrize(("size", "status"), [(200_000, 422), (1_000_000, 413)])
def test_a_huge_password_is_refused_before_it_is_hashed(page, hashed, size, status):
    """S02; what is longer than any form of ours may be is not even read (S51)."""
    page.get("/sign-up").submit("#sign-up-form", status, **EVE | {"password": "x" * size})
    assert hashed == []


def test_without_the_limits_a_megabyte_would_be_hashed(make_app, hashed, monkeypatch):
    """The control of the test above."""
    app = make_app()
    app.config.update(MAX_CONTENT_LENGTH=None, MAX_FORM_MEMORY_SIZE=None)
    monkeypatch.setattr(rules, "_wrong_password", lambda password, about: None)
    form = Page(app).get("/sign-up")
    form.submit("#sign-up-form", 503, **EVE | {"password": "x" * 1_000_000})
    assert hashed == [1_000_000]


@pytest.fixture
def hashed(monkeypatch):
    """The lengths of the passwords that were to be hashed; nobody has the time to do it."""
    lengths = []

    def note(password):
        lengths.append(len(password))
        raise Unavailable

    monkeypatch.setattr(passwords, "hash_password", note)
    return lengths


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
