"""Who may do what about follows: every route for every kind of person (S33, S34)."""

import pytest

from livedrop.accounts.commands import suspend
from livedrop.follows.commands import follow
from livedrop.follows.queries import followers_page, following_page
from tests import factories
from tests.cast import Person
from tests.page import Page

EVERYBODY = ("visitor", "ben", "cleo", "dora", "ada", "otto", "suspended")
# What each of them is answered: Ben and Cleo shop, Dora is an admin, Ada and Otto create.
ANSWERS = {
    ("follows.index", "GET", "/following"): (303, 200, 200, 200, 200, 200, 200),
    ("follows.drops", "GET", "/following/drops"): (200, 200, 200, 200, 200, 200, 200),
    ("follows.buttons", "GET", "/following/buttons?of=ada"): (204, 200, 200, 200, 200, 200, 200),
    ("follows.new", "GET", "/@ada/follow"): (303, 200, 200, 200, 200, 200, 200),
    ("follows.create", "POST", "/@ada/follow"): (401, 303, 303, 303, 409, 303, 403),
    ("follows.destroy", "DELETE", "/@ada/follow"): (401, 303, 303, 303, 303, 303, 403),
    ("studio.followers.index", "GET", "/studio/followers"): (303, 303, 303, 303, 200, 200, 303),
}


@pytest.fixture
def people(app, page, ada, ben, cleo, dora):
    """A browser for each, all with a token of their own."""
    suspended = Person.called(app, "sam")
    suspend(user_id=suspended.id, reason="-")
    otto = Person.called(app, "otto", creates=True)
    browsers = (page, *(one.page for one in (ben, cleo, dora, ada, otto, suspended)))
    return dict(zip(EVERYBODY, browsers, strict=True))


def token(browser: Page) -> str:
    return browser.get("/sign-in").value("csrf_token")


@pytest.mark.parametrize("route", ANSWERS, ids=lambda route: route[0])
def test_everybody_is_answered_as_is_due_to_them(people, route):
    _, method, path = route
    answered = {}
    for name, browser in people.items():
        data = {} if method == "GET" else {"csrf_token": token(browser)}
        answer = browser.client.open(path, method=method, data=data)
        answered[name] = answer.status_code
    assert answered == dict(zip(EVERYBODY, ANSWERS[route], strict=True))


def test_no_route_about_follows_is_left_out(app):
    there = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(("follows.", "studio.followers."))
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert there == {(endpoint, method) for endpoint, method, _ in ANSWERS}


def test_a_list_of_followers_is_its_creators_own(people, ada, ben):
    follow(follower_id=ben.id, creator_id=ada.id)
    assert "@ben" in people["ada"].get("/studio/followers").text
    assert "@ben" not in people["otto"].get("/studio/followers").text


def test_a_place_in_somebody_elses_list_leads_nowhere(people, ada, ben):
    factories.followers(ada.creator, 2)
    for _ in range(2):
        follow(follower_id=ben.id, creator_id=factories.a_creator().id)
    followers = followers_page(ada.id, limit=1).next_cursor
    following = following_page(ben.id, limit=1).next_cursor
    people["otto"].get(f"/studio/followers?cursor={followers}", 400)
    people["cleo"].get(f"/following?cursor={following}", 400)
    assert people["ada"].get(f"/studio/followers?cursor={followers}").has("tbody tr")
