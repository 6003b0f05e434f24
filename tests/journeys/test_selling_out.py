"""The last unit goes while another window looks on."""

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Route, expect

from livedrop.drops import commands
from tests import factories
from tests.cast import Person
from tests.journeys.conftest import Visit

ONWARD = "See what Ada does next"


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
    panel = slow.open_order_panel()
    if slow.script:
        expect(panel.get_by_role("button", name="Buy")).to_be_hidden()
        panel.get_by_role("link", name="Join the line").click()
        expect(panel.get_by_role("button", name="Join the line")).to_be_focused()
    else:
        panel.get_by_role("button", name="Buy").click()
        panel = slow.page.locator("#drop-order-panel")
        expect(panel.get_by_role("alert")).to_contain_text("may come back")
        expect(panel.get_by_role("heading", name="All held")).to_be_focused()
        panel.get_by_role("link", name="Try again").click()
        expect(panel.get_by_role("button", name="Buy")).to_be_enabled()

    fast.page.get_by_role("button", name="Pay €45").click()
    fast.sees(fast.page.locator("#order"), "Paid.")
    if slow.script:
        expect(slow.page.locator("#drop-state-title")).to_have_text("Sold out")
        expect(panel.get_by_role("button", name="Buy")).to_have_count(0)
        panel.get_by_role("link", name=ONWARD).click()
        expect(slow.page.get_by_role("heading", level=1)).to_have_text("Ada")
    else:
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


def test_what_can_be_ordered_turns_with_the_drop(ada: Person, ben: Person, window: Visit):
    """Under the eyes of somebody who chose already: sold out, more of it, cancelled."""
    drop = factories.a_live_drop(ada.creator, quantity=[1, 1])
    first, second = factories.skus_of(drop)
    window.sign_in(ben)
    page, panel = window.page, window.page.locator("#drop-order-panel")
    # What rows alone say is told to nobody: without a socket the page asks.
    page.route_web_socket("**/live*", lambda socket: socket.close())
    page.goto(f"/drops/{drop.slug}")
    panel.get_by_label("No. 2").check()
    factories.an_order(factories.a_user(), drop, sku=first, status="confirmed")
    expect(page.locator("#drop-state-title")).to_have_text("Live now, few left")
    expect(panel.get_by_label("No. 2")).to_be_checked()
    factories.an_order(factories.a_user(), drop, sku=second, status="confirmed")
    expect(panel.get_by_role("link", name=ONWARD)).to_be_visible()
    expect(panel.get_by_role("button", name="Buy")).to_have_count(0)
    commands.add_units(drop_id=drop.id, actor_id=ada.id, declared={second.id: 2})
    expect(panel.get_by_role("button", name="Buy")).to_be_enabled()
    commands.cancel(drop_id=drop.id, actor_id=ada.id, reason="The press broke.")
    expect(panel.get_by_role("link", name=ONWARD)).to_be_visible()
    assert page.evaluate("document.activeElement === document.body")


def test_a_panel_does_not_turn_while_its_order_is_under_way(
    ada: Person, ben: Person, window: Visit
):
    """Nor does it take away what that came to."""
    drop = factories.a_live_drop(ada.creator, quantity=1)
    window.sign_in(ben)
    page, panel = window.page, window.page.locator("#drop-order-panel")
    under_way: list[Route] = []
    page.route("**/drops/*/orders", lambda route: under_way.append(route))
    page.goto(f"/drops/{drop.slug}")
    panel.get_by_role("button", name="Buy").click()
    factories.an_order(factories.a_user(), drop, status="confirmed")
    expect(page.locator("#drop-state-title")).to_have_text("Sold out")
    page.wait_for_timeout(3100)  # within which all panels ask
    expect(panel.get_by_role("button")).to_have_text(
        re.compile("Placing…"), use_inner_text=True, timeout=50
    )
    under_way[0].continue_()
    expect(panel.get_by_role("heading", name="Sold out")).to_be_focused()
    commands.cancel(drop_id=drop.id, actor_id=ada.id, reason="The press broke.")
    expect(page.locator("#drop-state-title")).to_have_text("Cancelled")
    page.wait_for_timeout(3100)
    expect(panel.get_by_role("alert")).to_contain_text("Somebody was faster.")


def test_without_the_guard_a_panel_would_turn_under_its_order(
    ada: Person, ben: Person, window: Visit
):
    drop = factories.a_live_drop(ada.creator, quantity=1)
    window.sign_in(ben)
    page, panel = window.page, window.page.locator("#drop-order-panel")
    page.route("**/drops/*/orders", lambda route: None)
    page.goto(f"/drops/{drop.slug}")
    panel.locator("form").evaluate("form => form.removeAttribute('hx-sync')")
    panel.get_by_role("button", name="Buy").click()
    factories.an_order(factories.a_user(), drop, status="confirmed")
    expect(panel.get_by_role("link", name=ONWARD)).to_be_visible()
    page.unroute("**/drops/*/orders")
    window.complaints.clear()  # about the answer that nobody waits for any more


def test_a_button_that_waits_for_the_start_says_when_that_moves(
    ada: Person, ben: Person, window: Visit
):
    drop = factories.a_scheduled_drop(ada.creator, starts_in=1800)
    window.sign_in(ben)
    page = window.page
    page.goto(f"/drops/{drop.slug}")
    button = page.locator("#order-form button .label")
    before = button.locator("time").get_attribute("datetime")
    start = factories.now() + timedelta(days=1)
    end = start + timedelta(days=1)
    commands.reschedule(drop_id=drop.id, actor_id=ada.id, starts_at=start, ends_at=end)
    expect(button.locator("time")).not_to_have_attribute("datetime", before or "")
    expect(page.locator("#order-form button")).to_be_disabled()
