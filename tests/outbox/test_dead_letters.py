"""F27: an event that a job cannot bear spoils no other and ends as a dead letter, not for ever.

Without RQ, except where its clock is needed: what counts here is who was tried, and how often.
"""

import time
from contextlib import nullcontext, suppress

import pytest
from sqlalchemy import text

from livedrop import reconcile
from livedrop.audit.jobs import AUDIT
from livedrop.audit.models import AuditEntry
from livedrop.extensions import db
from livedrop.lib import queue
from livedrop.lib.chunks import through
from livedrop.lib.db import transaction
from livedrop.lib.queue import Job, Queues, run_plainly
from livedrop.outbox import attempts, commands
from livedrop.outbox.carefully import carefully
from livedrop.outbox.models import OutboxAttempt, OutboxEvent
from livedrop.outbox.relay import Hearers, lease, mark, relay
from tests.outbox.conftest import BellRung, happen
from tests.programs import flask, killed, run, running, until, worker
from tests.rows import recorded, row, rows
from tests.statements import without

pytestmark = pytest.mark.usefixtures("app")


class Killed(BaseException):
    """What a job cannot outlive, and nobody catches."""


class Ringer:
    """A job that notes what it was run with, does what is well, and bears no event of `bad`."""

    def __init__(self, error: type[BaseException] = ValueError) -> None:
        self.error, self.bad, self.ran = error, set(), []
        self.job = Job("ring", queue="tower", run=self.ring)
        self.hearers = Hearers(always=(self.job,), kinds={})

    def ring(self, ids):
        self.ran.append(ids)
        if self.bad & set(ids):
            raise self.error("out of tune")
        commands.acknowledge(event_ids=ids, job="ring")

    def hand_over(self, run=carefully):
        """Let every wait be over, and the job run with what is handed over then."""
        change("UPDATE outbox_events SET leased_until = at")
        change("UPDATE outbox_attempts SET next_at = begun_at WHERE dead_at IS NULL")
        with suppress(ValueError, Killed):
            relay(self.hearers, lambda job, chunks: [run(job, list(ids)) for ids in chunks], 10)


def change(statement, **values):
    with transaction() as tx:
        tx.execute(text(statement), values)


def ring(count):
    happen(*(BellRung(id=number) for number in range(count)))
    return [event.id for event in recorded()]


def awaited():
    return [event.id for event in recorded() if event.awaiting != []]


def counted():
    return {one.event_id: one.attempts for one in rows(OutboxAttempt)}


@pytest.fixture
def ringer():
    return Ringer()


def test_what_fails_together_is_tried_one_by_one_and_only_the_poison_stays(ringer):
    ids = ring(5)
    ringer.bad = {ids[2]}
    ringer.hand_over()
    assert ringer.ran == [ids, *([one] for one in ids)]
    assert awaited() == [ids[2]]
    assert row(OutboxAttempt).last_error == "ValueError: out of tune"


def test_run_plainly_the_poison_keeps_all_of_its_chunk_from_being_done(ringer):
    """The control: as RQ would run it."""
    ids = ring(5)
    ringer.bad = {ids[2]}
    for _ in range(3):
        ringer.hand_over(run_plainly)
    assert awaited() == ids


def test_after_so_many_attempts_it_is_a_dead_letter_and_handed_over_no_more(ringer, caplog):
    (bad,) = ring(1)
    ringer.bad = {bad}
    for _ in range(attempts.ATTEMPTS + 3):
        ringer.hand_over()
    assert len(ringer.ran) == attempts.ATTEMPTS == row(OutboxAttempt).attempts
    assert awaited() == []
    assert [one.levelname for one in caplog.records if "given up" in one.message] == ["ERROR"]


def test_what_kills_its_process_is_given_up_as_well(ringer):
    ringer = Ringer(Killed)
    ids = ring(3)
    ringer.bad = {ids[1]}
    for _ in range(attempts.ATTEMPTS + 3):
        ringer.hand_over()
    assert awaited() == []
    assert ringer.ran.count([ids[1]]) == attempts.ATTEMPTS - 1  # the first time it was not alone
    assert row(OutboxAttempt).last_error == "it hung, or took its process with it"


def test_counted_only_afterwards_what_kills_its_process_would_be_tried_for_ever(
    ringer, monkeypatch
):
    """The control of the test above."""
    monkeypatch.setattr(attempts, "FIRST", text("SELECT :ids, :job"))
    ringer = Ringer(Killed)
    ids = ring(3)
    ringer.bad = {ids[1]}
    for _ in range(attempts.ATTEMPTS + 3):
        ringer.hand_over()
    assert (awaited(), counted()) == (ids, {})


def test_a_worker_that_is_merely_away_uses_up_no_attempt(ringer):
    ids = ring(2)
    for _ in range(attempts.ATTEMPTS + 3):
        ringer.hand_over(run=lambda job, ids: None)
    assert counted() == {}
    ringer.hand_over()
    assert (ringer.ran, awaited(), counted()) == ([ids], [], {})


def test_copies_of_a_chunk_that_was_handed_over_again_are_run_once(ringer):
    ids = ring(2)
    ringer.hand_over(run=lambda job, ids: None)
    for _ in range(3):
        carefully(ringer.job, ids)
    assert ringer.ran == [ids]


def waits():
    """How many seconds each is left alone, in order."""
    return sorted((one.next_at - one.begun_at).total_seconds() for one in rows(OutboxAttempt))


def test_each_wait_is_longer_and_they_come_apart(ringer):
    ids = ring(20)
    ringer.bad = set(ids)
    ringer.hand_over()
    for times in range(1, 7):
        ringer.hand_over()
        shortest, *_, longest = waits()
        most = min(3.0**times, attempts.LONGEST_WAIT)
        assert most / 2 - 0.1 <= shortest < longest - most / 100 < longest <= most + 0.1


def test_without_chance_what_failed_together_would_come_back_together(ringer, monkeypatch):
    """The control."""
    monkeypatch.setattr(attempts, "AGAIN", without(attempts.AGAIN, "random() / 2", "0.5"))
    ids = ring(20)
    ringer.bad = set(ids)
    for _ in range(4):
        ringer.hand_over()
    shortest, *_, longest = waits()
    assert shortest > longest - 27 / 100


def test_it_is_not_tried_before_its_wait_is_over(ringer):
    (bad,) = ring(1)
    ringer.bad = {bad}
    for _ in range(2):
        ringer.hand_over()
    carefully(ringer.job, [bad])
    assert len(ringer.ran) == 2


def test_it_is_handed_over_when_its_wait_is_over_whatever_the_relay_was_about_to_mark(ringer):
    (bad,) = ring(1)
    ringer.bad = {bad}
    with transaction() as tx:
        taken = lease(tx, ringer.hearers, 100)
    carefully(ringer.job, [bad])
    with transaction() as tx:
        assert mark(tx, taken, 100) == 0
    assert row(OutboxEvent).leased_until == row(OutboxAttempt).next_at


def test_a_job_that_hangs_is_stopped_and_the_others_are_done(ringer, redis_url, monkeypatch):
    monkeypatch.setattr(queue, "TIMEOUT", 1)
    ids = ring(3)

    def hang(given):
        ringer.ran.append(given)
        if ids[1] in given:
            time.sleep(60)
        commands.acknowledge(event_ids=given, job="ring")

    job = Job("ring", queue="tower", run=hang)
    queues = Queues(redis_url, [job])
    for _ in range(3):
        relay(Hearers(always=(job,), kinds={}), queues.enqueue, 0)
        queues.serve("tower", around=nullcontext, run=carefully, burst=True)
    assert ringer.ran == [ids, [ids[0]], [ids[1]], [ids[2]]]
    assert (awaited(), counted()) == ([ids[1]], {ids[1]: 2})


def test_a_worker_that_is_killed_by_an_event_leaves_it_to_nobody_for_ever(config):
    """The same with real processes: killed twice, then at the end of its attempts."""
    ids = ring(3)
    with running(config, flask("relay")):
        for _ in range(2):
            assert killed(run(config, worker("audit"), failpoints="mid_chunk=kill"))
        assert counted() == {ids[0]: 2, ids[1]: 1, ids[2]: 1}
        change(
            "UPDATE outbox_attempts SET attempts = 8, next_at = at FROM outbox_events"
            " WHERE id = event_id AND attempts = 2"
        )
        with running(config, worker("audit")):
            until(lambda: not awaited())
    assert [entry.event_id for entry in rows(AuditEntry)] == ids[1:]


# --- what an operator does with it ---


@pytest.fixture
def letter(ringer):
    """The id of an event for which the job was given up."""
    (bad,) = ring(1)
    ringer.bad = {bad}
    for _ in range(attempts.ATTEMPTS):
        ringer.hand_over()
    return bad


def told(app, *words):
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


def test_it_is_listed_with_what_went_wrong(app, letter):
    (line,) = told(app, "dead-letters").output.splitlines()
    assert f"event {letter} ring: BellRung of bell:0, 8 attempts: ValueError: out of tune" in line


def test_requeued_it_is_tried_from_the_start(app, ringer, letter):
    ringer.bad.clear()
    assert told(app, "requeue", letter, "ring").exit_code == 0
    ringer.hand_over()
    assert (awaited(), counted(), told(app, "dead-letters").output) == ([], {}, "")


def test_discarded_it_is_gone_and_the_audit_trail_says_why(app, letter):
    assert told(app, "discard", letter, "ring", "--reason", "A joke").exit_code == 0
    assert (awaited()[:-1], counted()) == ([], {})
    assert recorded("DeadLetterDiscarded")[0].payload == {"job": "ring", "reason": "A joke"}


def test_what_is_no_dead_letter_is_said(app, letter):
    for words in (("requeue", 7, "ring"), ("discard", letter, "rung", "--reason", "x")):
        answer = told(app, *words)
        assert (answer.exit_code, "No dead letter" in answer.output) == (1, True)


def test_the_event_of_a_dead_letter_is_not_forgotten(letter):
    change("UPDATE outbox_events SET at = at - interval '1 year'")
    assert through(commands.purge) == 0
    commands.discard(event_id=letter, job="ring", reason="x")
    assert through(commands.purge) == 1


def test_the_audit_trail_leaves_nothing_out_unseen(app, letter):
    """A dead letter of the audit job cannot be discarded, and nothing adds up while it is there."""
    change("UPDATE outbox_attempts SET job = 'audit'")
    db.session.rollback()
    assert any(
        "its audit entry was given up after 8 attempts" in one for one in reconcile.problems()
    )
    refused = told(app, "discard", letter, "audit", "--reason", "x")
    assert (refused.exit_code, "leaves nothing out" in refused.output) == (1, True)
    commands.requeue(event_id=letter, job="audit")
    for event in recorded():
        change("UPDATE outbox_events SET awaiting = '{audit}' WHERE id = :id", id=event.id)
        carefully(AUDIT, [event.id])
    db.session.rollback()
    assert list(reconcile.problems()) == []
