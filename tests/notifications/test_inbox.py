"""An inbox is what one follows and what is one's own, in one order, each part in one statement."""

import re

import pytest
from sqlalchemy import text

from livedrop.drops import commands as drops
from livedrop.extensions import db
from livedrop.follows.commands import follow
from livedrop.follows.models import Follow
from livedrop.notifications import queries
from livedrop.notifications.commands import end_days, prefer, read_up_to, remind_me
from livedrop.notifications.kinds import ALL
from livedrop.notifications.queries import (
    MANY,
    inbox_page,
    news_after,
    preferences_of,
    readers_among,
    unread,
)
from livedrop.notifications.words import SAID
from tests import factories
from tests.notifications.news import told
from tests.rows import rows
from tests.shopping import confirmed
from tests.statements import plan, statements, without

pytestmark = pytest.mark.usefixtures("app")


def inbox(person, **asked):
    db.session.rollback()
    return [one.kind for one in inbox_page(person.id, **asked).items]


def number(person):
    db.session.rollback()
    return unread(person.id).number


def announce(creator, **facts):
    drop = factories.a_draft(creator, **facts)
    drops.publish(drop_id=drop.id, actor_id=creator.id)
    return drop


@pytest.fixture
def bens(ada, ben):
    """Ben follows Ada."""
    follow(follower_id=ben.id, creator_id=ada.id)
    return ben


def test_it_merges_what_ben_follows_with_what_is_his_own(ada, bens, cleo):
    drop = announce(ada.creator, title="Spring print")
    factories.change(drop, starts_at=factories.now())
    confirmed(bens, drop)
    confirmed(cleo, drop)
    drops.cancel(drop_id=drop.id, actor_id=ada.id, reason="It broke.")
    told()
    assert inbox(bens) == ["drop-cancelled", "order-confirmed", "announced"]
    assert inbox(cleo) == ["order-confirmed"]
    assert inbox_page(bens.id).items[0].words.title == "Spring print is cancelled"


def test_pages_go_on_where_the_last_one_ended(ada, bens, cleo):
    creator = factories.a_creator(cleo.user)
    follow(follower_id=bens.id, creator_id=creator.id)
    for number in range(6):
        announce([ada.creator, creator][number % 2], title=f"No. {number}")
        confirmed(bens, factories.a_live_drop(creator))
    told()
    seen, cursor = [], ""
    while cursor is not None:
        page = inbox_page(bens.id, cursor=cursor, limit=5)
        seen += [one.id for one in page.items]
        cursor = page.next_cursor
    assert len(seen) == 12
    assert seen == sorted(set(seen), reverse=True)


def test_what_was_announced_before_one_followed_is_not_seen(ada, ben):
    announce(ada.creator)
    told()
    follow(follower_id=ben.id, creator_id=ada.id)
    announce(ada.creator)
    told()
    assert (inbox(ben), number(ben)) == (["announced"], 1)


def test_without_the_look_at_since_when_one_follows_the_past_is_news(ada, ben, monkeypatch):
    announce(ada.creator)
    told()
    follow(follower_id=ben.id, creator_id=ada.id)
    careless = text(str(queries.INBOX).replace("announced.at >= follow.since", "true"))
    monkeypatch.setattr(queries, "INBOX", careless)
    assert inbox(ben) == ["announced"]


@pytest.mark.parametrize(
    ("follows", "reminded", "hidden", "seen"),
    [
        (True, False, None, True),
        (False, True, None, False),
        (True, False, "live", False),
        (True, False, "low", True),
        (True, True, None, False),
        (True, True, "reminder-now", True),
    ],
)
def test_who_is_shown_an_announcement_is_who_has_it_in_the_inbox(
    ada, ben, follows, reminded, hidden, seen
):
    """Told at once, before any reminder is written, and asked afterwards in the inbox."""
    drop = factories.a_scheduled_drop(ada.creator)
    if follows:
        follow(follower_id=ben.id, creator_id=ada.id)
    if reminded:
        remind_me(user_id=ben.id, drop_id=drop.id)
    if hidden:
        prefer(user_id=ben.id, channels={hidden: (False, True)})
    factories.change(drop, starts_at=factories.now())
    drops.announce_due()
    shown = []

    def tell(written):
        shown.extend(readers_among(one.news_id, [ben.id]) for one in written if one.creator_id)

    told(tell)
    assert shown == [{ben.id} if seen else set()]
    assert ("live" in inbox(ben)) == seen


def test_who_follows_since_it_was_announced_is_not_shown_it(ada, ben, monkeypatch):
    announce(ada.creator)
    (written,) = told()
    follow(follower_id=ben.id, creator_id=ada.id)
    assert readers_among(written.news_id, [ben.id]) == set()
    careless = text(str(queries.READERS).replace("announced.at >= follow.since", "true"))
    monkeypatch.setattr(queries, "READERS", careless)
    assert readers_among(written.news_id, [ben.id]) == {ben.id}


def test_who_is_reminded_that_a_drop_opens_is_not_told_so_twice(ada, bens):
    drop = factories.a_scheduled_drop(ada.creator)
    remind_me(user_id=bens.id, drop_id=drop.id)
    factories.change(drop, starts_at=factories.now())
    drops.announce_due()
    told()
    assert (inbox(bens), number(bens)) == (["reminder-now"], 1)
    prefer(user_id=bens.id, channels={"reminder-now": (False, False)})
    assert (inbox(bens), number(bens)) == (["live"], 1)


def test_what_ben_does_not_want_on_a_page_is_on_none(ada, bens):
    confirmed(bens, announce(ada.creator, starts_in=-1))
    told()
    prefer(user_id=bens.id, channels={"live": (False, True), "order-confirmed": (False, True)})
    assert (inbox(bens), number(bens)) == ([], 0)
    assert preferences_of(bens.id)["live"] == (False, True)
    prefer(user_id=bens.id, channels={"live": (True, True)})
    assert inbox(bens) == ["live"]


@pytest.mark.parametrize("question", ["INBOX", "UNREAD"])
def test_if_nobody_looked_at_what_he_wants_it_would_be_there(ada, bens, monkeypatch, question):
    """The control."""
    confirmed(bens, announce(ada.creator, starts_in=-1))
    told()
    prefer(user_id=bens.id, channels={"live": (False, True), "order-confirmed": (False, True)})
    careless = without(getattr(queries, question), "AND NOT page", "AND false")
    monkeypatch.setattr(queries, question, careless)
    shown = inbox(bens), number(bens)
    assert shown == {"INBOX": (["order-confirmed", "live"], 0), "UNREAD": ([], 2)}[question]


# --- read and unread ---


def test_what_was_read_stays_read_and_what_comes_is_new(ada, bens):
    announce(ada.creator)
    told()
    (first,) = inbox_page(bens.id).items
    read_up_to(user_id=bens.id, news_id=first.id + 1_000_000)
    announce(ada.creator)
    told()
    assert number(bens) == 1
    assert [one.read for one in inbox_page(bens.id).items] == [False, True]
    read_up_to(user_id=bens.id, news_id=0)
    assert number(bens) == 1


def test_without_the_cap_what_is_yet_to_come_is_read_already(ada, bens, monkeypatch):
    boundless = text(
        "INSERT INTO inboxes AS old VALUES (:user_id, :up_to)"
        " ON CONFLICT (user_id) DO UPDATE SET read_up_to = excluded.read_up_to"
    )
    monkeypatch.setattr("livedrop.notifications.steps.READ", boundless)
    read_up_to(user_id=bens.id, news_id=2**40)
    announce(ada.creator)
    told()
    assert number(bens) == 0


def test_toasts_are_what_came_after_and_is_unread(ada, bens):
    announce(ada.creator)
    told()
    newest = unread(bens.id).newest
    assert news_after(bens.id, newest, 3) == []
    for _ in range(5):
        announce(ada.creator)
    told()
    later = news_after(bens.id, newest, 3)
    assert len(later) == 3
    read_up_to(user_id=bens.id, news_id=later[0].id)
    db.session.rollback()
    assert news_after(bens.id, newest, 3) == []


# --- however many are followed ---

ANNOUNCED = text("""
    INSERT INTO announcements (id, event_id, kind, creator_id, drop_id, at)
    SELECT nextval('news_ids'), -nth - creator_id * 100, 'rescheduled', creator_id, 0,
        clock_timestamp()
    FROM generate_series(1, 4) AS nth, follows WHERE follower_id = :follower
""")
FOLLOWING = text("""
    WITH person AS (
        INSERT INTO users (email, handle, display_name, password_hash)
        SELECT 'c' || n || '@example.com', 'c' || n, 'Creator ' || n, ''
        FROM generate_series(1, 5000) AS n RETURNING id, handle, display_name
    ), creator AS (
        INSERT INTO creators (id, handle, display_name) SELECT * FROM person RETURNING id
    )
    INSERT INTO follows (follower_id, creator_id) SELECT :follower, id FROM creator
""")


@pytest.fixture
def follows_thousands(ben):
    """Ben follows 5,000 creators, each of whom said four things."""
    with db.engine.begin() as connection:
        connection.execute(FOLLOWING, {"follower": ben.id})
        connection.execute(ANNOUNCED, {"follower": ben.id})
        connection.execute(text("ANALYZE notifications, follows, preferences"))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE announcements"))
    assert len(rows(Follow)) == 5000
    return ben


ALL_OF_EACH = re.compile(r"rows=4(\.00)? loops=5000")


def test_of_five_thousand_followed_only_the_newest_is_looked_at_in_one_statement(
    follows_thousands, monkeypatch
):
    ben = follows_thousands
    with statements() as asked:
        inbox_page(ben.id)
        assert unread(ben.id).number == MANY
    assert len(asked) == 2
    read = plan(lambda: inbox_page(ben.id))
    assert "Index Only Scan using ix_announcements_of_creator" in read
    assert "loops=21)" in read, "and more only of those on the page"
    assert not ALL_OF_EACH.search(read)
    # The control: without that limit all that was ever announced is read and sorted.
    monkeypatch.setattr(queries, "INBOX", text(str(queries.INBOX).replace("LIMIT 1", "")))
    assert ALL_OF_EACH.search(plan(lambda: inbox_page(ben.id)))


# --- words ---


def test_there_are_words_for_each_kind_that_is_told():
    assert SAID.keys() == {kind.name for kind in ALL}


def test_a_day_is_summed_up_in_words(ada, ben):
    drop = factories.a_live_drop(ada.creator, starts_in=-5 * 86400)
    yesterday = factories.now() - factories.timedelta(days=1)
    factories.an_order(ben.user, drop, status="confirmed", closed_at=yesterday)
    end_days()
    told()
    (summary,) = inbox_page(ada.id).items
    assert summary.words.title == f"{yesterday.day} {yesterday:%b}: 1 order"
    assert summary.words.body == "1 unit for €45 were paid for that day."
    assert summary.words.path == "/studio"
