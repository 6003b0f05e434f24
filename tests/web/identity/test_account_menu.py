"""The personal part of every page is a fragment that nobody keeps."""

from livedrop.accounts.commands import suspend


def test_pages_have_a_plain_link_in_its_place(page):
    menu = page.get("/sign-in").one("#account-menu")
    assert menu.get("hx-get") == "/account-menu"
    assert menu.find("a").get("href") == "/account"


def test_it_tells_ben_from_a_visitor(ben, page):
    assert ben.page.fragment("/account-menu").texts("a") == ["Inbox", "My orders", "Studio", "Ben"]
    assert page.fragment("/account-menu").texts("a") == ["Sign in", "Sign up"]


def test_nobody_keeps_it(ben):
    """S25"""
    seen = ben.page.fragment("/account-menu")
    assert seen.headers["Cache-Control"] == "no-store"
    assert {"HX-Request", "HX-Request-Type"} <= set(seen.headers["Vary"].split(", "))


def test_its_address_is_a_page_to_who_opens_it(ben):
    assert ben.page.get("/account-menu").is_page


def test_suspended_people_are_told(ben, app):
    suspend(user_id=ben.id, reason="-")
    assert "suspended" in ben.page.get("/account").text
