"""Whoever looks after the house finds who tried what, from where, in which request (S61)."""

import json
import logging
from io import StringIO

import pytest

from livedrop.audit.commands import write_entries
from livedrop.audit.models import AuditEntry
from livedrop.lib import logs
from livedrop.web import refusals
from livedrop.web.api import bearer
from tests import factories
from tests.factories import PASSWORD
from tests.page import HOME, Page
from tests.rows import recorded, rows

NAME = "told-4711"
HERE = "from 127.0.0.0/24"


@pytest.fixture
def lines():
    """What is written in production of the requests named so."""
    paper, level = StringIO(), logging.getLogger().level
    logs.begin("json", "test", to=paper)
    yield lambda: [
        line["said"]
        for line in map(json.loads, paper.getvalue().splitlines())
        if line.get("request") == NAME and line["said"] != "answered"
    ]
    logs.end()
    logging.getLogger().setLevel(level)


def named(page):
    """The same browser, whose requests a gateway names."""
    page.client.environ_base["HTTP_X_REQUEST_ID"] = NAME
    return page


def forged(ben):
    named(ben.page).client.post("/sign-out")


def suspended(ben):
    factories.change(ben.user, suspended_at=factories.now())
    named(ben.page).get("/settings/password").submit(
        "#new-password-form", 403, current=PASSWORD, password="a new one, quite long"
    )


def limited(ben):
    form = named(ben.page).get("/settings/proof")
    for status in [422] * 10 + [429] * 3:
        form.submit("#proof-form", status, password="a guess")


def bad_token(ben):
    named(Page(ben.app)).client.get("/api/v1/me", headers={"Authorization": "Bearer none"})


def ended(ben):
    sign_in = factories.a_sign_in(ben.user, ended_at=factories.now())
    bears = f"Bearer {bearer.access_token(ben.id, sign_in.id)}"
    named(Page(ben.app)).client.get("/api/v1/me", headers={"Authorization": bears})


DEEDS = {
    forged: "refused: forged at sign_ins.destroy, person {ben}, " + HERE,
    suspended: "refused: suspended at settings.passwords.update, person {ben}, " + HERE,
    limited: "the limit is reached: passwords typed again by one person"
    " at settings.proofs.create, person {ben}, " + HERE,
    bad_token: "refused: invalid-token at api.people.show, person None, " + HERE,
    ended: "refused: signed-out at api.people.show, person {ben}, " + HERE,
}


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_each_refusal_is_one_line_with_who_and_where_and_which_request(app, ben, lines, deed):
    with app.app_context():
        deed(ben)
    assert lines() == [DEEDS[deed].format(ben=ben.id)]


def test_unless_it_is_noted_nobody_would_know(app, ben, lines, monkeypatch):
    """The control of those above."""
    monkeypatch.setattr(refusals, "note", lambda code: None)
    forged(ben)
    assert lines() == []


def entries():
    write_entries(event_ids=[event.id for event in recorded()])
    return [(one.action, one.actor_id, one.origin) for one in rows(AuditEntry) if _is_ours(one)]


def _is_ours(entry):
    return entry.request_id == NAME


def test_each_way_in_is_an_entry_with_who_and_where_and_which_request(ben):
    page = named(Page(ben.app))
    page.get("/sign-in").submit("#sign-in-form", 422, email=ben.email, password="a guess")
    page.get("/sign-in").submit("#sign-in-form", email=ben.email, password=PASSWORD)
    page.client.post("/api/v1/tokens", json={"email": ben.email, "password": PASSWORD})
    page.post("/sign-out", csrf_token=page.get("/account").value("csrf_token"))
    assert [action for action, *_ in entries()] == [
        "SignInRefused",
        "UserSignedIn",
        "UserSignedIn",
        "UserSignedOut",
    ]
    assert {origin for *_, origin in entries()} == {"127.0.0.1"}


def test_so_is_what_an_admin_does(dora, ben):
    named(dora.page).get(f"/admin/people/{ben.id}/suspension/new").submit(
        "#deed-form", reason="They asked."
    )
    assert ("UserSuspended", dora.id, "127.0.0.1") in entries()


def test_a_name_that_cannot_be_written_down_is_none(ben, lines):
    page = named(ben.page)
    page.client.environ_base["HTTP_X_REQUEST_ID"] = 'x" said="nothing'
    page.client.post("/sign-out")
    assert lines() == []
    assert page.client.get("/", base_url=HOME).headers["X-Request-Id"] != 'x" said="nothing'
