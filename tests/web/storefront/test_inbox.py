"""One's news: a page of them, the number on every page, and what has just come."""

import pytest

from livedrop.accounts.commands import suspend
from livedrop.drops import commands as drops
from livedrop.follows.commands import follow
from livedrop.notifications.models import Inbox
from livedrop.web.storefront.grids import PER_PAGE
from tests import factories
from tests.notifications.news import told
from tests.page import words
from tests.rows import rows
from tests.shopping import confirmed

BELL = "#inbox-bell"


def announce(ada, count=1):
    for number in range(count):
        drop = factories.a_draft(ada.creator, title=f"Print {number}")
        drops.publish(drop_id=drop.id, actor_id=ada.id)
    told()


@pytest.fixture
def bens(ada, ben):
    """Ben's browser; he follows Ada."""
    follow(follower_id=ben.id, creator_id=ada.id)
    return ben.page


def test_an_empty_inbox_says_how_to_fill_it(ben):
    seen = ben.page.get("/inbox")
    assert seen.has(".empty a[href=/creators]")
    assert not seen.has("#inbox-read")


def test_it_shows_what_was_announced_and_what_was_ordered(ada, bens, ben):
    announce(ada)
    order = confirmed(ben, factories.a_live_drop(ada.creator, title="Bowl"))
    told()
    seen = bens.get("/inbox")
    assert seen.texts(".news-words a") == ["New: Bowl is yours", "New: Ada announced Print 0"]
    assert seen.all(".news-words a")[0].get("href") == f"/orders/{order.id}"


def test_reading_all_is_one_press_and_leaves_what_came_since(ada, bens):
    announce(ada, 2)
    seen = bens.get("/inbox")
    announce(ada)
    after = seen.submit("#inbox-read")
    assert len(after.all(".news-unread")) == 1
    assert words(after.one("#inbox-read p")) == "1 unread"
    assert not after.submit("#inbox-read").has("#inbox-read")


def test_it_goes_on_by_cursor_as_other_lists_do(ada, bens):
    announce(ada, PER_PAGE + 3)
    first = bens.get("/inbox")
    more = bens.get(first.one(".more a").get("href"))
    assert (len(first.all(".news")), len(more.all(".news"))) == (PER_PAGE, 3)
    assert bens.get("/inbox?cursor=forged", 400)


def test_nobody_reads_the_news_of_somebody_else(page, ada, bens, cleo):
    announce(ada)
    cursor = "x"
    assert page.get("/inbox").h1 == "Sign in"
    assert not cleo.page.get("/inbox").has(".news")
    cleo.page.get(f"/inbox?cursor={cursor}", 400)


def test_a_suspended_person_still_reads(ada, bens, ben):
    announce(ada)
    suspend(user_id=ben.id, reason="Spam.")
    assert bens.get("/inbox").has(".news")


# --- on every page ---


def test_the_number_of_unread_news_stands_beside_the_bell(ada, bens, page):
    assert bens.fragment("/account-menu").has(".bell-number[hidden]")
    announce(ada, 2)
    seen = bens.fragment("/account-menu")
    assert words(seen.one(".bell-number")) == "2 unread"
    assert words(bens.get("/account").one(".links .bell-number")) == "2 unread"
    assert not page.fragment("/account-menu").has(BELL)


def test_nobody_counts_beyond_ninety_nine(ada, bens, monkeypatch):
    monkeypatch.setattr("livedrop.notifications.queries.MANY", 2)
    monkeypatch.setattr("livedrop.web.storefront.inbox.MANY", 2)
    announce(ada, 3)
    assert words(bens.fragment("/account-menu").one(".bell-number")) == "99+ unread"


def test_times_in_it_are_told_by_the_readers_own_clocks(ada, bens):
    announce(ada)
    assert bens.get("/inbox").has(".news-words time[data-local=instant]")


def asks(seen):
    return seen.one(BELL).get("hx-get")


def test_an_open_page_is_shown_what_came_and_asks_from_there_on(ada, bens):
    before = bens.fragment("/account-menu")
    announce(ada, 2)
    seen = bens.fragment(asks(before))
    assert seen.texts(".note-news a") == ["Ada announced Print 0", "Ada announced Print 1"]
    assert words(seen.one(".bell-number")) == "2 unread"
    assert bens.fragment(asks(seen), 204).html == ""


def test_it_is_quiet_as_long_as_nothing_is_new(bens, page):
    assert bens.fragment(asks(bens.fragment("/account-menu")), 204).html == ""
    assert page.fragment("/inbox/toasts?after=0", 204).html == ""


def test_what_was_read_elsewhere_goes_from_the_bell_of_an_open_page(ada, bens):
    announce(ada)
    open_page = bens.fragment("/account-menu")
    bens.get("/inbox").submit("#inbox-read")
    seen = bens.fragment(asks(open_page))
    assert seen.has(".bell-number[hidden]")
    assert not seen.has(".note-news")


def test_a_crowd_of_news_is_three_toasts(ada, bens):
    before = bens.fragment("/account-menu")
    announce(ada, 5)
    assert len(bens.fragment(asks(before)).all(".note-news")) == 3


def test_nobody_reads_for_somebody_else(ada, bens, ben, cleo):
    announce(ada)
    cleo.page.post("/inbox/read", 403, up_to=10**9)
    token = cleo.page.get("/account").value("csrf_token")
    cleo.page.post("/inbox/read", up_to="many", csrf_token=token)
    cleo.page.post("/inbox/read", up_to=10**9, csrf_token=token)
    assert rows(Inbox, user_id=ben.id) == []
    assert bens.get("/inbox").has(".news-unread")
