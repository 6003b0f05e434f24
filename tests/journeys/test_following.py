"""Following a creator: with script one press shown at once, without it a page and a press."""

import pytest
from playwright.sync_api import Locator, Page, expect

from livedrop.accounts.commands import suspend
from livedrop.follows.models import Follow
from livedrop.web.storefront.grids import PER_PAGE
from tests import factories
from tests.journeys.conftest import Visit
from tests.rows import rows

STOP = "/@ada/follow?_method=DELETE"  # what a press does once Ben follows Ada


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def followed(person) -> int:
    return len(rows(Follow, follower_id=person.id))


# --- told twice ---


def press_follow(visit: Visit, name: str) -> None:
    """One press with script; without, the page behind the link asks for it."""
    if not visit.script:
        visit.page.get_by_role("link", name=f"Follow {name}").first.click()
    button(visit.page, f"Follow {name}").click()


def test_ben_follows_ada_from_her_page_and_finds_her_under_following(ada, ben, arrive):
    visit = arrive(ben)
    visit.page.goto("/@ada")
    press_follow(visit, "Ada")
    visit.sees(visit.page.locator("#followers-ada"), "1 follower")
    visit.page.goto("/following")
    expect(visit.page.locator(".creator-card")).to_contain_text("Ada")
    button(visit.page, "Following Ada").click()
    if visit.script:
        expect(visit.page.locator("#followers-ada")).to_have_text("No followers yet")
        visit.page.reload()
    expect(visit.page.get_by_role("link", name="See who drops here")).to_be_visible()
    assert followed(ben) == 0


def test_a_visitor_who_wants_to_follow_signs_in_and_follows(ada, ben, visit: Visit):
    page = visit.page
    page.goto("/creators")
    page.get_by_role("link", name="Follow Ada").click()
    page.get_by_label("E-mail address").fill(ben.email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Follow Ada")
    button(page, "Follow Ada").click()
    if visit.script:
        expect(page.locator(".follow-form")).to_have_attribute("action", STOP)
    else:
        expect(page).to_have_url(f"{visit.site}/creators")
    assert followed(ben) == 1


def test_what_those_drop_whom_ben_follows_is_one_step_from_the_start_page(ada, ben, arrive):
    factories.a_live_drop(ada.creator, title="Spring print")
    visit = arrive(ben)
    visit.page.goto("/@ada")
    press_follow(visit, "Ada")
    visit.sees(visit.page.locator("#followers-ada"), "1 follower")
    visit.page.goto("/")
    if visit.script:
        expect(visit.page.locator("#followed .drop-card")).to_contain_text("Spring print")
    else:
        visit.page.get_by_role("link", name="Whom you follow").click()
        expect(visit.page.locator(".creator-card")).to_contain_text("Ada")


# --- what only script does ---


@pytest.mark.parametrize("place", ["/@ada", "/creators", "/drops/{}", "/products/{}"])
def test_wherever_ada_appears_one_press_follows_her_and_another_stops_it(ada, ben, window, place):
    drop = factories.a_live_drop(ada.creator)
    window.sign_in(ben)
    window.page.goto(place.format(drop.slug))
    form = window.page.locator(".follow-form")
    for name, now in (("Follow Ada", 1), ("Following Ada", 0), ("Follow Ada", 1)):
        button(window.page, name).click()
        expect(form).to_have_attribute("action", STOP if now else "/@ada/follow")
        expect(form).to_have_class("follow-form")  # and no request is under way
        assert followed(ben) == now
    expect(button(window.page, "Following Ada")).to_be_focused()


def test_a_page_full_of_creators_asks_once_for_all_buttons_and_once_for_more(ada, ben, window):
    for _ in range(PER_PAGE + 3):
        factories.a_creator()
    asked: list[str] = []
    window.sign_in(ben)
    window.page.on("request", lambda one: asked.append(one.url))
    window.page.goto("/creators")
    expect(window.page.locator(".follow-form")).to_have_count(PER_PAGE)
    window.page.locator(".more a").scroll_into_view_if_needed()
    expect(window.page.locator(".follow-form")).to_have_count(PER_PAGE + 4)
    assert sum("/following/buttons" in url for url in asked) == 2


def test_a_press_is_shown_before_it_is_answered(ada, ben, window):
    window.sign_in(ben)
    window.page.goto("/@ada")
    press = button(window.page, "Follow Ada")
    held = []
    window.page.route("**/@ada/follow", lambda route: held.append(route))
    press.click()
    expect(button(window.page, "Following Ada")).to_have_attribute("aria-pressed", "true")
    assert followed(ben) == 0
    held[0].continue_()
    expect(window.page.locator("#followers-ada")).to_have_text("1 follower")
    assert followed(ben) == 1


def test_it_is_taken_back_with_a_word_if_the_shop_says_no(ada, ben, window):
    window.sign_in(ben)
    window.page.goto("/@ada")
    expect(button(window.page, "Follow Ada")).to_be_visible()
    suspend(user_id=ben.id, reason="-")
    window.page.wait_for_timeout(5200)  # that long a process may remember who he was
    button(window.page, "Follow Ada").click()
    expect(window.page.locator("#notes")).to_contain_text("Your account is suspended")
    expect(button(window.page, "Follow Ada")).to_have_attribute("aria-pressed", "false")
    assert followed(ben) == 0


def test_and_if_the_shop_is_not_reached(ada, ben, window):
    window.sign_in(ben)
    window.page.goto("/@ada")
    press = button(window.page, "Follow Ada")
    expect(press).to_be_visible()
    window.context.set_offline(True)
    press.click()
    expect(window.page.locator(".unreached")).to_contain_text("You are offline")
    expect(button(window.page, "Follow Ada")).to_have_attribute("aria-pressed", "false")
    window.context.set_offline(False)
    button(window.page, "Follow Ada").click()
    expect(window.page.locator("#followers-ada")).to_have_text("1 follower")
    window.complaints.clear()  # about the line


def test_without_the_taking_back_the_page_would_go_on_to_lie(ada, ben, window):
    window.page.add_init_script("""document.addEventListener("htmx:error", (event) => {
      if (event.target.matches?.(".follow-form")) event.stopImmediatePropagation();
    }, true);""")
    window.sign_in(ben)
    window.page.goto("/@ada")
    press = button(window.page, "Follow Ada")
    expect(press).to_be_visible()
    window.context.set_offline(True)
    press.click()
    expect(button(window.page, "Following Ada")).to_be_visible()
    window.page.wait_for_timeout(300)
    expect(button(window.page, "Following Ada")).to_be_visible()
    assert followed(ben) == 0
    window.complaints.clear()  # about the line
