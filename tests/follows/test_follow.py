"""Follow and unfollow: once, however often it is asked, and counted without counting."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from livedrop.extensions import db
from livedrop.follows.commands import follow, unfollow
from livedrop.follows.models import Follow, FollowerDay
from livedrop.follows.queries import (
    DAYS,
    followed_among,
    followers_of,
    followers_page,
    following_page,
    growth,
)
from livedrop.lib.errors import DomainError
from tests import factories
from tests.rows import kinds, recorded, row, rows
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("app")


def followers(creator):
    return followers_of([creator.id])[creator.id]


# --- once ---


def test_ben_follows_ada(ada, ben):
    assert follow(follower_id=ben.id, creator_id=ada.id)
    assert row(Follow).follower_id == ben.id
    assert followers(ada) == 1
    assert (recorded()[0].kind, recorded()[0].subject) == ("Followed", f"creator:{ada.id}")
    assert recorded()[0].actor_id == ben.id


def test_to_follow_again_changes_nothing_and_is_not_recorded(ada, ben):
    follow(follower_id=ben.id, creator_id=ada.id)
    since = row(Follow).since
    assert not follow(follower_id=ben.id, creator_id=ada.id)
    assert (row(Follow).since, followers(ada), kinds()) == (since, 1, ["Followed"])


def test_to_follow_no_more_twice_is_to_do_it_once(ada, ben):
    follow(follower_id=ben.id, creator_id=ada.id)
    assert unfollow(follower_id=ben.id, creator_id=ada.id)
    assert not unfollow(follower_id=ben.id, creator_id=ada.id)
    assert (rows(Follow), followers(ada), kinds()) == ([], 0, ["Followed", "Unfollowed"])


def test_who_never_followed_can_stop_it_without_a_trace(ada, cleo):
    assert not unfollow(follower_id=cleo.id, creator_id=ada.id)
    assert (followers(ada), kinds(), rows(FollowerDay)) == (0, [], [])


def test_whoever_follows_again_begins_anew(ada, ben):
    follow(follower_id=ben.id, creator_id=ada.id)
    first = row(Follow).since
    unfollow(follower_id=ben.id, creator_id=ada.id)
    follow(follower_id=ben.id, creator_id=ada.id)
    assert row(Follow).since > first


def test_nobody_follows_themself(ada):
    with pytest.raises(DomainError, match="yourself"):
        follow(follower_id=ada.id, creator_id=ada.id)
    assert (rows(Follow), kinds()) == ([], [])


def test_nor_does_the_database_let_them(ada):
    itself = text("INSERT INTO follows (follower_id, creator_id) VALUES (:id, :id)")
    with pytest.raises(IntegrityError, match="not_oneself"), db.engine.begin() as connection:
        connection.execute(itself, {"id": ada.id})


# --- counts ---


def test_each_creator_has_their_own_count(ada, ben, cleo):
    other = factories.a_creator()
    for follower in (ben, cleo):
        follow(follower_id=follower.id, creator_id=ada.id)
    follow(follower_id=ben.id, creator_id=other.id)
    assert followers_of([ada.id, other.id, ben.id]) == {ada.id: 2, other.id: 1, ben.id: 0}


def test_the_counts_of_a_whole_page_are_one_question(ada, ben):
    creators = [factories.a_creator().id for _ in range(5)]
    for creator_id in creators:
        follow(follower_id=ben.id, creator_id=creator_id)
    with statements() as asked:
        assert followers_of(creators) == dict.fromkeys(creators, 1)
        assert followed_among(ben.id, [*creators, ada.id]) == set(creators)
    assert len(asked) == 2
    assert not any("count(" in statement for statement in asked)


def test_growth_tells_who_came_and_who_went_today(ada, ben, cleo):
    for follower in (ben, cleo):
        follow(follower_id=follower.id, creator_id=ada.id)
    unfollow(follower_id=cleo.id, creator_id=ada.id)
    grown = growth(ada.id)
    today = grown.days[-1]
    assert (grown.followers, grown.gained_this_week) == (1, 2)
    assert (today.gained, today.lost, today.day) == (2, 1, factories.now().date())


def test_growth_has_every_day_and_none_before_them(ada):
    for ago, gained in ((0, 1), (6, 2), (7, 4), (DAYS - 1, 8), (DAYS, 16)):
        factories.followers(ada.creator, gained, days_ago=ago)
    grown = growth(ada.id)
    assert len(grown.days) == DAYS
    assert [day.gained for day in grown.days if day.gained] == [8, 4, 2, 1]
    assert (grown.followers, grown.gained_this_week) == (31, 3)


def test_growth_of_a_new_creator_is_nothing_for_thirty_days(ada):
    assert [(day.gained, day.lost) for day in growth(ada.id).days] == [(0, 0)] * DAYS


# --- lists ---


def test_her_followers_come_the_latest_first_page_by_page(ada):
    factories.followers(ada.creator, 5)
    factories.followers(factories.a_creator(), 2)
    seen, cursor = [], None
    for _ in range(3):
        page = followers_page(ada.id, cursor=cursor, limit=2)
        seen, cursor = [*seen, *page.items], page.next_cursor
    assert len({follower.id for follower in seen}) == 5
    assert [one.since for one in seen] == sorted((one.since for one in seen), reverse=True)
    assert cursor is None


def test_those_of_one_instant_are_not_lost_between_pages(ada):
    factories.followers(ada.creator, 5, at=factories.now())
    first = followers_page(ada.id, limit=3)
    second = followers_page(ada.id, cursor=first.next_cursor, limit=3)
    assert len({one.id for one in (*first.items, *second.items)}) == 5


def test_whom_ben_follows_comes_the_latest_first_page_by_page(ada, ben):
    creators = [factories.a_creator() for _ in range(5)]
    for creator in creators:
        follow(follower_id=ben.id, creator_id=creator.id)
    first = following_page(ben.id, limit=3)
    second = following_page(ben.id, cursor=first.next_cursor, limit=3)
    seen = [one.creator.handle for one in (*first.items, *second.items)]
    assert seen == [creator.handle for creator in creators[::-1]]
    assert second.next_cursor is None


def test_a_cursor_is_good_for_its_own_list_only(ada, ben):
    factories.followers(ada.creator, 2)
    cursor = followers_page(ada.id, limit=1).next_cursor
    for ask in (
        lambda: followers_page(ben.id, cursor=cursor),
        lambda: following_page(ada.id, cursor=cursor),
    ):
        with pytest.raises(DomainError, match="bad-cursor"):
            ask()
