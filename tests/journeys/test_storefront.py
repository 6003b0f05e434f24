"""Looking around: grids that go on, and a drop page that keeps up by itself."""

import pytest
from playwright.sync_api import Page, expect

from livedrop.drops.commands import cancel
from livedrop.web.storefront.grids import PER_PAGE
from tests import factories
from tests.journeys.conftest import Visit
from tests.shopping import placed

MANY = 2 * PER_PAGE + 3
NOTE = {"HX-Retarget": "#notes", "HX-Reswap": "beforeend", "Content-Type": "text/html"}
TOLD = "<div class='note' role='alert'><p>That was a lot in a short time. Wait a little.</p></div>"


@pytest.fixture
def many(ada) -> list[str]:
    """More products than two pages show; their titles, the latest first."""
    titles = [f"Print {number:02}" for number in range(MANY)]
    for title in titles:
        factories.a_product(ada.creator, title)
    return titles[::-1]


def titles(page: Page) -> list[str]:
    return page.locator(".product-card .card-title").all_inner_texts()


# --- grids: U10 ---


def test_a_grid_goes_on_to_its_end_and_the_way_back_leads_to_the_same_place(many, visit: Visit):
    page = visit.page
    page.goto("/products")
    seen = titles(page)
    while page.locator(".more a:visible").count():
        if visit.script:
            page.locator(".more a:visible").scroll_into_view_if_needed()
            expect(page.locator(".product-card").nth(len(seen))).to_be_attached()
            seen = titles(page)
        else:
            page.locator(".more a").click()
            seen += titles(page)
    assert seen == many
    shown = titles(page)
    page.get_by_role("link", name="Print 00").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Print 00")
    page.go_back()
    expect(page.locator(".product-card").last).to_contain_text("Print 00")
    assert titles(page) == shown


def test_a_reload_shows_as_much_as_had_been_scrolled_to(many, window: Visit):
    page = window.page
    page.goto("/products")
    page.locator(".more a").scroll_into_view_if_needed()
    expect(page.locator(".product-card")).to_have_count(2 * PER_PAGE)
    assert f"shown={2 * PER_PAGE}" in page.url
    page.reload()
    assert titles(page) == many[: 2 * PER_PAGE]


def test_who_goes_by_keyboard_is_not_thrown_back_by_what_is_appended(many, window: Visit):
    page = window.page
    page.goto("/products")
    more = page.locator(".more a").first
    more.focus()
    expect(page.locator(".product-card").nth(PER_PAGE)).to_be_attached()
    expect(more).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".product-card").nth(PER_PAGE).locator(".card-link")).to_be_focused()
    expect(more).to_be_hidden()


# --- a drop page that is left open ---


def test_on_a_phone_notes_cover_nothing_that_can_be_ordered(ada, ben, window: Visit):
    drop = factories.a_live_drop(ada.creator, quantity=[3, 3, 3])
    window.sign_in(ben)
    page = window.page
    page.set_viewport_size({"width": 390, "height": 844})
    note = {"status": 429, "headers": NOTE, "body": TOLD}
    page.route("**/drops/*/orders", lambda route: route.fulfill(**note))
    page.goto(f"/drops/{drop.slug}")
    page.locator("#order-form button").click()
    shown = page.locator(".note").bounding_box()
    form = page.locator("#order-form").bounding_box()
    assert shown
    assert form
    assert shown["y"] + shown["height"] < form["y"]


def mark(page: Page) -> None:
    """Leave something in the page that a reload would wipe out."""
    page.evaluate("window.sameDocument = true")


def still_the_same(page: Page) -> bool:
    return bool(page.evaluate("window.sameDocument === true"))


def test_at_zero_the_page_can_buy_without_a_reload(ada, ben, window: Visit):
    drop = factories.a_scheduled_drop(ada.creator, starts_in=4)
    window.sign_in(ben)
    page = window.page
    page.goto(f"/drops/{drop.slug}")
    mark(page)
    expect(page.locator("#drop-state-title")).to_have_text("Coming")
    buy = page.locator("#order-form button")
    expect(buy).to_be_disabled()
    expect(buy).to_be_enabled()
    buy.click()
    page.wait_for_url("**/orders/*")
    assert factories.stock_of(drop) == [(10, 1)]


def test_the_words_around_a_countdown_fit_what_stands_there(ada, visit: Visit):
    drop = factories.a_live_drop(ada.creator)
    for path in ("/", f"/drops/{drop.slug}"):
        visit.page.goto(path)
        around = visit.page.locator("#hero, #drop-state")
        expect(around).to_contain_text("Ends", use_inner_text=True)
        if visit.script:
            expect(around).to_contain_text("Ends in", use_inner_text=True)
        else:
            expect(around).not_to_contain_text("Ends in", use_inner_text=True)
            expect(around).to_contain_text("UTC", use_inner_text=True)


def test_the_state_follows_the_start_and_what_others_do(ada, ben, window: Visit):
    drop = factories.a_scheduled_drop(ada.creator, starts_in=3, quantity=1)
    page = window.page
    page.goto(f"/drops/{drop.slug}")
    mark(page)
    title = page.locator("#drop-state-title")
    expect(title).to_have_text("Live now, few left")
    placed(ben, drop)
    expect(title).to_have_text("All held")
    expect(page.locator("#stock")).to_contain_text("all 1 held")
    assert still_the_same(page)


def test_an_open_page_stops_asking_when_there_is_nothing_more_to_come(ada, window: Visit):
    drop = factories.a_live_drop(ada.creator)
    page = window.page
    page.goto(f"/drops/{drop.slug}")
    cancel(drop_id=drop.id, actor_id=ada.id, reason="The kiln broke.")
    expect(page.locator("#drop-state-title")).to_have_text("Cancelled")
    expect(page.get_by_role("link", name="See what Ada does next")).to_be_visible()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2500)  # longer than it waits between two askings
    assert asked == []
