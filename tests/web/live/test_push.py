"""What happened reaches open sockets: relay, Redis, web process, each a process of its own."""

import re
from dataclasses import replace

import pytest

from livedrop.accounts import commands
from livedrop.drops import commands as drops
from livedrop.extensions import db
from livedrop.follows.commands import follow
from livedrop.lib.db import transaction
from livedrop.lib.redis import RedisError
from livedrop.notifications.fanout import Written
from livedrop.orders.commands import cancel
from livedrop.orders.events import OrderPlaced
from livedrop.outbox.record import record
from livedrop.outbox.relay import Happened
from livedrop.web.live import push
from livedrop.web.live.hub import Unbroken
from livedrop.web.live.push import Pusher
from livedrop.web.live.wire import ASK, NEWS, Beat
from livedrop.wiring import LIVE
from tests import factories
from tests.notifications.news import told
from tests.programs import flask, running
from tests.shopping import change
from tests.sockets import Socket, cookie_of


@pytest.fixture
def relay(config):
    with running(config, flask("relay")) as process:
        yield process


def seq(fragment):
    return int(re.search(r'data-seq="(\d+)"', fragment)[1])


def test_what_happens_to_a_drop_arrives_in_order(site, relay, ada, ben):
    drop = factories.a_live_drop(ada.creator, quantity=1)
    order = factories.an_order(ben.user, drop)
    with Socket(site, f"drop:{drop.slug}") as socket:
        cancel(order_id=order.id, user_id=ben.id)
        back = socket.hear("Live now")
        assert "1 of 1" in back.replace("<small>", "").replace("</small>", "")
        drops.cancel(drop_id=drop.id, actor_id=ada.creator.id, reason="flood")
        assert seq(socket.hear("Cancelled")) > seq(back)


def test_what_comes_back_by_the_clock_alone_is_told(site, relay, ada, ben):
    """No tick runs here, so no event says that the order is due."""
    drop = factories.a_live_drop(ada.creator, quantity=2)
    order = factories.an_order(ben.user, drop)
    factories.an_order(ben.user, drop)
    with Socket(site, f"drop:{drop.slug}") as socket:
        with transaction() as tx:
            record(tx, OrderPlaced(id=str(order.id), drop_id=drop.id, units=1))
        assert "All held" in socket.hear("<")
        change("UPDATE orders SET due_at = clock_timestamp() WHERE id = :id", id=order.id)
        assert "Live now" in socket.hear("<")


def test_its_creator_is_only_nudged(site, relay, ada, ben):
    drop = factories.a_live_drop(ada.creator, quantity=1)
    order = factories.an_order(ben.user, drop)
    with Socket(site, "creator:", cookie=cookie_of(ada)) as socket:
        cancel(order_id=order.id, user_id=ben.id)
        assert socket.hear("ask") == ASK


def written(**whom):
    return Written(kind="live", news_id=1, drop_id=None, **whom)


def test_news_are_shown_to_those_who_follow_and_nobody_else(app, site, tell, ada, ben, cleo):
    follow(follower_id=ben.id, creator_id=ada.creator.id)
    draft = factories.a_draft(ada.creator, title="Spring <print>")
    with Socket(site, cookie=cookie_of(ben)) as his, Socket(site, cookie=cookie_of(cleo)) as hers:
        drops.publish(drop_id=draft.id, actor_id=ada.id)
        told(push.news)
        assert "Ada announced Spring &lt;print&gt;" in his.hear('<div id="toast-')
        tell(f"person:{cleo.id}", "last")
        assert hers.hear() == "last"


def test_news_of_ones_own_reach_that_one(app, site, tell, ben, cleo):
    with Socket(site, cookie=cookie_of(ben)) as his, Socket(site, cookie=cookie_of(cleo)) as hers:
        push.news([written(user_ids=(ben.id,))])
        assert his.hear(NEWS) == NEWS
        tell(f"person:{cleo.id}", "last")
        assert hers.hear() == "last"


def test_news_are_written_though_redis_is_gone(app, monkeypatch):
    config = replace(app.extensions["livedrop"], redis_url="redis://127.0.0.1:1")
    monkeypatch.setitem(app.extensions, "livedrop", config)
    push.news([written(user_ids=(1,))])


def test_f52_signing_out_ends_sockets_by_itself(site, relay, ben):
    page = ben.another_page()
    cookie = page.client.get_cookie("__Host-session", "livedrop.test")
    with Socket(site, cookie=f"{cookie.key}={cookie.value}") as socket:
        assert socket.hear()  # a beat: the relay is there
        commands.suspend(user_id=ben.id, reason="bots")
        assert socket.closed() == 1008


def test_a_beat_says_since_when_nothing_was_missed(site, relay):
    with Socket(site) as socket:
        first, second = ([int(word) for word in socket.hear().split(" ")] for _ in range(2))
    assert first[0] < second[0]
    assert first[1] == second[1] <= first[0]


def test_a_new_relay_or_a_new_subscription_is_a_new_beginning():
    unbroken = Unbroken()
    assert [unbroken.hear(Beat("one", at)) for at in (10, 12)] == [10, 10]
    assert [unbroken.hear(Beat("two", 13)), unbroken.hear(Beat("one", 14))] == [13, 13]
    unbroken.begin()
    assert unbroken.hear(Beat("one", 16)) == 16


def test_without_redis_the_news_waits(app, ada):
    drop = factories.a_live_drop(ada.creator)
    pusher = Pusher("redis://127.0.0.1:1", LIVE)
    pusher.note([Happened("DropOpened", f"drop:{drop.id}", {})] * 3)
    for _ in range(2):
        with pytest.raises(RedisError):
            pusher.push()
    assert list(pusher._news) == [f"drop:{drop.id}"]
    db.session.remove()


def test_events_that_change_nothing_to_see_are_not_pushed(app):
    pusher = Pusher("redis://127.0.0.1:1", LIVE)
    pusher.note([Happened("DeliverySet", "order:1", {"drop_id": 1})])
    assert not pusher._news
