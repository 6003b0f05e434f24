"""From a stranger to the owner of something: sign-up, order, address, payment, receipt."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests import factories
from tests.journeys.conftest import Shop, Visit

ADDRESS = {
    "Full name": "Eve Example",
    "Address": "Harbour Street 5",
    "Postcode": "20457",
    "Town or city": "Hamburg",
    "Country": "Germany",
}


def test_eve_signs_up_buys_two_and_pays(ada, shop: Shop, visit: Visit):
    drop = factories.a_live_drop(
        ada.creator, title="Lighthouse", quantity=[3, 5], limit_per_customer=2, ships=True
    )
    page = visit.page
    page.goto("/")
    page.get_by_role("link", name="Lighthouse").first.click()
    visit.open_order_panel().get_by_role("link", name="Make an account").click()
    sign_up(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Lighthouse")
    panel = visit.open_order_panel()
    panel.get_by_label("No. 2").check()
    panel.get_by_label("How many").fill("2")
    panel.get_by_role("button", name="Buy").click()
    order = page.locator("#order")
    expect(order.get_by_role("heading", level=2)).to_have_text("Yours for now")
    expect(order.get_by_role("row", name="Total")).to_contain_text("€90")

    for label, words in ADDRESS.items():
        order.get_by_label(label, exact=True).fill(words)
    order.get_by_role("button", name="Send it here").click()
    with shop.provider_silent():
        order.get_by_role("button", name="Pay €90").click()
        expect(order.get_by_role("heading", level=2)).to_have_text("Paying")
    visit.sees(order, "Paid.")
    expect(order.get_by_role("heading", level=2)).to_have_text("Yours")
    expect(order).to_contain_text("Lighthouse, No. 2")
    expect(order.locator("address")).to_contain_text("Harbour Street 5")
    expect(order.locator("form")).to_have_count(0)

    page.get_by_role("link", name="My orders").last.click()
    expect(page.locator(".order-row")).to_contain_text("Lighthouse")
    expect(page.locator(".order-row")).to_contain_text("Paid")
    assert factories.stock_of(drop) == [(3, 0), (5, 2)]


def test_the_address_is_asked_once(ada, ben, visit: Visit):
    """U05: who comes back types nothing."""
    first, second = (factories.a_live_drop(ada.creator, ships=True) for _ in range(2))
    visit.sign_in(ben)
    page = visit.page
    page.goto(f"/orders/{factories.an_order(ben.user, first).id}")
    for label, words in ADDRESS.items():
        page.get_by_label(label, exact=True).fill(words)
    page.get_by_role("button", name="Send it here").click()
    expect(page.get_by_role("button", name="Change the address")).to_be_visible()

    page.goto(f"/drops/{second.slug}")
    visit.open_order_panel().get_by_role("button", name="Buy").click()
    expect(page.get_by_label("Address", exact=True)).to_have_value("Harbour Street 5")
    page.get_by_role("button", name="Send it here").click()
    expect(page.get_by_role("button", name="Pay €45")).to_be_visible()


def test_what_is_missing_of_an_address_is_said_beside_its_field(ada, ben, visit: Visit):
    """U08"""
    drop = factories.a_live_drop(ada.creator, ships=True)
    order = factories.an_order(ben.user, drop)
    visit.sign_in(ben)
    page = visit.page
    page.goto(f"/orders/{order.id}")
    page.get_by_label("Full name").fill("Ben Example")
    with page.expect_response("**/delivery*") as answer:
        page.get_by_role("button", name="Send it here").click()
    assert answer.value.status == 422
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("listitem")).to_have_text(
        [f"{label} is needed." for label in ADDRESS if label != "Full name"]
    )
    expect(page.get_by_label("Full name")).to_have_value("Ben Example")
    expect(page.get_by_label("Town or city")).to_have_accessible_description(
        "Town or city is needed."
    )
    summary.get_by_role("link", name="Postcode is needed.").click()
    expect(page.get_by_label("Postcode")).to_be_focused()


def test_a_declined_payment_can_be_tried_again(ada, ben, visit: Visit):
    drop = factories.a_live_drop(ada.creator)
    order = factories.an_order(ben.user, drop)
    visit.sign_in(ben)
    page = visit.page
    page.goto(f"/orders/{order.id}")
    panel = page.locator("#order")
    panel.get_by_label("Is declined").check()
    panel.get_by_role("button", name="Pay €45").click()
    visit.sees(panel, "The payment was declined. Nothing was taken; try again.")
    panel.get_by_role("button", name="Pay €45").click()
    visit.sees(panel, "Paid.")


def test_an_order_that_is_cancelled_gives_its_unit_back(ada, ben, visit: Visit):
    drop = factories.a_live_drop(ada.creator, quantity=1)
    visit.sign_in(ben)
    page = visit.page
    page.goto(f"/drops/{drop.slug}")
    visit.open_order_panel().get_by_role("button", name="Buy").click()
    page.get_by_role("button", name="Cancel the order").click()
    expect(page.locator("#order")).to_contain_text("You cancelled this order.")
    page.get_by_role("link", name="Back to the drop").click()
    expect(visit.open_order_panel().get_by_role("button", name="Buy")).to_be_enabled()
    assert factories.stock_of(drop) == [(1, 0)]


# --- a line that is slow, or breaks: U06 ---


def test_a_pressed_button_says_at_once_that_it_is_busy(ada, ben, window: Visit):
    drop = factories.a_live_drop(ada.creator)
    window.sign_in(ben)
    page = window.page
    page.goto(f"/drops/{drop.slug}")
    buy = page.locator("#order-form button")
    page.route("**/drops/*/orders", lambda route: None)  # the line is so slow that nothing comes
    buy.click()
    expect(buy).to_be_disabled(timeout=50)
    expect(buy).to_have_text(re.compile("Placing…"), use_inner_text=True, timeout=50)
    page.unroute("**/drops/*/orders")


def test_an_order_whose_answer_was_lost_is_placed_once(ada, ben, visit: Visit):
    drop = factories.a_live_drop(ada.creator, limit_per_customer=5)
    visit.sign_in(ben)
    page = visit.page
    page.goto(f"/drops/{drop.slug}")
    visit.open_order_panel()
    lose_answer(page, "**/drops/*/orders")
    page.get_by_role("button", name="Buy").click()
    if visit.script:
        expect(page.get_by_role("alert")).to_contain_text("asking twice never buys twice")
    assert factories.stock_of(drop) == [(10, 1)]
    page.get_by_role("button", name="Buy").click()
    expect(page.locator("#order").get_by_role("heading", level=2)).to_have_text("Yours for now")
    assert factories.stock_of(drop) == [(10, 1)]
    visit.complaints.clear()  # about the line


def test_a_page_that_comes_back_from_memory_is_looked_at_anew(ada, ben, window: Visit):
    """Going back, the button would be as it was left: busy for ever."""
    window.sign_in(ben)
    page = window.page
    page.goto(f"/drops/{factories.a_live_drop(ada.creator).slug}")
    expect(page.locator("#order-form")).to_be_visible()
    with page.expect_navigation():
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")


@pytest.mark.parametrize(
    ("pressed", "truth"), [("Pay €45", "Paid."), ("Cancel the order", "You cancelled this order.")]
)
def test_a_step_whose_answer_was_lost_can_be_pressed_again(
    ada, ben, window: Visit, pressed: str, truth: str
):
    order = factories.an_order(ben.user, factories.a_live_drop(ada.creator))
    window.sign_in(ben)
    page = window.page
    page.goto(f"/orders/{order.id}")
    lose_answer(page, "**/orders/*/*")
    page.get_by_role("button", name=pressed).click()
    expect(page.get_by_role("alert")).to_contain_text("nothing is done twice")
    page.get_by_role("button", name=pressed).click()
    expect(page.locator("#order")).to_contain_text(truth)
    window.complaints.clear()  # about the line


# --- how it is done ---


def sign_up(page: Page) -> None:
    page.get_by_label("E-mail address").fill("eve@example.com")
    page.get_by_label("Handle").fill("eve")
    page.get_by_label("Name", exact=True).fill("Eve")
    page.get_by_label("Password").fill("a long enough password")
    page.get_by_role("button", name="Sign up").click()


def lose_answer(page: Page, address: str) -> None:
    """Let the next request there arrive, but not what is answered: the page stays as it is."""

    def arrive_only(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort("aborted")

    page.route(address, arrive_only, times=1)
