"""Following: one press wherever a creator appears, and a page of one's own for whom one follows."""

from urllib.parse import parse_qs, urlsplit

import pytest

from livedrop.accounts.commands import suspend
from livedrop.follows.commands import follow
from livedrop.follows.models import Follow
from livedrop.web.storefront import follows
from livedrop.web.storefront.grids import PER_PAGE
from tests import factories
from tests.page import words
from tests.rows import kinds, rows
from tests.statements import statements


def followed(person):
    return [one.creator_id for one in rows(Follow, follower_id=person.id)]


def pressed(seen):
    """What the buttons say, by the creator they are for."""
    return {
        button.get("id").removeprefix("follow-press-"): button.get("aria-pressed")
        for button in seen.all("button[aria-pressed]")
    }


@pytest.fixture
def bens(ada, ben):
    """Ben's browser; he follows Ada."""
    follow(follower_id=ben.id, creator_id=ada.id)
    return ben.page


# --- without script ---


def test_ben_follows_from_the_page_of_a_creator(ada, ben):
    link = ben.page.get("/@ada").one(".profile-head .follow a").get("href")
    after = ben.page.get(link).submit("form.follow-form")
    assert (after.url, followed(ben)) == ("/@ada", [ada.id])
    assert after.texts(".followers") == ["1 follower"]


def test_ben_comes_back_to_the_page_where_he_pressed(ada, ben):
    drop = factories.a_live_drop(ada.creator)
    for page in (f"/drops/{drop.slug}", f"/products/{drop.slug}"):
        link = ben.page.get(page).one(".maker .follow a").get("href")
        assert ben.page.get(link).submit("form.follow-form", 303).location == page


def test_and_stops_it_on_the_same_page(bens, ben):
    seen = bens.get("/@ada/follow")
    assert (seen.h1, pressed(seen)) == ("You follow Ada", {"ada": "true"})
    seen.submit("form.follow-form", 303)
    assert (followed(ben), kinds()[-1]) == ([], "Unfollowed")


def test_a_visitor_signs_in_and_is_where_they_wanted_to_follow(page, ada, ben):
    link = page.get("/creators").one(".creator-card .follow a").get("href")
    asked = page.get(link)
    assert asked.h1 == "Sign in"
    there = asked.submit(email=ben.email, password=factories.PASSWORD)
    assert there.h1 == "Follow Ada"
    assert there.submit("form.follow-form").url == "/creators"
    assert followed(ben) == [ada.id]


def test_somebody_new_signs_up_on_the_way(page, ada):
    asked = page.get("/@ada/follow")
    link = next(link for link in asked.all("main a") if words(link) == "Sign up").get("href")
    assert page.get(link).value("next") == "/@ada/follow"


def test_nobody_is_sent_elsewhere_after_following(ada, ben):
    seen = ben.page.get("/@ada/follow?next=https://evil.test/x")
    assert seen.submit("form.follow-form", 303).location == "/@ada"


def test_ada_is_told_that_she_is_herself(ada):
    seen = ada.page.get("/@ada/follow")
    assert (seen.h1, seen.all("form")) == ("This is you", [])
    token = ada.page.get("/account").value("csrf_token")
    ada.page.post("/@ada/follow", 409, csrf_token=token)
    assert rows(Follow) == []


# --- with script ---


def test_the_buttons_of_a_whole_page_are_one_request_and_one_question(app, ada, bens, ben):
    creators = ["ada", *(factories.a_creator().handle for _ in range(4))]
    bens.get("/account")
    with statements() as asked:
        seen = bens.fragment(f"/following/buttons?of={','.join(creators)}")
    assert pressed(seen) == {handle: str(handle == "ada").lower() for handle in creators}
    assert len(asked) == 1
    assert seen.headers["Cache-Control"] == "no-store"


def test_a_page_of_creators_asks_once_for_all_of_them(page, ada):
    handles = {"ada", *(factories.a_creator().handle for _ in range(4))}
    (asking,) = page.get("/creators").all("#creator-grid [hx-get]")
    of = parse_qs(urlsplit(asking.get("hx-get")).query)["of"][0]
    assert set(of.split(",")) == handles


def test_buttons_stand_where_the_page_has_a_place_for_them(bens, ada):
    (place,) = bens.fragment("/following/buttons?of=ada").all("hx-partial")
    assert bens.get("/@ada").has(place.get("hx-target"))


def test_a_press_is_answered_with_the_button_and_the_count(ada, ben):
    seen = ben.page.fragment("/following/buttons?of=ada")
    after = seen.submit("form.follow-form", htmx=True)
    assert pressed(after) == {"ada": "true"}
    assert words(after.one("hx-partial[hx-target=#followers-ada]")) == "1 follower"
    again = after.submit("form.follow-form", htmx=True)
    assert pressed(again) == {"ada": "false"}
    assert words(again.one("hx-partial")) == "No followers yet"
    assert followed(ben) == []


def test_a_visitors_links_stay_as_they_are(page, ada):
    assert page.fragment("/following/buttons?of=ada", 204).html == ""


def test_ada_gets_a_way_to_her_followers_instead(ada):
    seen = ada.page.fragment("/following/buttons?of=ada")
    assert (seen.one("a").get("href"), pressed(seen)) == ("/studio/followers", {})


def test_handles_that_nobody_has_get_no_button(bens):
    assert pressed(bens.fragment("/following/buttons?of=nobody,,x%2Cy,ben")) == {}
    assert pressed(bens.fragment("/following/buttons")) == {}


# --- who may not ---


def test_suspended_people_follow_nobody(ada, ben):
    suspend(user_id=ben.id, reason="-")
    seen = ben.page.get("/@ada/follow")
    assert seen.submit("form.follow-form", 403).h1 == "Your account is suspended"
    assert rows(Follow) == []


def test_who_presses_without_end_is_stopped(ada, ben, monkeypatch):
    monkeypatch.setattr(follows, "PRESSES", type(follows.PRESSES)("follows here", "2/minute"))
    seen = ben.page.get("/@ada/follow")
    for status in (303, 303, 429):
        seen.submit("form.follow-form", status)
    assert kinds() == ["Followed"]


def test_a_press_needs_a_token_of_the_persons_own(ada, ben):
    ben.page.post("/@ada/follow", 403)
    ben.page.post("/@ada/follow?_method=DELETE", 403)
    assert rows(Follow) == []


def test_nobody_follows_who_does_not_create(ben, cleo):
    ben.page.get("/@cleo/follow", 404)
    token = ben.page.get("/account").value("csrf_token")
    ben.page.post("/@cleo/follow", 404, csrf_token=token)


# --- whom one follows ---


def test_ben_sees_whom_he_follows_and_cleo_nothing_of_it(bens, cleo):
    seen = bens.get("/following")
    assert seen.texts(".creator-card .card-title") == ["Ada"]
    assert (pressed(seen), seen.texts(".followers")) == ({"ada": "true"}, ["1 follower"])
    assert cleo.page.get("/following").one(".empty a").get("href") == "/creators"


def test_without_script_he_stops_it_there_and_stays_there(bens, ben):
    after = bens.get("/following").submit("form.follow-form")
    assert (after.url, after.has(".creator-card"), followed(ben)) == ("/following", False, [])


def test_his_list_goes_on_page_by_page_in_a_counted_number_of_questions(ben):
    for _ in range(PER_PAGE + 1):
        follow(follower_id=ben.id, creator_id=factories.a_creator().id)
    ben.page.get("/account")
    with statements() as asked:
        first = ben.page.get("/following")
    assert len(asked) == 4  # which creators, how many follow, what is live, what is coming
    second = ben.page.get(first.one(".more a").get("href"))
    assert [len(seen.all(".creator-card")) for seen in (first, second)] == [PER_PAGE, 1]


def test_what_is_live_or_coming_of_theirs_stands_on_the_start_page_and_there(bens, ada):
    factories.a_scheduled_drop(ada.creator, title="Coming")
    factories.a_live_drop(ada.creator, title="Live")
    factories.an_ended_drop(ada.creator, title="Over")
    factories.a_live_drop(title="Of somebody else")
    seen = bens.fragment("/following/drops")
    for shown in (seen, bens.get("/following")):
        assert shown.texts(".drop-card .card-title") == ["Live", "Coming"]
    assert seen.headers["Cache-Control"] == "no-store"


def test_what_stands_there_otherwise_is_no_dead_end(page, bens, cleo, ada):
    for who in (page, cleo.page, bens):
        assert who.fragment("/following/drops").one(".empty a").get("href") == "/creators"
    assert page.get("/").one("#followed a").get("href") == "/following"


# --- the count ---


def test_a_count_reads_like_a_number(page, ada):
    assert page.get("/@ada").texts(".followers") == ["No followers yet"]
    factories.followers(ada.creator, 1204)
    assert page.get("/@ada").texts(".followers") == ["1,204 followers"]
    assert page.get("/creators").texts(".followers") == ["1,204 followers"]
