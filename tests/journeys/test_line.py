"""What comes back goes to whoever stood in line for it."""

from collections.abc import Callable

from playwright.sync_api import expect

from livedrop.orders.commands import cancel
from tests import factories
from tests.cast import Person
from tests.journeys.conftest import Visit


def test_ben_waits_in_line_and_takes_what_he_is_offered(
    ada: Person, ben: Person, cleo: Person, arrive: Callable[..., Visit]
):
    drop = factories.a_live_drop(ada.creator, quantity=1)
    held = factories.an_order(cleo.user, drop)
    visit = arrive(ben)
    tabs = [visit.page, *([visit.context.new_page()] if visit.script else [])]
    for tab in tabs:
        tab.goto(f"/drops/{drop.slug}")
    if visit.script:
        expect(tabs[1].get_by_role("button", name="Join the line")).to_be_visible()
    visit.open_order_panel().get_by_role("button", name="Join the line").click()
    panel = visit.page.locator("#drop-order-panel")
    expect(panel).to_contain_text("You are 1st in line.")

    cancel(order_id=held.id, user_id=cleo.id)
    visit.sees(panel, "s your turn")
    for tab in tabs:  # the other one, too, which nobody joined from
        expect(tab.locator("#drop-order-panel")).to_contain_text("s your turn")
    panel.get_by_role("link", name="Take it").click()
    expect(visit.page.locator("#order-title")).to_contain_text("s your turn")
    visit.page.get_by_role("button", name="Pay €45").click()
    visit.sees(visit.page.locator("#order"), "Paid.")
    assert factories.stock_of(drop) == [(1, 1)]
