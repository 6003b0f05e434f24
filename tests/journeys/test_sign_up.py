"""From a stranger to somebody with an account, and out again."""

from playwright.sync_api import expect

from tests.journeys.conftest import Visit


def test_eve_opens_an_account_leaves_and_comes_back(app, visit: Visit):
    page = visit.page
    page.goto("/sign-up?next=/account")
    page.get_by_label("E-mail address").fill("eve@example.com")
    page.get_by_label("Handle").fill("eve")
    page.get_by_label("Name").fill("Eve")
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("alert")).to_contain_text("At least 8 characters")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Handle")).to_have_value("eve")

    page.get_by_label("Password").fill("a long enough password")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Eve")
    page.get_by_role("button", name="Sign out").click()

    page.goto("/sign-in?next=/account")
    page.get_by_label("E-mail address").fill("eve@example.com")
    page.get_by_label("Password").fill("a long enough password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Eve")


def test_nothing_can_be_typed_into_a_form_that_is_about_to_be_replaced(app, window: Visit):
    page = window.page
    page.goto("/sign-up")
    page.route("**/sign-up", lambda route: None)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_label("Handle")).to_be_disabled()
    expect(page.get_by_role("button", name="Sign up")).to_be_disabled()
    page.unroute("**/sign-up")


def test_the_head_of_a_page_knows_who_is_there(ben, visit: Visit):
    visit.sign_in(ben)
    visit.page.goto("/sign-in")
    expect(visit.page.locator("#account-menu")).to_contain_text(
        "Ben" if visit.script else "Account"
    )


def test_what_the_policy_refuses_is_noticed(app, visit: Visit):
    """The control of every journey: a page of ours that had something inline would be seen."""
    visit.page.goto("/sign-in")
    visit.page.set_content(visit.page.content().replace("<h1>", '<h1 style="color: red">'))
    assert visit.refused
    visit.refused.clear()
