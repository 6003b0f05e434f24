"""What there is about a person is handed over, and taken away; the books and the trail stay."""

import json

import pytest
from sqlalchemy import text

from livedrop import reconcile
from livedrop.accounts.commands import suspend
from livedrop.accounts.models import SignIn, User
from livedrop.audit.commands import write_entries
from livedrop.audit.models import AuditEntry
from livedrop.extensions import db
from livedrop.follows import commands as follows
from livedrop.orders.models import Order
from livedrop.outbox.record import origin, request_id
from livedrop.privacy import queries
from livedrop.privacy.tables import BY_NUMBER_ONLY, KEYS, TABLES
from livedrop.waitlist.models import Entry
from tests import factories
from tests.rows import kinds, recorded, row, rows
from tests.shopping import join, placed

CANARY = "canary_91c4"


def run(app, *words):
    return app.test_cli_runner().invoke(args=words)


def audited():
    write_entries(event_ids=[event.id for event in recorded()])


@pytest.fixture
def mia(app, ada):
    """Mia lived here: she follows Ada, ordered, paid and was sent something."""
    from tests.cast import Person

    mia = Person.called(app, CANARY)
    sign_in = factories.a_sign_in(mia.user)
    factories.change(sign_in, device=f"{CANARY} phone", origin="203.0.113.9")
    factories.change(mia.user, display_name=CANARY, delivery={"name": CANARY, "street": CANARY})
    follows.follow(follower_id=mia.id, creator_id=ada.id)
    order = factories.an_order(mia.user, factories.a_live_drop(ada.creator), status="confirmed")
    factories.change(order, delivery={"name": CANARY, "street": CANARY})
    audited()
    return mia


def anywhere(word):
    """The tables where a word stands in any column."""
    return [
        table
        for table in db.metadata.tables
        if db.session.execute(
            text(f"SELECT count(*) FROM {table} AS one WHERE CAST(one AS text) ILIKE :word"),
            {"word": f"%{word}%"},
        ).scalar_one()
    ]


def test_everything_about_them_is_handed_over_and_no_secret(app, mia, ben):
    told = run(app, "export-person", mia.email)
    everything = json.loads(told.output)
    assert {"users", "orders", "order_lines", "follows", "sign_ins", "audit_entries"} <= set(
        everything
    )
    assert CANARY in told.output
    assert row(User, id=mia.id).password_hash not in told.output
    assert not any(str(one.id) in told.output for one in rows(SignIn))
    assert ben.email not in told.output


def handed_over_of_the_trail(app, mia, ada, dora):
    """She does something from her network, and then an admin something about her from theirs."""
    networks = iter(["203.0.113.9", "198.51.100.7"])
    for deed in (
        lambda: follows.unfollow(follower_id=mia.id, creator_id=ada.id),
        lambda: suspend(user_id=mia.id, reason="Spam", by=dora.id),
    ):
        known = origin.set(next(networks)), request_id.set("a-request")
        deed()
        origin.reset(known[0])
        request_id.reset(known[1])
    audited()
    return json.loads(run(app, "export-person", mia.email).output)["audit_entries"]


def test_where_an_admin_was_is_not_handed_over(app, mia, ada, dora):
    *_, hers, told = handed_over_of_the_trail(app, mia, ada, dora)
    assert (hers["action"], hers["origin"]) == ("Unfollowed", "203.0.113.9")
    assert (told["action"], told["payload"]) == ("UserSuspended", {"reason": "Spam"})
    assert not {"origin", "request_id"} & told.keys()


def test_it_would_be_with_all_that_is_about_her(app, mia, ada, dora, monkeypatch):
    """The control of the test above."""
    all_of_it = str(queries.DID).replace("'origin', 'request_id'", "'previous', 'hash'")
    monkeypatch.setattr(queries, "DID", text(all_of_it))
    assert handed_over_of_the_trail(app, mia, ada, dora)[-1]["origin"] == "198.51.100.7"


def test_what_is_erased_stands_nowhere(app, mia):
    assert set(anywhere(CANARY)) >= {"users", "orders", "sign_ins"}
    orders = len(rows(Order))
    assert run(app, "erase-person", mia.email, "--reason", "They asked").exit_code == 0
    audited()
    assert anywhere(CANARY) == []
    assert anywhere("203.0.113.9") == []
    assert len(rows(Order)) == orders
    assert row(User, id=mia.id).suspended_at
    assert all(one.ended_at for one in rows(SignIn, user_id=mia.id))


@pytest.mark.parametrize("open_order", [True, False])
def test_places_in_line_are_left_if_nothing_else_stands_in_the_way(app, mia, ben, open_order):
    drop = factories.a_live_drop(quantity=1)
    placed(ben, drop)
    join(mia, drop)
    if open_order:
        placed(mia, factories.a_live_drop())
    answer = run(app, "erase-person", mia.email, "--reason", "They asked")
    assert (answer.exit_code, len(rows(Entry))) == ((1, 1) if open_order else (0, 0))


def test_the_books_and_the_trail_stay_right(app, mia):
    before = list(reconcile.problems())  # the order was made without a payment
    run(app, "erase-person", mia.email, "--reason", "They asked")
    audited()
    assert kinds()[-2:] == ["Unfollowed", "PersonErased"]
    assert list(reconcile.problems()) == before
    entry = rows(AuditEntry)[-1]
    assert (entry.subject, entry.payload["reason"]) == (f"user:{mia.id}", "They asked")


def test_nobody_signs_in_as_them_and_somebody_else_may_have_the_address(app, mia, page):
    run(app, "erase-person", mia.email, "--reason", "They asked")
    page.get("/sign-in").submit("#sign-in-form", 422, email=f"{CANARY}@example.com", password="x")
    assert factories.a_user(CANARY)


def test_what_is_not_over_is_ended_first(app, ben, ada):
    placed(ben, factories.a_live_drop(ada.creator))
    for who in (ben, ada):
        answer = run(app, "erase-person", who.email, "--reason", "They asked")
        assert answer.exit_code == 1
        assert answer.output.startswith("Error: Not now: ")
        assert row(User, id=who.id).suspended_at is None


def test_every_table_with_a_person_in_it_is_listed():
    """A new one is found here, so that nobody forgets to decide."""
    listed = {(one.table, one.column) for one in TABLES} | BY_NUMBER_ONLY
    named = {"user_id", "follower_id", "actor_id", "asked_by", "cancelled_by"}
    for table in db.metadata.tables.values():
        for column in table.columns:
            points = any(key.column.table.name == "users" for key in column.foreign_keys)
            if column.name in named or points:
                assert (table.name, column.name) in listed
        if any(key.column.table.name == "sign_ins" for key in table.foreign_keys for _ in [0]):
            assert table.name in KEYS


def test_an_admin_is_made_without_anybody_typing_a_password(app, page):
    answer = run(app, "create-admin", "eve@example.com", "--handle", "eve", "--name", "Eve")
    assert answer.exit_code == 0, answer.output
    assert row(User, handle="eve").admin_since
    path = answer.output.strip().removeprefix(app.extensions["livedrop"].url)
    page.get(path).submit("#reset-form", password="correct horse battery staple")
    again = run(app, "create-admin", "eve@example.com", "--handle", "eve2", "--name", "Eve")
    assert again.exit_code == 1


def test_another_secret_is_made_and_the_present_one_stays_good(app):
    said = dict(line.split("=", 1) for line in run(app, "new-secret").output.splitlines())
    present = app.extensions["livedrop"].secret_key
    assert said["LIVEDROP_PREVIOUS_SECRET_KEY"] == present
    assert len(said["SECRET_KEY"]) == 64
    assert said["SECRET_KEY"] != present
