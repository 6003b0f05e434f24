"""Who gets a mail of what is announced: one row each, planned once whoever plans how often."""

import pytest
from sqlalchemy import text

from livedrop.deliveries import plan
from livedrop.deliveries.commands import plan_next
from livedrop.deliveries.models import Delivery
from livedrop.extensions import db
from livedrop.follows.commands import follow
from livedrop.notifications.commands import prefer
from tests import factories
from tests.deliveries.post import announce, confirm, follow_confirmed
from tests.parallel import together
from tests.rows import rows


def planned(*, lane="announcements"):
    while plan_next(lane=lane):
        pass
    return [delivery.user_id for delivery in rows(Delivery)]


def test_who_follows_gets_a_mail_and_nobody_else(ben, cleo, drop):
    announce(drop)
    assert planned() == [ben.id]
    assert planned() == [ben.id]


LEFT_OUT = {
    "unconfirmed": lambda ben: factories.change(ben.user, confirmed_at=None),
    "bounced": lambda ben: factories.change(ben.user, bounced_at=factories.now()),
    "suspended": lambda ben: factories.change(ben.user, suspended_at=factories.now()),
    "unwilling": lambda ben: prefer(user_id=ben.id, channels={"announced": (True, False)}),
}


@pytest.mark.parametrize("why", LEFT_OUT)
def test_it_leaves_out_who_is(why, ben, cleo, ada, drop):
    follow(follower_id=cleo.id, creator_id=ada.id)
    LEFT_OUT[why](ben)
    announce(drop)
    assert planned() == [cleo.id]


def test_it_leaves_out_who_followed_later(cleo, ben, ada, drop):
    announce(drop)
    follow(follower_id=cleo.id, creator_id=ada.id)
    assert planned() == [ben.id]


def test_what_is_a_day_old_is_no_news(ben, drop):
    announce(drop)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE announcements SET at = at - interval '25 hours'"))
        connection.execute(text("UPDATE follows SET since = since - interval '26 hours'"))
    assert planned() == []


def test_each_shard_is_planned_once_however_many_plan_at_once(app, ada, ben, drop, monkeypatch):
    monkeypatch.setattr(plan, "SHARD", 7)
    follow_confirmed(ada, 40)
    announce(drop)
    together(app, [planned] * 3)
    assert len(planned()) == 41


def test_a_plan_that_forgot_how_far_it_came_still_plans_nobody_twice(ben, drop):
    """And so may be run twice: the control is what the same rows would be without their key."""
    announce(drop)
    assert planned() == [ben.id]
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM deliveries_planned"))
    assert planned() == [ben.id]
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM deliveries_planned"))
        connection.execute(text("ALTER TABLE deliveries DROP CONSTRAINT pk_deliveries"))
    try:
        assert planned() == [ben.id, ben.id]
    finally:
        with db.engine.begin() as connection:
            connection.execute(text("DELETE FROM deliveries"))
            connection.execute(
                text(
                    "ALTER TABLE deliveries"
                    " ADD CONSTRAINT pk_deliveries PRIMARY KEY (event_id, user_id)"
                )
            )


def test_what_is_told_to_one_person_goes_to_them_alone(ben, cleo, drop):
    confirm(factories.an_order(ben.user, drop, status="confirmed"))
    assert planned() == []
    assert planned(lane="personal") == [ben.id]
