"""The time to pay: shown, warned of, extended, and over."""

import re
from contextlib import suppress
from datetime import timedelta

from playwright.sync_api import Error, Route, expect

from livedrop.orders.models import Order
from tests import factories
from tests.cast import Person
from tests.journeys.conftest import Shop, Visit

ONE_MINUTE_AND = re.compile(r"^01:[0-3]\d$")


def test_ben_is_warned_extends_and_lets_it_lapse(ada: Person, ben: Person, visit: Visit):
    drop = factories.a_live_drop(ada.creator, quantity=1)
    order = factories.an_order(ben.user, drop, pay_in=24)
    visit.sign_in(ben)
    page = visit.page
    page.goto(f"/orders/{order.id}")
    window = page.locator("#order .window")
    if visit.script:
        expect(window.get_by_role("status")).to_have_text("20 seconds left to pay.")
    expect(window).to_contain_text("10 extensions left")
    window.get_by_role("button", name="Give me 90 seconds from now").click()
    expect(window).to_contain_text("9 extensions left")
    if visit.script:
        expect(window.get_by_role("timer")).to_have_text(ONE_MINUTE_AND)
        expect(window.get_by_role("status")).to_be_empty()

    bring_closer(order, seconds=3)
    page.reload()
    visit.sees(page.locator("#order"), "The time to pay ran out")
    expect(page.get_by_role("button")).to_have_count(0)
    page.get_by_role("link", name="See whether there are some left").click()
    expect(visit.open_order_panel().get_by_role("button", name="Buy")).to_be_enabled()
    assert factories.stock_of(drop) == [(1, 0)]


def test_what_is_pressed_too_late_is_answered_with_the_truth(
    ada: Person, ben: Person, visit: Visit
):
    order = factories.an_order(ben.user, factories.a_live_drop(ada.creator))
    visit.sign_in(ben)
    page = visit.page
    page.goto(f"/orders/{order.id}")
    bring_closer(order, seconds=0)  # the page cannot know
    page.get_by_role("button", name="Pay €45").click()
    expect(page.get_by_role("alert")).to_have_text(
        "The time to pay ran out, and the units went back."
    )
    expect(page.locator("#order-title")).to_have_text("The time to pay ran out")


def test_an_address_half_typed_survives_an_extension(ada: Person, ben: Person, window: Visit):
    order = factories.an_order(ben.user, factories.a_live_drop(ada.creator, ships=True))
    window.sign_in(ben)
    page = window.page
    page.goto(f"/orders/{order.id}")
    page.get_by_label("Full name").fill("Ben Example")
    page.get_by_role("button", name="Give me 90 seconds from now").click()
    expect(page.locator("#order")).to_contain_text("9 extensions left")
    expect(page.get_by_label("Full name")).to_have_value("Ben Example")
    expect(page.locator("#order-title")).to_be_focused()


OLDER_TRUTH = '<section id="order"><h2 id="order-title">The time to pay ran out</h2></section>'


def test_what_is_pressed_at_zero_is_not_overtaken_by_what_the_page_asks(
    ada: Person, ben: Person, shop: Shop, window: Visit
):
    """The page asks at zero, and the answer, older than the payment, comes after it."""
    order = factories.an_order(ben.user, factories.a_live_drop(ada.creator))
    window.sign_in(ben)
    page = window.page
    page.goto(f"/orders/{order.id}")
    under_way: list[Route] = []
    page.route(f"**/orders/{order.id}", lambda route: under_way.append(route), times=1)
    with page.expect_request(f"**/orders/{order.id}"):
        page.evaluate("document.body.dispatchEvent(new Event('countdown:zero'))")
    with shop.provider_silent():
        page.get_by_role("button", name="Pay €45").click()
        expect(page.locator("#order-title")).to_have_text("Paying")
        expect(page.locator("#order-title")).to_be_focused()
        with suppress(Error):  # nobody waits for it any more
            under_way[0].fulfill(content_type="text/html", body=OLDER_TRUTH)
        page.wait_for_timeout(300)
        expect(page.locator("#order-title")).to_have_text("Paying")
    expect(page.locator("#order-title")).to_have_text("Yours")


def bring_closer(order: Order, *, seconds: float) -> None:
    """Let the window end so many seconds from now."""
    pay_by = factories.now() + timedelta(seconds=seconds)
    factories.change(order, pay_by=pay_by, due_at=pay_by)
