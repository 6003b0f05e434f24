"""Numbers on pages come through a cache that may vanish, and are never its own."""

import pytest
from redis import Redis

from livedrop.drops.commands import cancel
from livedrop.lib.clock import clock
from livedrop.web.storefront import numbers
from tests import factories
from tests.page import Page
from tests.statements import statements


@pytest.fixture
def slow(app, make_app):
    """The application with pages, and numbers, that live for a minute."""
    app = make_app(page_seconds=60.0)
    with app.app_context():
        yield app


@pytest.fixture
def redis(redis_url):
    with Redis.from_url(redis_url) as redis:
        yield redis


def test_stock_is_asked_once_for_everybody(slow, ada):
    drop = factories.a_live_drop(ada.creator, quantity=[3, 4])
    clock.measure()
    with statements() as sent:
        shown = [numbers.stock_of(drop.id) for _ in range(3)]
    assert len(sent) == 1
    assert [sku.available for sku in shown[0]] == [3, 4]
    assert shown[0] == shown[2]


def test_another_process_reads_what_one_has_built(slow, make_app, ada):
    drop = factories.a_live_drop(ada.creator)
    built = numbers.stock_of(drop.id)
    with make_app(page_seconds=60.0).app_context(), statements() as sent:
        assert numbers.stock_of(drop.id) == built
    assert sent == []


def test_when_the_cache_vanishes_the_numbers_are_built_again(slow, make_app, redis, ada, ben):
    drop = factories.a_live_drop(ada.creator, quantity=3)
    numbers.stock_of(drop.id)
    factories.an_order(ben.user, drop, 2)
    redis.flushdb()
    with make_app(page_seconds=60.0).app_context():
        assert [sku.available for sku in numbers.stock_of(drop.id)] == [1]


def test_without_the_cache_pages_go_on(make_app, ada):
    page = Page(make_app(redis_url="redis://127.0.0.1:1/0"))
    drop = factories.a_live_drop(ada.creator, quantity=3)
    assert page.get(f"/drops/{drop.slug}").texts("#stock td")[2] == "3 of 3"
    assert page.get("/").texts("#hero-title") == [drop.title]


def test_the_rank_is_remembered_what_a_card_says_is_not(slow, ada, ben):
    drop = factories.a_live_drop(ada.creator)
    factories.an_order(ben.user, drop, 1)
    assert [card.state for card in numbers.popular_drops(5)] == ["live"]
    cancel(drop_id=drop.id, actor_id=ada.id, reason="It broke.")
    assert [card.state for card in numbers.popular_drops(5)] == ["cancelled"]
