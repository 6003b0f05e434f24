"""The trail is checked a piece at a time, and what was done to it is found that way, too (S60)."""

import logging

import pytest

from livedrop.audit import commands
from livedrop.audit.commands import ask_check, check_on
from livedrop.audit.models import AuditCheck
from livedrop.audit.verify import head
from livedrop.lib.db import transaction
from tests.audit.trail import a_trail, as_the_owner, tamper
from tests.rows import kinds, row, rows

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _in_small_pieces(monkeypatch):
    monkeypatch.setattr(commands, "PIECE", 3)


def checked(**asked):
    """What a check finds, once tick has done it."""
    check_id = ask_check(**asked)
    while check_on():
        pass
    return row(AuditCheck, id=check_id).found


def test_an_untouched_trail_is_whole_and_the_check_is_in_it(dora):
    a_trail(length=7)
    assert checked(by=dora.id) == []
    check = row(AuditCheck)
    assert (check.reached, check.goal, check.asked_by) == (7, 7, dora.id)
    assert check.ended_at
    assert kinds()[-2:] == ["AuditCheckAsked", "AuditChecked"]


def test_an_empty_trail_is_whole():
    assert checked() == []


def test_no_transaction_reads_more_than_a_piece():
    a_trail(length=7)
    ask_check()
    reached = []
    while check_on():
        reached.append(row(AuditCheck).reached)
    assert reached == [3, 6, 7]


FORGERIES = {
    "edited": ["UPDATE audit_entries SET actor_id = 1 WHERE id = 5"],
    "removed": ["DELETE FROM audit_entries WHERE id = 5"],
    "removed, and the gap closed": [
        "DELETE FROM audit_entries WHERE id = 5",
        "UPDATE audit_entries SET id = id - 1 WHERE id > 5",
    ],
    "inserted": [
        "UPDATE audit_entries SET id = -id WHERE id > 5",
        "UPDATE audit_entries SET id = 1 - id WHERE id < 0",
        "INSERT INTO audit_entries (id, event_id, at, action, subject, payload, previous, hash)"
        " SELECT 6, -1, at, action, subject, payload, hash, hash FROM audit_entries WHERE id = 5",
    ],
    "swapped": [
        "UPDATE audit_entries SET id = 11 - id + 100 WHERE id IN (5, 6)",
        "UPDATE audit_entries SET id = id - 100 WHERE id > 100",
    ],
    "in another request": ["UPDATE audit_entries SET request_id = 'x' WHERE id = 5"],
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_was_changed_in_the_middle_is_found(forgery, caplog):
    a_trail(length=8)
    for statement in FORGERIES[forgery]:
        tamper(statement)
    with caplog.at_level(logging.CRITICAL):
        assert checked()
    assert "not what was written" in caplog.text


def test_a_tail_that_is_cut_after_a_check_is_found_by_the_next():
    a_trail(length=8)
    assert checked() == []
    tamper("DELETE FROM audit_entries WHERE id > 5")
    assert checked() == ["the audit trail ends at 5, before the anchored entry 8"]


def test_a_tail_that_is_cut_while_it_is_checked_is_found():
    a_trail(length=8)
    ask_check()
    check_on()
    tamper("DELETE FROM audit_entries WHERE id > 5")
    assert checked() == ["the audit trail ends at 5, before the anchored entry 8"]


def rewrite():
    with as_the_owner() as connection:
        connection.exec_driver_sql("DELETE FROM audit_entries")
        connection.exec_driver_sql("DELETE FROM outbox_events")
    a_trail(length=8)


def test_a_trail_rewritten_after_its_end_was_kept_is_found():
    a_trail(length=8)
    kept = head()
    rewrite()
    assert checked(anchor=kept) == ["audit entry 8 is not the one that was anchored"]


def test_without_an_end_that_was_kept_a_rewritten_trail_would_look_whole():
    """The control: neither a file, nor an earlier check."""
    a_trail(length=8)
    rewrite()
    assert checked() == []


def test_a_trail_rewritten_after_a_check_is_found_by_the_next():
    a_trail(length=8)
    assert checked() == []
    rewrite()
    assert checked() == ["audit entry 8 is not the one that was anchored"]


def test_who_asks_while_a_check_is_under_way_waits_for_that():
    a_trail()
    assert ask_check() == ask_check()
    assert len(rows(AuditCheck)) == 1


def test_of_two_who_go_on_with_it_one_does():
    a_trail(length=7)
    ask_check()
    with transaction() as tx:
        tx.session.scalar(commands._open().with_for_update())
        assert row(AuditCheck).reached == 0
    assert check_on()


def test_the_operator_keeps_an_end_and_checks_against_it(app):
    a_trail()
    run = app.test_cli_runner().invoke
    kept = run(args=["audit", "head"]).output.strip()
    assert kept == str(head())
    assert run(args=["audit", "verify", "--anchor", kept]).exit_code == 0
    tamper("DELETE FROM audit_entries WHERE id > 2")
    assert run(args=["audit", "verify"]).exit_code == 0
    answer = run(args=["audit", "verify", "--anchor", kept])
    assert (answer.exit_code, answer.output) == (
        1,
        "the audit trail ends at 2, before the anchored entry 4\n",
    )
