"""Those who look after the house find people, and do to them what they have a reason for."""

from datetime import timedelta

import pytest

from livedrop.accounts import commands as accounts
from livedrop.accounts.models import SignIn, User
from livedrop.audit.commands import write_entries
from livedrop.audit.models import AuditEntry
from livedrop.web import access
from tests import factories
from tests.factories import PASSWORD
from tests.page import Page
from tests.rows import kinds, recorded, row, rows


def deed(person, whom, noun, status=200, **sent):
    """Dora or somebody else goes to its page and sends a reason."""
    seen = person.page.get(f"/admin/people/{whom.id}/{noun}/new")
    return seen.submit("#deed-form", status, **({"reason": "They asked."} | sent))


def test_she_finds_him_and_sees_what_is_to_be_known(dora, ben, ada):
    factories.an_order(ben.user, factories.a_live_drop(ada.creator))
    ben.page.get("/account")
    (found,) = dora.page.get("/admin/people?q=be").all("tbody th a")
    seen = dora.page.get(found.get("href"))
    assert seen.h1 == "Ben"
    for words in (ben.email, "confirmed", "Follows", "€45", "Open"):
        assert words in seen.text
    assert PASSWORD not in seen.html
    assert user_hash(ben) not in seen.html


def user_hash(person):
    return row(User, id=person.id).password_hash


def test_nobody_else_sees_that_there_is_such_a_place(ben, ada, page):
    for visitor in (ben.page, ada.page, page):
        for path in ("/admin", "/admin/people", f"/admin/people/{ben.id}/suspension/new"):
            assert visitor.get(path, 404).h1 == "Nothing here"


def test_an_admin_who_is_suspended_is_none(dora):
    dora.page.get("/admin")
    factories.change(dora.user, suspended_at=factories.now())
    dora.another_page().get("/admin", 404)


@pytest.mark.parametrize(
    ("noun", "facts", "kind", "changed"),
    [
        ("suspension", {}, "UserSuspended", lambda user: user.suspended_at),
        (
            "restoration",
            {"suspended_at": "now"},
            "UserRestored",
            lambda user: not user.suspended_at,
        ),
        ("appointment", {}, "AdminAppointed", lambda user: user.admin_since),
        ("dismissal", {"admin_since": "now"}, "AdminDismissed", lambda user: not user.admin_since),
    ],
)
def test_what_she_does_has_a_reason_and_is_in_the_trail(app, dora, noun, facts, kind, changed):
    zed = factories.a_user("zed", **{name: factories.now() for name in facts})
    seen = deed(dora, zed, noun, reason="  Because.  ")
    assert seen.h1 == "Zed"
    assert seen.has(".note")
    assert changed(row(User, id=zed.id))
    write_entries(event_ids=[event.id for event in recorded()])
    (entry,) = rows(AuditEntry)
    assert (entry.action, entry.subject, entry.actor_id) == (kind, f"user:{zed.id}", dora.id)
    assert entry.payload == {"reason": "Because."}
    assert entry.origin
    assert entry.request_id


def test_she_ends_his_sign_ins(dora, ben):
    page = ben.page
    page.get("/orders")
    deed(dora, ben, "sign-out")
    assert page.get("/orders").h1 == "Sign in"
    assert recorded("SignInsEnded")[0].payload == {"count": 1, "reason": "They asked."}


def test_a_sign_in_from_before_opens_no_back_office(dora, ben):
    """S06: what was taken from a shopper stays what it was."""
    page = ben.page
    page.get("/orders")
    deed(dora, ben, "appointment")
    page.get("/admin", 404)
    assert page.get("/orders").h1 == "Sign in"


def test_if_they_did_not_end_it_would(dora, ben, monkeypatch):
    monkeypatch.setattr(accounts, "_end_all", lambda *_: 0)
    page = ben.page
    page.get("/orders")
    deed(dora, ben, "appointment")
    assert page.get("/admin").h1


def test_whoever_may_do_nothing_is_given_no_more_to_do(dora, ben):
    factories.change(ben.user, suspended_at=factories.now())
    assert deed(dora, ben, "appointment", 409).h1 == "They are suspended"
    assert row(User, id=ben.id).admin_since is None
    assert kinds() == []


def test_without_a_reason_nothing_is_done(dora, ben):
    seen = deed(dora, ben, "suspension", 422, reason="  ")
    assert "This is needed." in seen.text
    assert kinds() == []


def test_she_does_not_suspend_or_dismiss_herself(dora):
    for noun in ("suspension", "dismissal"):
        assert deed(dora, dora, noun, 409).h1 == "That is you"
    assert "Dismiss" not in dora.page.get(f"/admin/people/{dora.id}").text
    assert row(User, id=dora.id).admin_since
    assert kinds() == []


def test_the_password_is_asked_for_if_that_is_long_ago(dora, ben):
    """S12"""
    long_ago(dora)
    seen = dora.page.get(f"/admin/people/{ben.id}/suspension/new")
    assert seen.h1 == "Confirm that it is you"
    seen = seen.submit("#proof-form", password=PASSWORD)
    assert seen.h1 == "Suspend Ben (@ben)"


def test_what_is_sent_without_the_page_is_asked_too(dora, ben):
    """S12"""
    form = dora.page.get(f"/admin/people/{ben.id}/suspension/new")
    long_ago(dora)
    assert form.submit("#deed-form", reason="Spam").h1 == "Confirm that it is you"
    assert row(User, id=ben.id).suspended_at is None


def test_without_the_guard_an_old_sign_in_would_do(dora, ben, monkeypatch):
    """The control of both."""
    monkeypatch.setattr(access, "acting_admin", access.admin)
    dora.page.get("/admin")
    long_ago(dora)
    deed(dora, ben, "suspension")
    assert row(User, id=ben.id).suspended_at


def test_reading_asks_for_no_password(dora, ben):
    dora.page.get("/admin")
    long_ago(dora)
    assert dora.page.get(f"/admin/people/{ben.id}").h1 == "Ben"


def test_whoever_is_dismissed_is_out_at_once(dora, app):
    otto = factories.a_user("otto", admin=True)
    page = Page(app)
    page.client.carry(otto.id, factories.a_sign_in(otto).id)
    page.get("/admin")
    deed(dora, otto, "dismissal")
    page.get("/admin", 404)


def long_ago(person):
    """As if they had typed their password eleven minutes ago."""
    person.page.get("/account")
    begun = factories.now() - timedelta(minutes=11)
    for sign_in in rows(SignIn, user_id=person.id):
        factories.change(sign_in, created_at=begun)
