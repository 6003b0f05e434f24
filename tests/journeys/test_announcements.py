"""What somebody who hears the page is told while a drop opens and sells: this script, no more."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests import factories
from tests.journeys.conftest import Visit, with_twin

RECORD = """(region) => {
  window.heard = [];
  const listen = () => new MutationObserver(() => {
    heard.push(document.getElementById(region).textContent);
  }).observe(document.getElementById(region), { childList: true });
  document.addEventListener("DOMContentLoaded", listen);
}"""


@pytest.fixture
def window(chrome: Browser, site: str) -> Iterator[Visit]:
    with chrome.new_context(base_url=site) as context:
        context.set_default_timeout(10_000)
        # The rows here are written without a word to anybody: without a socket the page asks.
        context.route_web_socket("**/live*", lambda socket: socket.close())
        yield Visit(context, site, script=True)


def record(page: Page, region: str) -> None:
    """Keep from now on all that is put into this live region."""
    page.add_init_script(f"({RECORD})('{region}')")


def heard(page: Page) -> list[str]:
    found: list[str] = page.evaluate("heard")
    return found


class Clock:
    """Answers for the server's clock: so many seconds before the start of a drop."""

    def __init__(self, page: Page, starts_at: float) -> None:
        self.page, self.starts_at, self.left = page, starts_at, 301.0
        page.route("**/clock", self.answer)

    def answer(self, route: Route) -> None:
        route.fulfill(json={"now": (self.starts_at - self.left) * 1000})

    def leap(self, left: float) -> None:
        self.left = left
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_u03_a_drop_is_told_from_five_minutes_before_until_it_is_sold_out(ada, ben, window):
    drop = factories.a_scheduled_drop(ada.creator, title="Print", starts_in=600, quantity=20)
    page = window.page
    record(page, "announcements")
    clock = Clock(page, drop.starts_at.timestamp())
    page.goto(f"/drops/{drop.slug}")
    region = page.locator("#announcements")
    expect(region).to_have_text("Starts in 5 minutes.")
    clock.leap(60.5)
    expect(region).to_have_text("Starts in 1 minute.")
    clock.leap(10.5)
    expect(region).to_have_text("Starts in 10 seconds.")
    factories.change(drop, starts_at=factories.now())
    clock.leap(0.5)
    expect(region).to_have_text("Print is live.")
    expect(page.locator("#drop-state")).to_have_attribute("data-state", "live")
    factories.an_order(ben.user, drop, 19, status="confirmed")
    expect(region).to_have_text("Few are left.")
    factories.an_order(factories.a_user(), drop, 1, status="confirmed")
    expect(region).to_have_text("Sold out.")
    page.wait_for_timeout(2500)  # longer than it waits between two askings
    assert heard(page) == [
        "Starts in 5 minutes.",
        "Starts in 1 minute.",
        "Starts in 10 seconds.",
        "Print is live.",
        "Few are left.",
        "Sold out.",
    ]


def test_what_stands_on_the_page_is_not_told_again(ada, ben, window):
    drop = factories.a_live_drop(ada.creator, quantity=20)
    factories.an_order(ben.user, drop, 19)
    record(window.page, "announcements")
    window.page.goto(f"/drops/{drop.slug}")
    for _ in range(2):
        with window.page.expect_response("**/state"):
            pass
    assert heard(window.page) == []


def test_ones_own_result_is_told_at_once(ada, ben, window):
    order = factories.an_order(ben.user, factories.a_live_drop(ada.creator))
    window.sign_in(ben)
    page = window.page
    record(page, "results")
    page.goto(f"/orders/{order.id}")
    expect(page.locator("#results")).to_contain_text("Yours until")
    page.locator("#cancel button").click()
    expect(page.locator("#results")).to_have_text("The order is cancelled.")
    assert len(heard(page)) == 2
    assert page.locator("#results").get_attribute("aria-live") == "assertive"


def test_a_script_that_forgets_what_it_told_would_not_be_the_script(ada, window):
    """The negative control of U03: each look at a live drop tells again that it is live."""
    page = window.page
    with_twin(page, "new Set()", "{ has: () => false, add() {} }")
    record(page, "announcements")
    page.goto(f"/drops/{factories.a_live_drop(ada.creator, title='Print').slug}")
    for _ in range(2):
        with page.expect_response("**/state"):
            pass
    page.wait_for_function("heard.length > 0")
    assert heard(page)[0] == "Print is live."
