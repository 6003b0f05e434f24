"""The relay hands over every event at least once, and an old lease has no say."""

import pytest
from sqlalchemy import update

from livedrop.lib.db import transaction
from livedrop.outbox import relay as relaying
from livedrop.outbox.acknowledge import acknowledge
from livedrop.outbox.models import OutboxEvent
from livedrop.outbox.record import record
from livedrop.outbox.relay import lease, mark, relay
from tests.outbox.conftest import GREET, HEARERS, BellRung, DoorOpened, happen
from tests.parallel import together
from tests.rows import recorded, row

pytestmark = pytest.mark.usefixtures("app")


def hand_over(ears, seconds=10.0):
    return relay(HEARERS, ears.enqueue, seconds)


def test_every_event_reaches_those_who_hear_everything_and_those_who_hear_its_kind(ears):
    happen(BellRung(id=1), DoorOpened(id=2))
    bell, door = (event.id for event in recorded())
    assert hand_over(ears) == 2
    assert ears.heard == {"watch": [[bell, door]], "greet": [[door]]}


def test_a_leased_event_is_not_handed_over_again(ears):
    happen(BellRung(id=1))
    assert [hand_over(ears), hand_over(ears)] == [1, 0]


def test_an_event_nobody_acknowledged_is_handed_over_when_its_lease_has_ended(ears):
    happen(BellRung(id=1))
    assert [hand_over(ears, seconds=0), hand_over(ears, seconds=0)] == [1, 1]
    assert row(OutboxEvent).handovers == 2


def test_only_the_jobs_that_are_still_awaited_are_asked_again(ears):
    happen(DoorOpened(id=1))
    hand_over(ears, seconds=0)
    with transaction() as tx:
        acknowledge(tx, [row(OutboxEvent).id], "watch")
    ears.heard.clear()
    hand_over(ears, seconds=0)
    assert list(ears.heard) == ["greet"]


def test_an_event_everybody_acknowledged_is_done(ears):
    happen(BellRung(id=1))
    hand_over(ears, seconds=0)
    with transaction() as tx:
        acknowledge(tx, [row(OutboxEvent).id], "watch")
    assert row(OutboxEvent).awaiting == []
    assert hand_over(ears, seconds=0) == 0


def test_acknowledging_twice_or_what_was_never_awaited_changes_nothing(ears):
    happen(DoorOpened(id=1), BellRung(id=2))
    hand_over(ears)
    ids = [event.id for event in recorded()]
    for _ in range(2):
        with transaction() as tx:
            acknowledge(tx, ids, GREET.name)
    assert [event.awaiting for event in recorded()] == [["watch"], ["watch"]]


def test_each_hand_over_after_the_second_waits_twice_as_long_for_the_next(ears):
    happen(BellRung(id=1))
    waits = []
    for _ in range(4):
        hand_over(ears, seconds=100)
        event = row(OutboxEvent)
        waits.append(round((event.leased_until - event.at).total_seconds(), -2))
        free(event.id)
    assert waits == [100, 100, 200, 300]  # not 400: five minutes are the longest


def free(event_id):
    with transaction() as tx:
        tx.execute(update(OutboxEvent).filter_by(id=event_id).values(leased_until=OutboxEvent.at))


def test_a_failed_enqueue_leaves_the_event_for_the_next_try(ears):
    def refuse(job, chunks):
        raise ConnectionError

    happen(BellRung(id=1))
    with pytest.raises(ConnectionError):
        relay(HEARERS, refuse, 0)
    assert hand_over(ears) == 1


def test_an_event_that_is_not_committed_is_not_handed_over(ears):
    def break_off():
        with transaction() as tx:
            record(tx, BellRung(id=1))
            tx.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert hand_over(ears) == 0


def test_a_relay_that_slept_past_its_lease_marks_nothing(ears):
    happen(BellRung(id=1))
    slept = leased(seconds=0)
    leased(seconds=10)
    assert marked(slept) == 0
    assert row(OutboxEvent).handovers == 0


def test_without_the_lease_token_a_relay_that_slept_would_mark_what_is_not_its_own(
    ears, monkeypatch
):
    """The negative control of the test above."""
    unchecked = str(relaying.MARK).replace(
        "AND lease = :lease", "AND CAST(:lease AS uuid) IS NOT NULL"
    )
    monkeypatch.setattr(relaying, "MARK", relaying.text(unchecked))
    happen(BellRung(id=1))
    slept = leased(seconds=0)
    leased(seconds=10)
    assert marked(slept) == 1
    assert row(OutboxEvent).handovers == 1


def leased(seconds):
    with transaction() as tx:
        return lease(tx, HEARERS, seconds)


def marked(taken):
    with transaction() as tx:
        return mark(tx, taken, 10)


def test_two_relays_at_once_share_the_events(app, ears, monkeypatch):
    monkeypatch.setattr(relaying, "BATCH", 10)
    happen(*(BellRung(id=number) for number in range(40)))
    assert sum(together(app, [lambda: hand_over(ears)] * 4)) == 40
    ids = [event_id for chunk in ears.heard["watch"] for event_id in chunk]
    assert sorted(ids) == [event.id for event in recorded()]
