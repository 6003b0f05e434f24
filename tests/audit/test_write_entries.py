"""The one writer gives each event its entry: once, in order, and whoever runs beside it."""

from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import text

from livedrop.audit import commands
from livedrop.audit.commands import write_entries
from livedrop.audit.models import AuditEntry
from livedrop.audit.verify import problems
from livedrop.lib.db import transaction
from livedrop.outbox.relay import Hearers, lease
from tests.audit.trail import light
from tests.parallel import together
from tests.rows import recorded, row, rows

pytestmark = pytest.mark.usefixtures("app")


def test_an_entry_says_who_did_what_to_which_thing_when(ada):
    write_entries(event_ids=light(7, actor_id=ada.id))
    entry, event = row(AuditEntry), recorded("LampLit")[0]
    assert (entry.actor_id, entry.action, entry.subject) == (ada.id, "LampLit", "lamp:7")
    assert (entry.at, entry.payload) == (event.at, {"colour": "gélb"})


def test_entries_are_counted_without_gaps_in_the_order_of_events():
    ids = light(1, 2, 3)
    write_entries(event_ids=ids[::-1])
    assert [(entry.id, entry.event_id) for entry in rows(AuditEntry)] == list(enumerate(ids, 1))


def test_hearing_an_event_twice_writes_one_entry():
    ids = light(1, 2)
    assert [write_entries(event_ids=ids[:1]), write_entries(event_ids=ids)] == [1, 1]
    assert len(rows(AuditEntry)) == 2


def test_an_event_is_acknowledged_with_its_entry():
    ids = light(1)
    with transaction() as tx:
        lease(tx, Hearers(always=(), kinds={"LampLit": ()}), 10)
        tx.execute(text("UPDATE outbox_events SET awaiting = '{audit,mail}'"))
    write_entries(event_ids=ids)
    assert recorded()[0].awaiting == ["mail"]


def test_an_entry_that_is_not_committed_acknowledges_nothing(monkeypatch):
    ids = light(1)
    with transaction() as tx:
        tx.execute(text("UPDATE outbox_events SET awaiting = '{audit}'"))

    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(commands, "acknowledge", fail)
    with pytest.raises(ZeroDivisionError):
        write_entries(event_ids=ids)
    assert (rows(AuditEntry), recorded()[0].awaiting) == ([], ["audit"])


def test_what_is_not_in_the_outbox_is_passed_over():
    assert write_entries(event_ids=[987654]) == 0


def test_many_writers_make_one_chain(app):
    ids = light(*range(100))
    calls = [lambda some=ids[start::10]: write_entries(event_ids=some) for start in range(10)]
    assert sum(together(app, calls)) == 100
    assert [entry.id for entry in rows(AuditEntry)] == list(range(1, 101))
    assert not list(problems())


def test_without_the_lock_two_writers_would_write_the_same_entry(app, monkeypatch):
    """The negative control: the table refuses what the lock would have put in a row."""
    monkeypatch.setattr(commands, "ONE_WRITER", text("SELECT pg_sleep(0.2)"))
    monkeypatch.setattr(commands, "_head", both_read(commands._head))
    answers = together(app, [partial(write_entries, event_ids=[one]) for one in light(1, 2)])
    assert [type(answer).__name__ for answer in answers].count("IntegrityError") == 1


def both_read(read):
    barrier = Barrier(2)

    def read_together(tx):
        head = read(tx)
        barrier.wait(10)
        return head

    return read_together


def test_without_the_unique_event_an_event_heard_twice_would_have_two_entries(monkeypatch):
    """The negative control of hearing twice: not looking for the entry, and no constraint."""
    ids = light(1)
    write_entries(event_ids=ids)
    monkeypatch.setattr(commands, "_without_entry", lambda tx, _: recorded())
    with pytest.raises(Exception, match="uq_audit_entries_event_id"):
        write_entries(event_ids=ids)
    with transaction() as tx:
        tx.execute(text("ALTER TABLE audit_entries DROP CONSTRAINT uq_audit_entries_event_id"))
    try:
        write_entries(event_ids=ids)
        assert len(rows(AuditEntry, event_id=ids[0])) == 2
    finally:
        restore_unique_event()


def restore_unique_event():
    with transaction() as tx:
        tx.execute(text("SET LOCAL session_replication_role = replica"))
        tx.execute(text("DELETE FROM audit_entries"))
        tx.execute(
            text(
                "ALTER TABLE audit_entries"
                " ADD CONSTRAINT uq_audit_entries_event_id UNIQUE (event_id)"
            )
        )
