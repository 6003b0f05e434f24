"""Only what is done and a week old is forgotten; only keys three days old may be used anew."""

import pytest
from sqlalchemy import func, insert, text, update

from livedrop.cli import FINISHED
from livedrop.idempotency import commands as idempotency
from livedrop.idempotency.models import IdempotencyKey
from livedrop.lib.chunks import in_turns, through
from livedrop.lib.db import transaction
from livedrop.outbox import commands as outbox
from livedrop.outbox.models import OutboxEvent
from tests.outbox.conftest import BellRung, happen
from tests.programs import flask, run
from tests.rows import recorded, row, rows
from tests.statements import without

pytestmark = pytest.mark.usefixtures("app")


def aged(model, **ages):
    """Let rows be as old as an interval says, by their id or key."""
    with transaction() as tx:
        for name, age in ages.items():
            column, key = (
                ("at", OutboxEvent.subject == f"bell:{name}")
                if model is OutboxEvent
                else ("created_at", IdempotencyKey.key == name)
            )
            instant = func.clock_timestamp() - text(f"interval '{age}'")
            tx.execute(update(model).where(key).values({column: instant}))


def ring(*bells, awaiting=()):
    happen(*(BellRung(id=bell) for bell in bells))
    with transaction() as tx:
        tx.execute(update(OutboxEvent).values(awaiting=list(awaiting)))


def bells():
    return [event.subject.removeprefix("bell:") for event in recorded()]


def test_events_that_are_done_are_forgotten_after_a_week():
    ring("old", "young")
    aged(OutboxEvent, old="7 days 1 minute", young="6 days 23 hours")
    assert through(outbox.purge) == 1
    assert bells() == ["young"]


@pytest.mark.parametrize("awaiting", [["audit"], None])
def test_an_event_that_somebody_still_has_to_hear_is_kept_however_old(awaiting):
    ring("old")
    aged(OutboxEvent, old="1 year")
    with transaction() as tx:
        tx.execute(update(OutboxEvent).values(awaiting=awaiting))
    assert through(outbox.purge) == 0
    assert bells() == ["old"]


def test_without_looking_who_awaits_it_an_event_would_be_lost(monkeypatch):
    """The negative control of the test above."""
    monkeypatch.setattr(outbox, "PURGE", without(outbox.PURGE, " AND awaiting = '{}'"))
    ring("old", awaiting=["audit"])
    aged(OutboxEvent, old="1 year")
    through(outbox.purge)
    assert bells() == []


@pytest.fixture
def some_that_somebody_awaits(app, monkeypatch):
    """Five old events; the first two, as many as are looked at in one go, have to be kept."""
    monkeypatch.setattr(outbox, "CHUNK", 2)
    ring("a", "b", awaiting=["audit"])
    happen(*(BellRung(id=bell) for bell in "cde"))
    with transaction() as tx:
        done = OutboxEvent.subject.in_(f"bell:{bell}" for bell in "cde")
        tx.execute(update(OutboxEvent).where(done).values(awaiting=[]))
    aged(OutboxEvent, **dict.fromkeys("abcde", "1 year"))


@pytest.mark.usefixtures("some_that_somebody_awaits")
def test_those_that_are_kept_hide_none_behind_them():
    assert through(outbox.purge) == 3
    assert bells() == ["a", "b"]


@pytest.mark.usefixtures("some_that_somebody_awaits")
def test_looking_at_the_oldest_only_none_would_ever_be_forgotten(monkeypatch):
    """The negative control of the test above."""
    monkeypatch.setattr(outbox, "PURGE", without(outbox.PURGE, "id > :after", ":after >= 0"))
    assert [outbox.purge(0).forgotten, outbox.purge(2).forgotten] == [0, 0]


@pytest.mark.usefixtures("some_that_somebody_awaits")
def test_tick_looks_at_some_at_a_time_and_begins_anew(monkeypatch):
    tick = in_turns(outbox.purge)
    assert [tick(), len(bells())] == [True, 5]
    assert [tick(), len(bells())] == [True, 3]
    assert [tick(), tick(), bells()] == [True, False, ["a", "b"]]
    with transaction() as tx:
        tx.execute(update(OutboxEvent).values(awaiting=[]))
    assert [tick(), bells()] == [True, []]


def keep(user, *keys):
    with transaction() as tx:
        for key in keys:
            values = {"user_id": user.id, "key": key, "fingerprint": "f", "outcome": {}}
            tx.execute(insert(IdempotencyKey).values(values))


def test_a_key_is_kept_for_three_days(ben):
    keep(ben, "old", "young")
    aged(IdempotencyKey, old="72 hours 1 minute", young="71 hours 59 minutes")
    assert idempotency.purge() == 1
    assert row(IdempotencyKey).key == "young"


def test_without_looking_at_its_age_a_young_key_would_be_forgotten(ben, monkeypatch):
    """The negative control: the answer to a repeat would be lost."""
    age = "created_at < (SELECT clock_timestamp()) - interval '72 hours'"
    monkeypatch.setattr(idempotency, "PURGE", without(idempotency.PURGE, age, "true"))
    keep(ben, "young")
    idempotency.purge()
    assert rows(IdempotencyKey) == []


def test_an_operator_can_forget_everything_at_once(config, ben, monkeypatch):
    ring("old")
    aged(OutboxEvent, old="1 year")
    ended = run(config, flask("purge"))
    assert ended.stdout.splitlines()[:2] == ["1 events forgotten", "0 keys forgotten"]
    assert ended.stdout.count(" forgotten\n") == 1 + len(FINISHED)
