"""News are written once, for those whom they concern, and for nobody else."""

import pytest
from sqlalchemy import text

from livedrop.drops import commands as drops
from livedrop.extensions import db
from livedrop.follows.commands import follow
from livedrop.notifications import commands, fanout, steps
from livedrop.notifications.commands import remind_me, write
from livedrop.notifications.models import Announcement, Notification, Reminding
from livedrop.orders import commands as orders
from tests import factories
from tests.notifications.news import kinds_told, only, told
from tests.parallel import together
from tests.rows import recorded, row, rows
from tests.shopping import (
    call_back,
    cancel_drop,
    confirmed,
    join,
    leave,
    let_pass,
    offers_to,
    pay,
    placed,
)

pytestmark = pytest.mark.usefixtures("app")


def published(ada, **facts):
    drop = factories.a_draft(ada.creator, **facts)
    drops.publish(drop_id=drop.id, actor_id=ada.id)
    return drop


# --- to followers ---


def test_an_announcement_is_one_row_however_many_follow(ada):
    factories.followers(ada.creator, 50)
    drop = published(ada)
    written = only(told())
    assert (written.kind, written.creator_id, written.drop_id) == ("announced", ada.id, drop.id)
    assert row(Announcement).id == written.news_id
    assert rows(Notification) == []


def test_the_life_of_a_drop_is_told_as_it_happens(ada):
    drop = published(ada)
    drops.reschedule(
        drop_id=drop.id,
        actor_id=ada.id,
        starts_at=factories.now().replace(microsecond=0) + factories.timedelta(days=1),
        ends_at=drop.ends_at + factories.timedelta(days=2),
    )
    cancel_drop(drop)
    told()
    assert [one.kind for one in rows(Announcement)] == [
        "announced",
        "rescheduled",
        "drop-cancelled",
    ]
    assert rows(Announcement)[2].facts == {"reason": "It broke."}


def test_a_drop_that_opens_as_it_is_published_is_told_as_open_and_once(ada):
    published(ada, starts_in=-1)
    drops.announce_due()
    assert kinds_told() == ["live"]


def test_that_a_draft_is_no_more_is_nobodys_news(ada):
    cancel_drop(factories.a_draft(ada.creator))
    assert told() == []


def test_what_happens_is_told_once_however_often_it_is_handed_over(ada, ben):
    remind_me(user_id=ben.id, drop_id=published(ada).id)
    factories.a_live_drop(ada.creator)
    drops.announce_due()
    assert kinds_told() == ["announced", "live"]
    assert told() == []


def test_done_is_said_with_the_last_row(ada, ben):
    published(ada)
    told()
    assert recorded("DropPublished")[0].awaiting == ["audit"]


# --- to one person ---


def test_each_step_of_an_order_is_told_to_whose_it_is(app, ada, ben, cleo):
    drop = factories.a_live_drop(ada.creator, limit_per_customer=3)
    bought = confirmed(ben, drop)
    call_back(pay(placed(cleo, drop), "decline"), "decline")
    forgotten = placed(ben, drop)
    let_pass(1000, forgotten)
    orders.lapse_due()
    orders.refund(order_id=bought.id, reason="A scratch.")
    told()
    assert [(one.kind, one.user_id) for one in rows(Notification)] == [
        ("order-confirmed", ben.id),
        ("first-sale", ada.id),
        ("payment-declined", cleo.id),
        ("order-lapsed", ben.id),
        ("order-refunded", ben.id),
    ]
    refunded = rows(Notification)[-1]
    assert (refunded.order_id, refunded.drop_id) == (bought.id, drop.id)
    assert (refunded.facts["amount"], refunded.facts["currency"]) == (4500, "EUR")


def test_who_cancels_their_order_is_not_told_that_they_did(ada, ben, cleo):
    drop = factories.a_live_drop(ada.creator)
    order = placed(ben, drop)
    orders.cancel(order_id=order.id, user_id=ben.id)
    assert told() == []
    placed(cleo, drop)
    cancel_drop(drop)
    orders.clean_up_cancelled_drop(drop_id=drop.id)
    assert kinds_told() == ["drop-cancelled", "order-cancelled"]
    assert row(Notification).user_id == cleo.id


def test_a_drop_that_sells_out_is_news_to_followers_and_to_its_creator(ada, ben):
    confirmed(ben, factories.a_live_drop(ada.creator, quantity=1))
    written = told()
    assert {one.kind: one.user_ids for one in written} == {
        "order-confirmed": (ben.id,),
        "first-sale": (ada.id,),
        "sold-out": (),
        "sold-out-yours": (ada.id,),
    }
    assert {one.creator_id for one in written if not one.user_ids} == {ada.id}


def test_in_a_line_one_is_told_of_ones_turn_and_of_the_end_of_waiting(app, ada, ben, cleo, dora):
    drop = factories.a_live_drop(ada.creator, quantity=1)
    held = placed(dora, drop)
    join(ben, drop)
    join(cleo, drop)
    orders.cancel(order_id=held.id, user_id=dora.id)
    cancel_drop(drop)
    orders.clean_up_cancelled_drop(drop_id=drop.id)
    told()
    (offered,) = offers_to(ben)
    assert [
        (one.kind, one.user_id, one.order_id, one.drop_id)
        for one in rows(Notification)
        if one.kind in {"offer", "line-dissolved"}
    ] == [("offer", ben.id, offered.id, drop.id), ("line-dissolved", cleo.id, None, drop.id)]


def test_who_leaves_a_line_is_not_told_and_who_has_all_one_may_have_is(app, ben, cleo, dora):
    drop = factories.a_live_drop(quantity=[1, 1])
    held = placed(dora, drop)
    join(ben, drop)
    join(cleo, drop)
    leave(cleo, drop)
    bought = placed(ben, drop, [0, 1])
    orders.cancel(order_id=held.id, user_id=dora.id)
    (lost,) = [one for one in told() if one.kind == "line-dissolved"]
    assert lost.user_ids == (bought.user_id,)


# --- to those who wanted to be reminded ---


def test_people_are_reminded_before_a_drop_opens_and_when_it_does(ada, ben, cleo):
    drop = factories.a_scheduled_drop(ada.creator, starts_in=200)
    remind_me(user_id=ben.id, drop_id=drop.id)
    drops.announce_due()
    soon = only(told())
    assert (soon.kind, soon.user_ids, soon.creator_id) == ("reminder-soon", (ben.id,), None)
    factories.change(drop, starts_at=factories.now())
    drops.announce_due()
    assert kinds_told() == ["live", "reminder-now"]
    assert {one.user_id for one in rows(Notification)} == {ben.id}


def test_a_drop_that_moves_reminds_anew(ada, ben):
    drop = factories.a_scheduled_drop(ada.creator, starts_in=200)
    remind_me(user_id=ben.id, drop_id=drop.id)
    assert [drops.announce_due(), drops.announce_due()] == [1, 0]
    factories.change(drop, starts_at=drop.starts_at + factories.timedelta(seconds=50))
    assert drops.announce_due() == 1
    told()
    assert [one.kind for one in rows(Notification)] == ["reminder-soon"] * 2


def test_who_waits_for_a_drop_hears_that_it_is_cancelled_and_so_once(ada, ben, cleo):
    follow(follower_id=ben.id, creator_id=ada.id)
    drop = published(ada)
    for person in (ben, cleo):
        remind_me(user_id=person.id, drop_id=drop.id)
    cancel_drop(drop)
    assert kinds_told() == ["announced", "drop-cancelled", "drop-cancelled"]
    assert row(Notification).user_id == cleo.id


def test_who_asks_for_a_reminder_too_late_is_not_told_of_the_past(ada, ben):
    drop = factories.a_scheduled_drop(ada.creator, starts_in=200)
    drops.announce_due()
    remind_me(user_id=ben.id, drop_id=drop.id)
    assert told() == []


def test_a_crowd_is_reminded_in_chunks_each_told_when_it_is_written(ada, monkeypatch):
    monkeypatch.setattr("livedrop.notifications.steps.CHUNK", 4)
    drop = factories.a_scheduled_drop(ada.creator, starts_in=200)
    crowd = [factories.a_user().id for _ in range(10)]
    for person in crowd:
        remind_me(user_id=person, drop_id=drop.id)
    drops.announce_due()
    (event,) = recorded("DropSoon")
    heard = []
    write(event_ids=[event.id], tell=lambda some: heard.append([len(one.user_ids) for one in some]))
    assert heard == [[], [4], [4], [2]]
    assert [one.user_id for one in rows(Notification)] == crowd


@pytest.fixture
def crowd(ada, monkeypatch):
    """Ten people, four of whom are reminded at a time; the drop is about to open."""
    monkeypatch.setattr("livedrop.notifications.steps.CHUNK", 4)
    drop = factories.a_scheduled_drop(ada.creator, starts_in=200)
    crowd = [factories.a_user().id for _ in range(10)]
    for person in crowd:
        remind_me(user_id=person, drop_id=drop.id)
    drops.announce_due()
    return crowd


def in_turns():
    """How many are told each time the event is handed over, until it is no more."""
    times = []
    while not times or "news" in only(recorded("DropSoon")).awaiting:
        times.append(sum(len(one.user_ids) for one in told()))
        assert only(recorded("DropSoon")).leased_until <= factories.now(), "it is free at once"
    return times


def test_a_crowd_is_reminded_in_turns_between_which_others_are_told(crowd, monkeypatch):
    """F28"""
    monkeypatch.setattr(commands, "TURN", 0)
    assert in_turns() == [4, 4, 2]
    assert only(recorded("DropSoon")).handovers == 1
    assert [one.user_id for one in rows(Notification)] == crowd
    assert rows(Reminding) == []


def test_without_turns_an_orders_news_would_wait_for_the_whole_crowd(crowd, monkeypatch):
    """The control."""
    monkeypatch.setattr(commands, "TURN", 60)
    assert in_turns() == [10]


# --- together ---


def test_two_workers_with_the_same_events_write_each_once(app, ada, ben):
    order = confirmed(ben, factories.a_live_drop(ada.creator))
    published(ada)
    ids = [event.id for event in recorded()]
    answers = together(app, [lambda: write(event_ids=ids, tell=len)] * 4)
    kinds = sorted(one.kind for some in answers for one in some)
    assert kinds == ["announced", "first-sale", "order-confirmed"]
    assert row(Notification, kind="order-confirmed").order_id == order.id


def test_without_what_keeps_news_unique_they_are_told_again(unguarded, monkeypatch):
    ben = factories.a_user("ben")
    confirmed(ben, factories.a_live_drop())
    ids = [event.id for event in recorded("OrderConfirmed")]
    write(event_ids=ids, tell=len)
    write(event_ids=ids, tell=len)
    assert [one.kind for one in rows(Notification)] == ["order-confirmed"] * 2


def test_without_what_keeps_an_opening_unique_it_is_told_twice(unguarded):
    drop = factories.a_draft(starts_in=-1)
    drops.publish(drop_id=drop.id, actor_id=drop.creator_id)
    drops.announce_due()
    assert kinds_told() == ["live", "live"]


def test_without_the_look_at_since_when_one_is_told_of_what_was_before(ada, ben, monkeypatch):
    careless = text(str(steps.REMIND).replace("reminders.since <= :at", "true"))
    monkeypatch.setattr(steps, "REMIND", careless)
    drop = factories.a_scheduled_drop(ada.creator, starts_in=200)
    drops.announce_due()
    remind_me(user_id=ben.id, drop_id=drop.id)
    assert kinds_told() == ["reminder-soon"]


def test_without_the_look_at_who_pressed_one_is_told_of_ones_own_cancellation(ben, monkeypatch):
    monkeypatch.setattr(fanout, "_kinds_of", lambda event: fanout.OF_EVENTS.get(event.kind, ()))
    order = placed(ben, factories.a_live_drop())
    orders.cancel(order_id=order.id, user_id=ben.id)
    assert kinds_told() == ["order-cancelled"]


@pytest.fixture
def unguarded(make_app, postgres, migrated):
    """A house whose database lets somebody be told the same twice; its context is open."""
    with postgres.database(template=migrated) as name:
        app = make_app(database_url=postgres.url(name))
        with app.app_context():
            with db.engine.begin() as connection:
                connection.execute(text("DROP INDEX uq_notifications_once, uq_announcements_once"))
            yield app
            db.session.remove()


def test_a_follow_is_no_news(ada, ben):
    follow(follower_id=ben.id, creator_id=ada.id)
    assert told() == []
