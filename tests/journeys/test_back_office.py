"""Dora looks after the house: finds Ben, looks as him, suspends him, and finds it in the trail."""

from collections.abc import Callable

from playwright.sync_api import expect

from livedrop.audit.commands import write_entries
from tests import factories
from tests.cast import Person
from tests.journeys.conftest import Visit
from tests.rows import recorded


def test_dora_helps_and_then_suspends_somebody(
    arrive: Callable[..., Visit], ada: Person, ben: Person, dora: Person
) -> None:
    order = factories.an_order(ben.user, factories.a_live_drop(ada.creator), status="confirmed")
    page = arrive(dora).page
    page.goto("/account")
    page.get_by_role("link", name="Back office").click()
    page.get_by_label("Back office").get_by_role("link", name="People").click()
    page.get_by_label("Who", exact=True).fill("be")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="@ben").click()

    page.get_by_role("link", name="Look as them").click()
    page.get_by_label("Reason").fill("He does not find his order.")
    page.get_by_role("button", name="Look as them").click()
    bar = page.get_by_label("You look as somebody else")
    expect(bar).to_contain_text("You see what Ben (@ben) sees.")
    page.goto(f"/orders/{order.id}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto("/settings/password")
    expect(page.get_by_role("heading", level=1)).to_have_text("You look as somebody else")
    bar.get_by_role("button", name="Be @dora again").click()
    expect(bar).to_have_count(0)

    page.get_by_role("link", name="Suspend").click()
    page.get_by_role("button", name="Suspend").click()
    expect(page.get_by_role("alert")).to_contain_text("This is needed.")
    page.get_by_label("Reason").fill("Somebody else uses it.")
    page.get_by_role("button", name="Suspend").click()
    expect(page.get_by_role("status").first).to_contain_text("Suspended.")

    write_entries(event_ids=[event.id for event in recorded()])
    page.goto("/admin/audit?actor=@dora")
    for action in ("ImpersonationBegun", "ImpersonationEnded", "UserSuspended"):
        expect(page.get_by_role("link", name=action)).to_be_visible()
    page.get_by_role("link", name="UserSuspended").click()
    expect(page.locator("main")).to_contain_text("Somebody else uses it.")
    expect(page.locator("main")).to_contain_text("What was written")
