"""What happens elsewhere is seen on a page that is left open, without its asking."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from livedrop.drops.commands import publish
from livedrop.follows.commands import follow
from tests import factories
from tests.cast import Person
from tests.journeys.conftest import Shop, Visit, window_on, with_twin

WITHIN = 1000  # ms: that is promised


@pytest.fixture
def elsewhere(
    request: pytest.FixtureRequest, chrome: Browser, site: str, tmp_path: Path
) -> Iterator[Visit]:
    """Another window, in which something is done."""
    with window_on(site, chrome, request, tmp_path, script=True) as visit:
        yield visit


class Watched:
    """A drop's page that is open, what it asked for and what it heard."""

    def __init__(self, page: Page, slug: str) -> None:
        self.page = page
        self.asked: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        with page.expect_websocket() as opening:
            page.goto(f"/drops/{slug}")
        self.socket: WebSocket = opening.value

    def asks_between_beats(self) -> int:
        self._beat()
        before = len(self.asked)
        self._beat()
        return sum(url.endswith("/state") for url in self.asked[before:])

    def wait_until_it_flows(self) -> None:
        while self.asks_between_beats():
            pass

    def _beat(self) -> None:
        self.socket.wait_for_event("framereceived", predicate=lambda it: str(it)[:1].isdigit())


def buy(visit: Visit, slug: str) -> None:
    visit.page.goto(f"/drops/{slug}")
    visit.open_order_panel().get_by_role("button", name="Buy").click()


def test_cleo_sees_the_last_one_go_within_a_second_and_never_asks(
    ada: Person, ben: Person, cleo: Person, window: Visit, elsewhere: Visit
):
    drop = factories.a_live_drop(ada.creator, quantity=1)
    window.sign_in(cleo)
    elsewhere.sign_in(ben)
    watched = Watched(window.page, drop.slug)
    watched.wait_until_it_flows()
    before = len(watched.asked)
    buy(elsewhere, drop.slug)
    expect(elsewhere.page.locator("#order-title")).to_have_text("Yours for now")
    title = window.page.locator("#drop-state-title")
    expect(title).to_have_text("All held", timeout=WITHIN)
    elsewhere.page.get_by_role("button", name="Pay €45").click()
    expect(title).to_have_text("Sold out")
    expect(window.page.locator("#announcements")).to_have_text("Sold out.")
    expect(window.page.locator("#drop-state [data-age]")).to_be_empty()
    assert not [url for url in watched.asked[before:] if url.endswith("/state")]


def test_what_is_older_than_what_is_shown_is_not_shown(
    ada: Person, ben: Person, window: Visit, elsewhere: Visit
):
    """An answer that was held up on the way, while the news went past it."""
    drop = factories.a_live_drop(ada.creator, quantity=1)
    elsewhere.sign_in(ben)
    watched = Watched(window.page, drop.slug)
    old = window.page.request.get(f"/drops/{drop.slug}/state").text()
    watched.wait_until_it_flows()
    buy(elsewhere, drop.slug)
    title = window.page.locator("#drop-state-title")
    expect(title).to_have_text("All held")
    window.page.route("**/state", lambda route: route.fulfill(body=old, content_type="text/html"))
    with window.page.expect_response("**/state"):
        window.page.evaluate("document.body.dispatchEvent(new CustomEvent('page:back'))")
    watched.asks_between_beats()
    expect(title).to_have_text("All held")


def test_without_a_relay_the_page_asks_as_ever(
    ada: Person, ben: Person, shop: Shop, window: Visit, elsewhere: Visit
):
    drop = factories.a_live_drop(ada.creator, quantity=1)
    elsewhere.sign_in(ben)
    watched = Watched(window.page, drop.slug)
    watched.wait_until_it_flows()
    os.kill(shop.stack.pid("relay"), signal.SIGSTOP)
    try:
        buy(elsewhere, drop.slug)
        expect(window.page.locator("#drop-state-title")).to_have_text("All held")
    finally:
        os.kill(shop.stack.pid("relay"), signal.SIGCONT)
    watched.wait_until_it_flows()


def test_without_the_guard_an_old_answer_would_be_shown(
    ada: Person, ben: Person, window: Visit, elsewhere: Visit
):
    """The negative control of what is older: a script that does not compare."""
    with_twin(window.page, "sourceElement.dataset.seq", "sourceElement.dataset.none")
    drop = factories.a_live_drop(ada.creator, quantity=1)
    elsewhere.sign_in(ben)
    watched = Watched(window.page, drop.slug)
    old = window.page.request.get(f"/drops/{drop.slug}/state").text()
    watched.wait_until_it_flows()
    buy(elsewhere, drop.slug)
    title = window.page.locator("#drop-state-title")
    expect(title).to_have_text("All held")
    window.page.route("**/state", lambda route: route.fulfill(body=old, content_type="text/html"))
    window.page.evaluate("document.body.dispatchEvent(new CustomEvent('page:back'))")
    expect(title).to_have_text("Live now, few left")


def test_a_creators_page_asks_when_it_is_told(
    ada: Person, ben: Person, window: Visit, elsewhere: Visit
):
    """What it asks for every two seconds anyway is left out here."""
    drop = factories.a_live_drop(ada.creator, quantity=1)
    window.sign_in(ada)
    elsewhere.sign_in(ben)
    window.page.add_init_script(
        "addEventListener('every', (event) => event.stopImmediatePropagation(), true)"
    )
    with window.page.expect_websocket() as opening:
        window.page.goto(f"/studio/drops/{drop.slug}")
    opening.value.wait_for_event("framereceived")
    buy(elsewhere, drop.slug)
    expect(window.page.locator("#studio-drop-units")).to_contain_text("all held", timeout=2000)


def test_ben_reads_of_adas_drop_on_a_page_of_cleo(
    ada: Person, ben: Person, cleo: Person, window: Visit
):
    """What the bell asks for every minute anyway is left out here."""
    other = factories.a_live_drop(factories.a_creator(cleo.user))
    draft = factories.a_draft(ada.creator, title="Lighthouse")
    follow(follower_id=ben.id, creator_id=ada.creator.id)
    window.sign_in(ben)
    page = window.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.add_init_script(
        "addEventListener('every', (event) => event.stopImmediatePropagation(), true)"
    )
    with page.expect_websocket() as opening:
        page.goto(f"/drops/{other.slug}")
    opening.value.wait_for_event("framereceived")
    expect(page.locator("#inbox-bell")).to_be_visible()
    publish(drop_id=draft.id, actor_id=ada.creator.id)
    toast = page.locator("#notes .note")
    expect(toast).to_contain_text("Lighthouse", timeout=2 * WITHIN)
    expect(page.locator(".bell-number")).to_have_text("1 unread")
    buy = page.locator("#order-form button").bounding_box()
    shown = toast.bounding_box()
    assert buy
    assert shown
    assert shown["y"] + shown["height"] < buy["y"]
    toast.get_by_role("button", name="Dismiss").click()
    expect(toast).to_have_count(0)
    with page.expect_response("**/inbox/toasts*"):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('news:told'))")
    expect(page.locator(".bell-number")).to_have_text("1 unread")
    expect(toast).to_have_count(0)
