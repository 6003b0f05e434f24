"""Who follows a creator: for their own eyes, and how it grew."""

from livedrop.follows.commands import follow, unfollow
from livedrop.follows.queries import DAYS
from livedrop.web.studio.followers import PER_PAGE
from tests import factories
from tests.statements import statements


def test_ada_sees_who_follows_her_the_latest_first(ada, ben, cleo):
    for person in (ben, cleo):
        follow(follower_id=person.id, creator_id=ada.id)
    seen = ada.page.get("/studio/followers")
    assert seen.texts("tbody th") == ["Cleo @cleo", "Ben @ben"]
    assert "2 followers" in seen.text


def test_the_list_goes_on_page_by_page(ada):
    factories.followers(ada.creator, PER_PAGE + 1)
    ada.page.get("/account")
    with statements() as asked:
        first = ada.page.get("/studio/followers")
    assert len(asked) == 3
    second = ada.page.get(first.one(".more a").get("href"))
    assert [len(seen.all("tbody tr")) for seen in (first, second)] == [PER_PAGE, 1]
    assert not second.has(".more")


def test_a_creator_without_followers_is_told_what_to_do(ada):
    assert ada.page.get("/studio/followers").one(".empty a").get("href") == "/studio/drops/new"


def test_the_studio_shows_growth_as_a_picture_and_as_a_table(ada, ben, cleo):
    factories.followers(ada.creator, 7, days_ago=9)
    for person in (ben, cleo):
        follow(follower_id=person.id, creator_id=ada.id)
    unfollow(follower_id=cleo.id, creator_id=ada.id)
    seen = ada.page.get("/studio")
    assert seen.texts(".growth-now") == ["8 followers 2 new in the last 7 days"]
    assert len(seen.all(".bar-up")) == 2
    assert len(seen.all(".bar-down")) == 1
    assert (
        seen.one(".bars [role=img]")
        .get("aria-label")
        .startswith("9 came and 1 went in 30 days, 7 on")
    )
    came, went = seen.texts(".bars-table td")[::2], seen.texts(".bars-table td")[1::2]
    assert len(came) == len(went) == DAYS
    assert (came[0], went[0], came[9], went[9]) == ("2", "1", "7", "0")


def test_a_studio_nobody_follows_yet_shows_no_empty_picture(ada):
    seen = ada.page.get("/studio")
    assert seen.texts(".growth-now") == ["No followers yet 0 new in the last 7 days"]
    assert not seen.has(".bars")
