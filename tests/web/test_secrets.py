"""What somebody tries to get in with stands in no log, no event and no audit entry (S61)."""

import json
import logging

import pytest

from livedrop.accounts.models import User
from livedrop.audit.commands import write_entries
from livedrop.audit.models import AuditEntry
from livedrop.extensions import db
from tests import factories
from tests.letters import links, posted
from tests.page import Page
from tests.rows import kinds, recorded, row, rows

CANARY = "canary-4f1c"
RIGHT, WRONG, NEW = f"{CANARY} right", f"{CANARY} wrong", f"{CANARY} new one"
EVE = {"email": "eve@example.com", "handle": "eve", "display_name": "Eve"}


@pytest.fixture
def everything(app, caplog):
    """All that was logged, recorded and audited since the beginning, as one text."""
    caplog.set_level(logging.INFO)

    def told():
        write_entries(event_ids=[event.id for event in recorded()])
        stored = [*recorded(), *rows(AuditEntry)]
        facts = [json.dumps([one.subject, one.payload, one.origin]) for one in stored]
        return "\n".join([*(record.getMessage() for record in caplog.records), caplog.text, *facts])

    return told


def lives_through_it(page):
    """Eve signs up, mistypes, resets, changes and is refused; the token of her reset."""
    page.get("/sign-up").submit("#sign-up-form", **EVE, password=RIGHT)
    form = page.get("/settings/password")
    form.submit("#new-password-form", 422, current=WRONG, password=NEW)
    form.submit("#new-password-form", current=RIGHT, password=NEW)
    other = Page(page.client.application)
    other.get("/sign-in").submit("#sign-in-form", 422, email=EVE["email"], password=WRONG)
    other.client.post("/sign-in", data={"password": WRONG})
    other.get("/password-reset").submit("#ask-reset-form", email=EVE["email"])
    (link,) = [link for mail in posted() for link in links(mail) if "password-resets" in link]
    other.get(link).submit("#reset-form", 422, password=EVE["handle"] * 3)
    other.get(link).submit("#reset-form", password=RIGHT)
    return link.rpartition("/")[2]


def test_no_secret_is_told(page, everything):
    token = lives_through_it(page)
    sign_ins = [cookie.value for cookie in page.client._cookies.values()]
    told = everything()
    assert CANARY not in told
    assert token not in told
    assert row(User, handle="eve").password_hash not in told
    assert not any(value in told for value in sign_ins)


def test_every_try_to_get_in_is_told(page, everything):
    lives_through_it(page)
    assert kinds().count("SignInRefused") == 2
    assert {"UserSignedUp", "UserSignedIn", "PasswordChanged", "PasswordReset"} <= set(kinds())
    assert {entry.origin for entry in rows(AuditEntry)} <= {"127.0.0.1", None}
    assert "refused: forged at sign_ins.create" in everything()


def test_who_is_refused_is_told_once_a_window(ben, everything):
    form = Page(ben.app).get("/sign-in")
    for _ in range(10):
        form.submit("#sign-in-form", 422, email=ben.email, password=WRONG)
    for _ in range(3):
        form.submit("#sign-in-form", 429, email=ben.email, password=WRONG)
    assert everything().count("the limit is reached: sign-ins from an address as one person") == 2


def test_what_suspended_people_try_is_told(ben, everything):
    factories.change(ben.user, suspended_at=factories.now())
    ben.page.get("/settings/password").submit(
        "#new-password-form", 403, current=RIGHT, password=NEW
    )
    assert f"refused: suspended at settings.passwords.update, person {ben.id}" in everything()


@pytest.mark.parametrize("hidden", [True, False])
def test_a_crash_does_not_tell_what_was_typed(make_app, caplog, hidden):
    """Not hidden, as it is by default, the failed statement would be told with all its values."""
    app = make_app()
    app.add_url_rule("/crash", view_func=crash)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        db.engine.hide_parameters = hidden
    assert Page(app).client.get("/crash").status_code == 500
    assert "A request crashed" in caplog.text
    assert (CANARY in caplog.text) != hidden


def crash():
    db.session.execute(db.text("SELECT CAST(:word AS text) FROM nowhere"), {"word": CANARY})


def test_the_house_hides_them(app):
    assert db.engine.hide_parameters
