"""What a creator typed and did not save yet waits in their browser, and for nobody else (U20)."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests import factories
from tests.cast import Person
from tests.journeys.conftest import Visit

NEW = "/studio/drops/new"


@pytest.fixture
def typed(ada: Person, window: Visit) -> Page:
    """A new drop of Ada's with two variants, not saved."""
    window.sign_in(ada)
    page = window.page
    page.goto(NEW)
    page.get_by_label("Title").fill("Winter prints")
    page.get_by_label("It is shipped").check()
    page.get_by_role("button", name="Add a variant").click()
    page.get_by_role("group", name="Variant 2").get_by_label("Price", exact=True).fill("45.00")
    return page


def note(page: Page, words: str = "We kept what you typed before.") -> Locator:
    return page.get_by_role("status").get_by_text(words)


def kept(page: Page) -> str:
    found: str = page.evaluate("JSON.stringify(localStorage)")
    return found


def test_u20_what_was_typed_is_there_again_in_another_tab(typed: Page, window: Visit):
    assert "csrf" not in kept(typed)
    typed.close()
    page = window.context.new_page()
    page.goto(NEW)
    expect(note(page)).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Winter prints")
    expect(page.get_by_label("It is shipped")).to_be_checked()
    large = page.get_by_role("group", name="Variant 2")
    expect(large.get_by_label("Price", exact=True)).to_have_value("45.00")
    expect(page.locator("#drop-preview")).to_contain_text("Winter prints")
    page.get_by_role("button", name="Start afresh").click()
    expect(page.get_by_label("Title")).to_be_empty()
    expect(page.get_by_role("group", name="Variant")).to_have_count(1)
    expect(note(page)).to_be_hidden()


def test_u20_what_was_typed_is_kept_until_it_is_saved(ada: Person, typed: Page, window: Visit):
    """Neither a refusal nor a sign-in that ran out is that."""
    typed.get_by_role("button", name="Save draft").last.click()
    expect(typed.get_by_role("alert")).to_be_focused()
    typed.route(
        "**/studio/drops",
        lambda route: route.fulfill(status=204, headers={"HX-Redirect": f"/sign-in?next={NEW}"}),
        times=1,
    )
    typed.get_by_role("button", name="Save draft").last.click()
    typed.get_by_label("E-mail").fill(ada.email)
    typed.get_by_label("Password").fill(factories.PASSWORD)
    typed.get_by_role("button", name="Sign in").click()
    expect(note(typed)).to_be_visible()
    typed.get_by_label("Start").fill("2037-03-29T18:00")
    typed.get_by_label("End").fill("2037-03-30T18:00")
    for number in (1, 2):
        row = typed.get_by_role("group", name=f"Variant {number}")
        row.get_by_label("Name").fill(f"No. {number}")
        row.get_by_label("Price", exact=True).fill("45.00")
        row.get_by_label("Units", exact=True).fill("10")
    typed.get_by_role("button", name="Save draft").last.click()
    expect(typed.get_by_role("heading", level=1)).to_have_text("Winter prints")
    assert kept(typed) == "{}"
    window.complaints.clear()  # a route takes the cache away, and then transitions may break off


def test_u20_what_was_typed_is_nobody_elses(typed: Page, cleo: Person, window: Visit):
    factories.a_creator(cleo.user)
    window.sign_in(cleo)
    typed.goto(NEW)
    expect(typed.get_by_label("Title")).to_be_empty()
    assert "Winter prints" in kept(typed)
    typed.goto("/account")
    typed.get_by_role("button", name="Sign out").click()
    expect(typed.get_by_role("link", name="Sign in")).to_be_visible()
    assert kept(typed) == "{}"


def test_u20_what_was_saved_since_is_not_undone(ada: Person, window: Visit):
    window.sign_in(ada)
    drop = factories.a_draft(ada.creator)
    page = window.page
    page.goto(f"/studio/drops/{drop.slug}/edit")
    page.get_by_label("Title").fill("Winter prints")
    factories.change(drop, title="Summer prints")
    page.reload()
    expect(note(page, "You saved this draft since")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Summer prints")
    assert kept(page) == "{}"


def test_without_its_header_signing_out_would_forget_nothing(typed: Page, window: Visit):
    def without(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        assert answer.headers.pop("clear-site-data") == '"storage"'
        route.fulfill(status=answer.status, headers=answer.headers)

    typed.route("**/sign-out", without)
    typed.goto("/account")
    typed.get_by_role("button", name="Sign out").click()
    expect(typed.get_by_role("link", name="Sign in")).to_be_visible()
    assert "Winter prints" in kept(typed)
    window.complaints.clear()  # a route takes the cache away, and then transitions may break off
