"""The last unit goes while another window looks on."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests import factories
from tests.cast import Person
from tests.journeys.conftest import Visit


def test_cleo_watches_ben_get_the_last_one(
    ada: Person, ben: Person, cleo: Person, arrive: Callable[..., Visit]
):
    drop = factories.a_live_drop(ada.creator, quantity=1)
    fast, slow = arrive(ben), arrive(cleo)
    for each in (fast, slow):
        each.page.goto(f"/drops/{drop.slug}")
        each.sees(each.page.locator("#drop-state-title"), "Live now, few left")

    fast.open_order_panel().get_by_role("button", name="Buy").click()
    expect(fast.page.locator("#order-title")).to_have_text("Yours for now")
    slow.sees(slow.page.locator("#drop-state-title"), "All held")
    expect(slow.page.locator("#stock")).to_contain_text("all 1 held")
    slow.open_order_panel().get_by_role("button", name="Buy").click()
    panel = slow.page.locator("#drop-order-panel")
    expect(panel.get_by_role("alert")).to_contain_text("may come back")
    expect(panel.get_by_role("heading", name="All held")).to_be_focused()
    panel.get_by_role("link", name="Try again").click()
    expect(panel.get_by_role("button", name="Buy")).to_be_enabled()

    fast.page.get_by_role("button", name="Pay €45").click()
    fast.sees(fast.page.locator("#order"), "Paid.")
    if slow.script:
        expect(slow.page.locator("#drop-state-title")).to_have_text("Sold out")
    panel.get_by_role("button", name="Buy").click()
    expect(panel.get_by_role("heading", level=2)).to_have_text("Sold out")
    expect(panel.get_by_role("alert")).to_contain_text("Somebody was faster.")
    panel.get_by_role("link", name="See other drops").click()
    expect(slow.page.get_by_role("heading", level=1)).to_have_text("All drops")
    assert factories.stock_of(drop) == [(1, 1)]


def test_what_comes_back_can_be_had(
    ada: Person, ben: Person, cleo: Person, arrive: Callable[..., Visit]
):
    drop = factories.a_live_drop(ada.creator, quantity=1)
    order = factories.an_order(ben.user, drop)
    fast, slow = arrive(ben), arrive(cleo)
    slow.page.goto(f"/drops/{drop.slug}")
    slow.sees(slow.page.locator("#drop-state-title"), "All held")
    fast.page.goto(f"/orders/{order.id}")
    fast.page.get_by_role("button", name="Cancel the order").click()
    slow.sees(slow.page.locator("#drop-state-title"), "Live now")
    slow.open_order_panel().get_by_role("button", name="Buy").click()
    expect(slow.page.locator("#order-title")).to_have_text("Yours for now")


def test_what_somebody_wanted_too_much_of_is_offered_as_far_as_it_goes(
    ada: Person, ben: Person, cleo: Person, arrive: Callable[..., Visit]
):
    drop = factories.a_live_drop(ada.creator, quantity=3, limit_per_customer=3)
    visit = arrive(cleo)
    visit.page.goto(f"/drops/{drop.slug}")
    panel = visit.open_order_panel()
    panel.get_by_label("How many").fill("3")
    factories.an_order(ben.user, drop, 1, status="confirmed")
    panel.get_by_role("button", name="Buy").click()
    panel = visit.page.locator("#drop-order-panel")
    expect(panel.get_by_role("alert")).to_contain_text("Only 2 left right now.")
    panel.get_by_role("link", name="Take 2").click()
    expect(panel.get_by_label("How many")).to_have_value("2")
    panel.get_by_role("button", name="Buy").click()
    expect(visit.page.locator("#order-title")).to_have_text("Yours for now")
    assert factories.stock_of(drop) == [(3, 3)]
