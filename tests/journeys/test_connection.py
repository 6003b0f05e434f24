"""A line that is slow, breaks or is gone: every page says what it knows, and how old that is."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from livedrop.drops.models import Drop
from livedrop.web.storefront.grids import PER_PAGE
from tests import factories
from tests.cast import Person
from tests.journeys.conftest import PATIENCE, Visit, with_twin
from tests.programs import until

OLD = re.compile(r"^Updating · \d+ s old$")
OFFLINE = re.compile(r"^Offline · \d+ s old$")


@pytest.fixture
def drop_page(ada: Person, window: Visit) -> Page:
    """The page of a live drop, whose time only passes when a test says so."""
    page = window.page
    page.clock.install()
    # No socket, or beats would come by the time of the world.
    page.route_web_socket("**/live*", lambda socket: socket.close())
    page.goto(f"/drops/{factories.a_live_drop(ada.creator).slug}")
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=5))
    ask(page)  # so that what it shows is new
    return page


def age(page: Page) -> Locator:
    return page.locator("#drop-state [data-age]")


def ask(page: Page) -> None:
    """Let the page ask how the drop stands, and be answered."""
    with page.expect_response("**/state"):
        page.clock.run_for(2000)
    expect(age(page)).to_be_empty()


# --- U07: a number says when it is older than it should be ---


def test_u07_numbers_whose_answer_is_late_say_so_until_it_comes(drop_page: Page):
    under_way: list[Route] = []
    drop_page.route("**/state", lambda route: under_way.append(route))
    with drop_page.expect_request("**/state"):
        drop_page.clock.run_for(2000)
    drop_page.clock.run_for(2000)
    expect(age(drop_page)).to_have_text(OLD)
    under_way[0].continue_()
    drop_page.unroute("**/state")
    expect(age(drop_page)).to_be_empty()
    expect(drop_page.locator("#drop-state")).not_to_have_attribute("data-old", "")


def test_u07_numbers_that_cannot_be_renewed_say_so_at_once(drop_page: Page, window: Visit):
    drop_page.route("**/state", lambda route: route.abort())
    with drop_page.expect_event("requestfailed"):
        drop_page.clock.run_for(2000)
    expect(age(drop_page)).to_have_text(OLD)
    expect(drop_page.locator("#drop-state")).to_have_attribute("data-old", "")
    expect(drop_page.locator("#drop-state-title")).to_have_text("Live now")
    drop_page.unroute("**/state")
    ask(drop_page)
    window.complaints.clear()  # about the line


def test_u07_an_answer_that_is_no_answer_makes_nothing_newer(drop_page: Page, window: Visit):
    note = {"HX-Retarget": "#notes", "HX-Reswap": "beforeend", "Content-Type": "text/html"}
    drop_page.route(
        "**/state", lambda route: route.fulfill(status=503, headers=note, body="<p>No.</p>")
    )
    with drop_page.expect_response("**/state"):
        drop_page.clock.run_for(2000)
    expect(age(drop_page)).to_have_text(OLD)
    expect(drop_page.locator("#drop-state-title")).to_have_text("Live now")
    assert drop_page.locator("#notes").inner_text() == ""
    window.complaints.clear()  # of the answers this test made up


def test_u07_numbers_that_are_renewed_in_time_say_nothing(drop_page: Page):
    drop_page.evaluate(
        """() => {
          window.aged = 0;
          const age = document.querySelector("#drop-state [data-age]");
          new MutationObserver(() => { aged += 1; }).observe(age, { childList: true });
        }"""
    )
    for _ in range(3):
        ask(drop_page)
    assert drop_page.evaluate("aged") == 0


def test_without_the_guard_old_numbers_would_look_like_new_ones(ada: Person, window: Visit):
    """The negative control of U07: the same page, that does not count how old it is."""
    page = window.page
    page.clock.install()
    with_twin(page, "function look()", "function look() {} function unused()")
    page.goto(f"/drops/{factories.a_live_drop(ada.creator).slug}")
    page.route("**/state", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.clock.run_for(4000)
    expect(age(page)).to_be_empty()
    window.complaints.clear()  # about the line


# --- without a connection ---


def test_offline_the_page_says_so_counts_on_and_buys_when_it_is_back(
    ada: Person, ben: Person, window: Visit
):
    drop = factories.a_live_drop(ada.creator)
    window.sign_in(ben)
    page = window.page
    page.goto(f"/drops/{drop.slug}")
    buy = page.locator("#order-form button")
    expect(buy).to_be_enabled()
    window.context.set_offline(True)
    expect(age(page)).to_have_text(OFFLINE)
    buy.click()
    alert = page.locator("#order-form").get_by_role("alert")
    expect(alert).to_have_text("You are offline, so nothing was sent. Try again when you are back.")
    page.wait_for_event("requestfailed")  # the page asks by itself, and that takes no words away
    expect(alert).to_be_visible()
    left = page.locator("#drop-state").get_by_role("timer")
    shown = left.inner_text()
    expect(left).not_to_have_text(shown)
    window.context.set_offline(False)
    expect(age(page)).to_be_empty()
    buy.click()
    expect(page.locator("#order-title")).to_have_text("Yours for now")
    assert factories.stock_of(drop) == [(10, 1)]
    window.complaints.clear()  # about the line


def test_offline_an_order_says_how_old_it_is(ada: Person, ben: Person, window: Visit):
    order = factories.an_order(ben.user, factories.a_live_drop(ada.creator))
    window.sign_in(ben)
    page = window.page
    page.goto(f"/orders/{order.id}")
    expect(page.get_by_role("timer")).to_contain_text(":")
    window.context.set_offline(True)
    expect(page.locator("#order [data-age]")).to_have_text(OFFLINE)
    page.get_by_role("button", name="Pay €45").click()
    expect(page.locator("#order").get_by_role("alert")).to_contain_text("nothing was sent")
    window.context.set_offline(False)
    expect(page.locator("#order [data-age]")).to_be_empty()
    page.get_by_role("button", name="Pay €45").click()
    expect(page.locator("#order")).to_contain_text("Paid.")
    window.complaints.clear()  # about the line


def test_offline_a_list_says_beside_its_end_that_it_does_not_go_on(ada: Person, window: Visit):
    for number in range(PER_PAGE + 1):
        factories.a_product(ada.creator, f"Print {number}")
    page = window.page
    page.goto("/products")
    window.context.set_offline(True)
    page.locator(".more a").scroll_into_view_if_needed()
    expect(page.locator(".more").get_by_role("alert")).to_contain_text("You are offline")
    expect(page.locator(".more a")).to_be_visible()
    window.complaints.clear()  # about the line


# --- all lose their sockets at once ---

# Sockets that open, are lost at once, and come back without waiting as long as they were told to.
LOST = """
  window.returns = [];
  window.WebSocket = class {
    constructor() {
      if (returns.length < 40) setTimeout(() => this.lost());
    }
    lost() {
      const later = window.setTimeout;
      window.setTimeout = (work, ms) => { returns.push(ms); later(work); };
      this.onopen();
      this.onclose();
      window.setTimeout = later;
    }
  };
"""


def seconds_until_return(page: Page, drop: Drop) -> list[float]:
    """After how long pages would come back that lost their sockets."""
    page.add_init_script(LOST)
    page.goto(f"/drops/{drop.slug}")
    until(lambda: page.evaluate("returns.length") >= 40)
    return [ms / 1000 for ms in page.evaluate("returns")]


def test_f47_who_lost_the_socket_comes_back_at_a_time_of_its_own(ada: Person, window: Visit):
    waits = seconds_until_return(window.page, factories.a_live_drop(ada.creator))
    assert max(waits) - min(waits) > 5


def test_f47_without_chance_they_would_all_come_back_at_once(ada: Person, window: Visit):
    """The control."""
    with_twin(window.page, "socket.onclose", "Math.random = () => 0.5; socket.onclose")
    waits = seconds_until_return(window.page, factories.a_live_drop(ada.creator))
    assert max(waits) == min(waits)


# --- pages that are not reached ---

KEPT = """async () => {
  const names = await caches.keys();
  const found = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return found.flat().map(({ url }) => new URL(url).pathname);
}"""


@pytest.fixture
def kept(chrome: Browser, site: str) -> Iterator[Visit]:
    """A window whose browser may keep what the shop lets it keep."""
    with chrome.new_context(base_url=site) as context:
        context.set_default_timeout(PATIENCE)
        visit = Visit(context, site, script=True)
        visit.page.goto("/")
        visit.page.evaluate("navigator.serviceWorker.ready.then(() => {})")
        yield visit


def test_offline_a_page_that_cannot_be_loaded_says_so_and_comes_by_itself(ada: Person, kept: Visit):
    drop = factories.a_live_drop(ada.creator, title="Lighthouse")
    page = kept.page
    kept.context.set_offline(True)
    page.goto(f"/drops/{drop.slug}")
    expect(page.get_by_role("heading", level=1)).to_have_text("We cannot reach the shop")
    expect(page.get_by_role("link", name="Try again")).to_have_css("border-radius", "10px")
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We cannot reach the shop")
    kept.context.set_offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Lighthouse")


def test_the_browser_keeps_nothing_of_anybody(ada: Person, ben: Person, kept: Visit):
    kept.sign_in(ben)
    order = factories.an_order(ben.user, factories.a_live_drop(ada.creator))
    for path in ("/orders", f"/orders/{order.id}", "/account", "/drops"):
        kept.page.goto(path)
    paths = kept.page.evaluate(KEPT)
    assert "/offline" in paths
    assert [path for path in paths if not path.startswith("/static/")] == ["/offline"]
    assert "Ben" not in kept.page.evaluate("caches.match('/offline').then((page) => page.text())")
