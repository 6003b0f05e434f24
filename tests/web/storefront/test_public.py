"""Public pages are everybody's: one rendering for all, nothing of anybody in it."""

import re

import pytest
from flask import session
from sqlalchemy.exc import TimeoutError as PoolTimeout

from livedrop.extensions import db
from livedrop.lib import pagecache
from tests import factories
from tests.cast import Person
from tests.page import HTMX, Page
from tests.parallel import together
from tests.statements import statements

PUBLIC = {
    "home.show",
    "drops.index",
    "drops.show",
    "drops.state",
    "offline.show",
    "products.index",
    "products.show",
    "creators.index",
    "creators.show",
    "handbook.show",
    "handbook.chapter",
}


def endpoints(app):
    return {name for name, view in app.view_functions.items() if hasattr(view, "public")}


@pytest.fixture
def addresses(app, ada):
    """Every public address, from the URL map, with things to be found there."""
    slug = factories.a_live_drop(ada.creator).slug
    values = {"slug": slug, "handle": "ada", "part": "tokens"}
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint in endpoints(app)]
    return [re.sub(r"<(\w+)>", lambda name: values[name[1]], rule.rule) for rule in rules]


def test_these_are_public_and_no_others(app):
    assert endpoints(app) == PUBLIC


def but_for_when(html):
    """What does not depend on when the numbers in it were read."""
    return re.sub(rb'data-seq="\d+"', b"", html)


def test_ben_gets_byte_for_byte_what_a_visitor_gets(ben, page, addresses):
    for address in addresses:
        for headers in ({}, HTMX):
            bens, anybodys = (who.client.get(address, headers=headers) for who in (ben.page, page))
            assert bens.status_code == 200
            assert but_for_when(bens.data) == but_for_when(anybodys.data)
            assert not {"Set-Cookie"} & {*bens.headers.keys(), *anybodys.headers.keys()}


@pytest.fixture
def careless(make_app):
    """The application with a start page as careless as a page can be."""

    def who_asks():
        return f"You are {session.get('_user_id', 'nobody')}."

    app = make_app(page_seconds=60.0)
    who_asks.public = frozenset()
    app.view_functions["home.show"] = who_asks
    return app


def test_a_page_that_names_its_reader_names_nobody(careless, ben):
    for page in (Person(careless, ben.user).page, Page(careless)):
        assert page.client.get("/").data == b"You are nobody."


def test_without_the_stripping_it_would_name_ben_to_everybody(careless, ben, monkeypatch):
    monkeypatch.setattr(pagecache, "anonymous", lambda environ, key: environ)
    Person(careless, ben.user).page.client.get("/")
    assert str(ben.id).encode() in Page(careless).client.get("/").data


def test_they_say_so_and_keep_the_headers_of_every_page(page, addresses):
    for address in addresses:
        headers = page.client.get(address).headers
        assert headers["Cache-Control"].startswith("public")
        assert headers["Vary"] == "HX-Request, HX-Request-Type, Accept-Encoding"
        assert headers["ETag"].startswith('"')
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "Strict-Transport-Security" in headers


def test_an_unchanged_page_is_not_sent_twice(page, ada):
    etag = page.get("/creators").headers["ETag"]
    answer = page.client.get("/creators", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.data) == (304, b"")


def test_a_page_lives_no_longer_than_what_it_says(make_app, ada):
    page = Page(make_app(page_seconds=3600.0))
    drop = factories.a_scheduled_drop(ada.creator, starts_in=3)
    paths = (f"/drops/{drop.slug}", f"/drops/{drop.slug}/state")
    assert all(page.fragment(path).has("[data-state=scheduled]") for path in paths)
    while factories.now() < drop.starts_at:
        pass
    assert all(page.fragment(path).has("[data-state=live]") for path in paths)


def test_fifty_at_once_read_the_database_for_two_at_most(make_app, ada):
    """F35"""
    app, slug = make_app(page_seconds=60.0), factories.a_live_drop(ada.creator).slug
    with app.app_context(), statements() as sent:
        pages = together(app, [lambda: Page(app).client.get(f"/drops/{slug}").data] * 50)
    assert len(set(pages)) == 1
    assert sum("FROM drop_changes" in statement for statement in sent) <= 2


def test_under_another_name_nothing_is_answered_from_memory(page):
    page.get("/")
    assert page.client.get("/", headers={"Host": "evil.test"}).status_code == 400


def test_without_the_database_the_last_good_page_says_that_it_is_old_and_sells_nothing(
    make_app, ada, monkeypatch
):
    page, drop = Page(make_app()), factories.a_live_drop(ada.creator)
    fresh = page.get(f"/drops/{drop.slug}")
    monkeypatch.setattr(db.session, "execute", away)
    old = page.get(f"/drops/{drop.slug}")
    assert old.headers["Warning"] == '110 - "Response is Stale"'
    assert [seen.one("p.stale").get("hidden") for seen in (fresh, old)] == ["", None]
    assert [seen.one("#drop-order-panel p").get("hidden") for seen in (fresh, old)] == [None, ""]


def test_what_nobody_saw_before_the_database_went_is_not_made_up(make_app, monkeypatch):
    page = Page(make_app())
    monkeypatch.setattr(db.session, "execute", away)
    assert page.get("/drops", 503).headers["Retry-After"] == "1"


def away(*_, **__):
    raise PoolTimeout
