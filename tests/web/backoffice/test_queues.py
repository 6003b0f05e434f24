"""What waits is seen, also with Redis away; what was given up is tried again, or done without.
U30."""

import pytest

from livedrop.accounts.commands import ask_confirmation
from livedrop.lib.db import transaction
from livedrop.outbox.models import OutboxAttempt
from livedrop.outbox.relay import Hearers, lease
from livedrop.wiring import HEARERS
from tests.page import Page
from tests.rows import recorded, rows


@pytest.fixture
def letters(ben):
    """Two jobs that were given up for an event of Ben's; its id."""
    ask_confirmation(user_id=ben.id)
    (event,) = recorded()
    with transaction() as tx:
        for job in ("news", "audit"):
            dead = {"attempts": 8, "dead_at": event.at, "last_error": "ValueError: out of tune"}
            tx.add(OutboxAttempt(event_id=event.id, job=job, **dead))
    return event.id


def test_she_sees_what_waits_and_for_what(dora, ben):
    ask_confirmation(user_id=ben.id)
    seen = dora.page.get("/admin/queues")
    assert "Redis does not answer" not in seen.text
    assert any(row.startswith("bulk0") for row in seen.texts("tbody tr"))
    assert any(row.startswith("relay1") for row in seen.texts("tbody tr"))
    with transaction() as tx:
        lease(tx, Hearers(HEARERS.always, HEARERS.kinds), 10)
    seen = dora.page.fragment("/admin/queues")
    assert any(row.startswith("audit1") for row in seen.texts("tbody tr"))


def test_with_redis_away_she_sees_that_and_all_the_rest(make_app, dora, ben, letters):
    page = Page(make_app(redis_url="redis://127.0.0.1:9/0"))
    page.client.carry(*signed_in(dora))
    seen = page.get("/admin/queues")
    assert "Redis does not answer." in seen.text
    assert "Nothing of it is lost" in seen.text
    assert "out of tune" in seen.text


def signed_in(person):
    cookie = person.page
    with cookie.client.session_transaction(base_url="https://livedrop.test") as session:
        user_id, _, sign_in_id = session["_user_id"].partition(".")
    return int(user_id), sign_in_id


def test_she_has_it_tried_again(dora, letters):
    form = dora.page.get(f"/admin/queues/letters/{letters}/news/requeue/new")
    assert form.h1 == "Try news for ConfirmationAsked again"
    assert form.submit("#deed-form", reason="Mended.").h1 == "Queues"
    assert [one.job for one in rows(OutboxAttempt)] == ["audit"]
    event, told = recorded()
    assert "news" in (event.awaiting or ["news"])
    assert (told.kind, told.actor_id) == ("DeadLetterRequeued", dora.id)
    assert told.payload == {"job": "news", "reason": "Mended."}


def test_she_does_without_it(dora, letters):
    form = dora.page.get(f"/admin/queues/letters/{letters}/news/discard/new")
    form.submit("#deed-form", reason="Too late for it.")
    assert [one.job for one in rows(OutboxAttempt)] == ["audit"]
    (told,) = recorded("DeadLetterDiscarded")
    assert (told.actor_id, told.payload["reason"]) == (dora.id, "Too late for it.")


def test_the_audit_trail_is_not_done_without(dora, letters):
    assert len(dora.page.get("/admin/queues").all(".deed-links a")) == 3
    form = dora.page.get(f"/admin/queues/letters/{letters}/audit/discard/new")
    refused = form.submit("#deed-form", 409, reason="Who reads it?")
    assert refused.h1 == "The audit trail leaves nothing out"
    assert len(rows(OutboxAttempt)) == 2


def test_what_was_tried_again_already_is_not_there(dora, letters):
    form = dora.page.get(f"/admin/queues/letters/{letters}/news/requeue/new")
    form.submit("#deed-form", reason="Mended.")
    form.submit("#deed-form", 404, reason="Mended.")


def test_a_first_attempt_under_way_is_no_retry_and_a_second_is(dora, ben):
    ask_confirmation(user_id=ben.id)
    (event,) = recorded()
    with transaction() as tx:
        tx.add(OutboxAttempt(event_id=event.id, job="news"))
    assert "Nothing failed lately." in dora.page.get("/admin/queues").text
    with transaction() as tx:
        tx.session.get(OutboxAttempt, (event.id, "news")).attempts = 2
    assert "Nothing failed lately." not in dora.page.get("/admin/queues").text
