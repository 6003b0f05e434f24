"""Whatever is done to the audit trail behind the application's back is found."""

import pytest
from sqlalchemy.exc import ProgrammingError

from livedrop.audit import verify
from livedrop.audit.chain import digest
from livedrop.audit.models import AuditEntry
from livedrop.extensions import db
from tests.audit.trail import a_trail, as_the_owner, tamper
from tests.rows import row, rows

pytestmark = pytest.mark.usefixtures("app")


def problems(anchor=None):
    db.session.rollback()
    return list(verify.problems(anchor))


@pytest.fixture(autouse=True)
def _in_small_pieces(monkeypatch):
    monkeypatch.setattr(verify, "CHUNK", 3)


def test_an_untouched_trail_is_whole():
    a_trail(length=7)
    assert not problems()


def test_an_empty_trail_is_whole():
    assert not problems()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET origin = 'x'",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
    ],
)
def test_the_database_refuses_to_change_or_remove_entries(statement):
    a_trail()
    with pytest.raises(ProgrammingError, match="never changed"), db.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert len(rows(AuditEntry)) == 4


@pytest.mark.parametrize(
    "change",
    [
        "actor_id = 1",
        "subject = 'lamp:9'",
        "action = 'LampDied'",
        "at = at + interval '1 us'",
        "origin = '127.0.0.1'",
        "payload = '{}'",
        "event_id = 77",
    ],
)
def test_an_edited_entry_is_found(change):
    a_trail()
    tamper(f"UPDATE audit_entries SET {change} WHERE id = 2")
    assert problems() == ["audit entry 2 is not what was written"]


def test_an_edited_entry_with_a_new_hash_is_found():
    a_trail()
    tamper("UPDATE audit_entries SET actor_id = 1 WHERE id = 2")
    forged = row(AuditEntry, id=2)
    fitting = digest(forged.previous, forged)
    tamper("UPDATE audit_entries SET hash = :hash WHERE id = 2", hash=fitting)
    assert problems() == ["audit entry 3 is not chained to entry 2"]


def test_a_removed_entry_is_found():
    a_trail()
    tamper("DELETE FROM audit_entries WHERE id = 2")
    assert "audit entry 3 follows 1: something was removed or inserted" in problems()


def test_a_removed_entry_whose_gap_was_closed_is_found():
    a_trail()
    tamper("DELETE FROM audit_entries WHERE id = 2")
    tamper("UPDATE audit_entries SET id = id - 1 WHERE id > 2")
    assert "audit entry 2 is not chained to entry 1" in problems()


def test_an_inserted_entry_is_found():
    a_trail()
    tamper("UPDATE audit_entries SET id = -id WHERE id > 2")
    tamper("UPDATE audit_entries SET id = 1 - id WHERE id < 0")
    tamper(
        "INSERT INTO audit_entries SELECT 3, -1, at, actor_id, origin, action, subject, payload,"
        " hash, hash FROM audit_entries WHERE id = 2"
    )
    assert "audit entry 3 is not what was written" in problems()


def test_two_swapped_entries_are_found():
    a_trail()
    tamper("UPDATE audit_entries SET id = 5 - id + 100 WHERE id IN (2, 3)")
    tamper("UPDATE audit_entries SET id = id - 100 WHERE id > 100")
    assert "audit entry 2 is not chained to entry 1" in problems()


def test_a_cut_tail_is_found_against_an_anchor():
    a_trail()
    anchor = verify.head()
    tamper("DELETE FROM audit_entries WHERE id > 2")
    assert not problems()
    assert problems(anchor) == ["the audit trail ends at 2, before the anchored entry 4"]


def test_a_trail_rewritten_from_the_start_is_found_against_an_anchor():
    a_trail()
    anchor = verify.head()
    with as_the_owner() as connection:
        connection.exec_driver_sql("DELETE FROM audit_entries")
        connection.exec_driver_sql("DELETE FROM outbox_events")
    a_trail()
    assert not problems()
    assert problems(anchor) == ["audit entry 4 is not the one that was anchored"]


def test_a_trail_that_grew_still_leads_to_its_anchor():
    a_trail(length=2)
    anchor = verify.head()
    a_trail(length=2)
    assert not problems(anchor)
    assert not problems(verify.Anchor(0, verify.GENESIS))
