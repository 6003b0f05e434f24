"""The audit trail is looked through, and whether it is what was written is seen on a page (U30)."""

from datetime import timedelta

import pytest

from livedrop.accounts import commands
from livedrop.audit.commands import check_on, write_entries
from livedrop.audit.models import AuditCheck
from livedrop.audit.queries import Wanted, entries_page
from livedrop.drops.commands import reschedule
from livedrop.web.backoffice.payloads import summary
from tests import factories
from tests.audit.trail import a_trail, light, tamper
from tests.rows import recorded, row
from tests.statements import plan


def told():
    write_entries(event_ids=[event.id for event in recorded()])


def actions(seen):
    return seen.texts("tbody th")


@pytest.fixture
def trail(ada, ben, dora):
    """Ben is suspended and restored by Dora; the house does something to Ada."""
    commands.suspend(user_id=ben.id, reason="Spam", by=dora.id)
    commands.restore(user_id=ben.id, reason="Sorry", by=dora.id)
    commands.ask_confirmation(user_id=ada.id)
    told()


def test_the_latest_comes_first_with_who_and_about_whom(trail, dora):
    seen = dora.page.get("/admin/audit")
    assert actions(seen) == ["ConfirmationAsked", "UserRestored", "UserSuspended"]
    assert "user @ben" in seen.text
    assert "reason: Spam" in seen.text


def test_it_is_narrowed_by_who_what_and_about_whom(trail, dora, ben, ada):
    def found(query):
        return actions(dora.page.get(f"/admin/audit?{query}"))

    assert found("actor=@dora") == ["UserRestored", "UserSuspended"]
    assert found("action=UserSuspended") == ["UserSuspended"]
    assert found(f"subject=user+{ada.id}") == found(f"subject=user:{ada.id}")
    assert found(f"actor=dora&subject=user+{ben.id}&action=UserRestored") == ["UserRestored"]


def test_it_is_narrowed_by_time(trail, dora):
    soon = f"{factories.now() + timedelta(hours=1):%Y-%m-%dT%H:%M}"
    assert len(actions(dora.page.get(f"/admin/audit?until={soon}"))) == 3
    assert actions(dora.page.get(f"/admin/audit?since={soon}")) == []


def test_what_cannot_be_meant_is_said(trail, dora):
    seen = dora.page.get("/admin/audit?actor=nobody&since=yesterday")
    assert "Nobody has this handle" in seen.text
    assert "A time looks like" in seen.text


def test_what_changed_is_shown_before_and_after(ada, dora):
    drop = factories.a_scheduled_drop(ada.creator)
    later = drop.starts_at + timedelta(minutes=5)
    reschedule(drop_id=drop.id, actor_id=ada.id, starts_at=later, ends_at=drop.ends_at)
    told()
    seen = dora.page.get("/admin/audit/1")
    assert seen.h1 == "DropRescheduled"
    (before,), (after,) = seen.texts("del"), seen.texts("ins")
    assert before < after
    assert "What was written" in seen.text


def test_an_entry_that_is_not_what_was_written_says_so(trail, dora):
    tamper("UPDATE audit_entries SET actor_id = 1 WHERE id = 2")
    assert "Not what was written" in dora.page.get("/admin/audit/2").text
    assert "Not what was written" not in dora.page.get("/admin/audit/1").text


def test_she_has_it_checked_and_sees_that_it_is_whole(trail, dora):
    seen = dora.page.get("/admin/audit/chain").submit("#check-form")
    assert "Under way" in seen.text
    while check_on():
        pass
    assert "Whole" in dora.page.get("/admin/audit/chain").text
    assert row(AuditCheck).asked_by == dora.id


def test_the_end_she_downloaded_finds_a_tail_that_is_cut(trail, dora):
    """S60: what the chain itself cannot show."""
    kept = dora.page.client.get("/admin/audit/head").text
    tamper("DELETE FROM audit_entries WHERE id > 1")
    dora.page.get("/admin/audit/chain").submit("#check-form", anchor=kept)
    while check_on():
        pass
    assert "ends at 1, before the anchored entry 3" in dora.page.get("/admin/audit/chain").text


def test_what_is_no_end_is_said_beside_the_field(dora):
    for typed in ("x", "17:5e8f", "17:", "-1:" + "00" * 32):
        seen = dora.page.get("/admin/audit/chain").submit("#check-form", 422, anchor=typed)
        assert "It looks like" in seen.text


def test_pages_leave_nothing_out(app):
    a_trail(length=7)
    first = entries_page(Wanted(action="LampLit"), limit=3)
    second = entries_page(Wanted(action="LampLit"), cursor=first.next_cursor, limit=3)
    third = entries_page(Wanted(action="LampLit"), cursor=second.next_cursor, limit=3)
    assert [one.id for page in (first, second, third) for one in page.items] == [*range(7, 0, -1)]


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Wanted(), "ix_audit_entries_at"),
        (Wanted(actor_id=7), "ix_audit_entries_actor_id"),
        (Wanted(subject="lamp:7"), "ix_audit_entries_subject"),
        (Wanted(action="LampDied"), "ix_audit_entries_action"),
    ],
)
def test_each_filter_is_answered_by_its_index(app, wanted, index):
    write_entries(event_ids=light(*range(600)))
    tamper("ANALYZE audit_entries")
    read = plan(lambda: entries_page(wanted, limit=5))
    assert index in read
    assert "Removed by Filter" not in read


def test_what_an_event_says_is_told_plainly():
    said = {
        "previous_starts_at": "2026-11-22T18:00:00+00:00",
        "starts_at": "2026-11-22T18:05:00.5+00:00",
        "previous_ends_at": "soon",
        "ends_at": "soon",
        "reason": "Tea",
    }
    assert summary({"added": {"7": 3}, "flags": []} | said) == (
        "starts at: 2026-11-22 18:00:00 UTC → 2026-11-22 18:05:00 UTC;"
        " added: 7: 3; flags: none; ends at: soon; reason: Tea"
    )
