"""That a drop opened or ended is told once per drop and start, however often tick asks."""

from datetime import timedelta

from livedrop.drops import commands
from livedrop.drops.models import DropMark
from tests import factories
from tests.parallel import together
from tests.rows import kinds, recorded, rows


def test_a_drop_that_opened_is_announced_once(app, ada):
    drop = factories.a_live_drop(ada.creator)
    assert [commands.announce_due(), commands.announce_due()] == [1, 0]
    (event,) = recorded("DropOpened")
    assert event.actor_id is None
    assert event.subject == f"drop:{drop.id}"
    assert event.payload == {"creator_id": ada.id, "starts_at": drop.starts_at.isoformat()}


def test_a_drop_that_ended_unseen_is_announced_in_order(app):
    factories.an_ended_drop()
    assert commands.announce_due() == 2
    assert kinds() == ["DropOpened", "DropEnded"]


def test_what_is_to_come_or_private_or_cancelled_is_no_news(app):
    factories.a_scheduled_drop()
    factories.a_draft(starts_in=-60)
    factories.a_cancelled_drop()
    assert commands.announce_due() == 0


def test_what_is_a_week_late_is_no_news(app):
    week = timedelta(days=8).total_seconds()
    factories.an_ended_drop(starts_in=-week - 60, ends_in=-week)
    assert commands.announce_due() == 0


def test_many_are_told_in_batches(app):
    for _ in range(3):
        factories.a_live_drop()
    assert [commands.announce_due(most=2) for _ in range(3)] == [2, 1, 0]


def test_two_ticks_at_the_same_moment_tell_it_once(app):
    for _ in range(5):
        factories.a_live_drop()
    assert sum(together(app, [commands.announce_due] * 4)) == 5
    assert kinds() == ["DropOpened"] * 5
    assert len(rows(DropMark)) == 5
