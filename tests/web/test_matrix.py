"""Who comes to what at every route there is (S33, S34), and that reading changes nothing (S22)."""

from collections.abc import Iterable
from pathlib import Path
from secrets import token_hex

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import text
from werkzeug.test import TestResponse

from livedrop.accounts.commands import suspend
from livedrop.extensions import db
from livedrop.web import access
from livedrop.web.api import bearer
from tests import factories
from tests.cast import Person
from tests.page import HOME, Browser, Page
from tests.web.routes import ELSEWHERE, EVERYBODY, ROWS, Things

ROOT = Path(__file__).parents[2]
# A "no" that is about what was sent or how things stand, not about who sent it.
ABOUT_SOMETHING_ELSE = {409, 410, 415, 422}


class Cast:
    """Seven people, and what is Ben's, Ada's and Sue's own."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        creators, admins = {"ada", "otto", "sue"}, {"dora"}
        self.people = {
            name: Person.called(app, name, creates=name in creators, admin=name in admins)
            for name in EVERYBODY[1:]
        }
        sue = self.people["sue"]
        self.theirs = Things.of(self.people["ben"], self.people["ada"])
        self.sues = Things.of(sue, sue)
        suspend(user_id=sue.id, reason="-")

    def ask(self, endpoint: str, name: str) -> str:
        """What somebody comes to at a route, in a word."""
        row, method = ROWS[endpoint], methods(self.app)[endpoint]
        things = self.sues if name == "sue" else self.theirs
        path, sent = row.path.format(**things.names), row.send(things) if row.send else None
        client = Page(self.app).client
        sign_in = None
        if name != "visitor":
            sign_in = factories.a_sign_in(self.people[name].user)
            client.carry(sign_in.user_id, sign_in.id)
        headers = {"X-CSRFToken": token(client, self.app)}
        content = {"data": sent}
        if endpoint.startswith("api."):
            content = {} if sent is None else {"json": sent}
            headers = {"Idempotency-Key": f"{endpoint} {name}"}
            if sign_in:
                bears = bearer.access_token(sign_in.user_id, sign_in.id)
                headers["Authorization"] = f"Bearer {bears}"
        answer = client.open(path, method=method, headers=headers, **content)
        return word(answer)


def token(client: Browser, app: Flask) -> str:
    """What a form that is shown to this browser would have."""
    with client.session_transaction(base_url=HOME) as session:
        session["csrf_token"] = token_hex(20)
        keys = app.config["WTF_CSRF_SECRET_KEY"]
        return URLSafeTimedSerializer(keys, salt="wtf-csrf-token").dumps(session["csrf_token"])


def word(answer: TestResponse) -> str:
    where = answer.headers.get("Location", "").removeprefix(HOME)
    if answer.status_code == 401 or where.startswith("/sign-in?"):
        return "in"
    if where == "/studio/profile/new" or (answer.json or {}).get("code") == "not-creator":
        return "become"
    if answer.status_code < 400 or answer.status_code in ABOUT_SOMETHING_ELSE:
        return "yes"
    return {403: "not", 404: "none"}.get(answer.status_code, str(answer.status_code))


def methods(app: Flask) -> dict[str, str]:
    """The method of each endpoint, of which each has one."""
    return {
        rule.endpoint: next(iter(rule.methods - {"HEAD", "OPTIONS"}))
        for rule in app.url_map.iter_rules()
    }


def wrong(cast: Cast, endpoints: Iterable[str]) -> dict[str, str]:
    """Where somebody comes to something else than is due to them."""
    return {
        f"{endpoint} {name}": f"{found}, not {due}"
        for endpoint in endpoints
        for name, due in zip(EVERYBODY, ROWS[endpoint].due, strict=True)
        if (found := cast.ask(endpoint, name)) != due
    }


def test_every_route_says_for_whom_it_is(app):
    """S33: whoever adds one adds a row."""
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == ROWS.keys() | ELSEWHERE.keys()
    assert len(methods(app)) == len(list(app.url_map.iter_rules()))
    assert all((ROOT / path).exists() for path in ELSEWHERE.values())


@pytest.mark.timeout(300)
def test_everybody_comes_to_what_is_due_to_them(make_app, app):
    """S33, S34: 404 for what is somebody else's, whoever asks, an admin too."""
    found = wrong(Cast(make_app(load_test=True)), ROWS)
    assert not found, found


find_order = access.find_order


def anybodys_order(order_id, user_id):
    with db.engine.connect() as connection:
        owner = text("SELECT user_id FROM orders WHERE id = :id")
        return find_order(order_id, connection.scalar(owner, {"id": order_id}))


WITHOUT = {
    "own_order": (
        ["orders.show", "order_steps.deliver"],
        lambda patch: patch.setattr(access, "find_order", anybodys_order),
        "orders.show cleo",
    ),
    "actor": (
        ["follows.create", "settings.passwords.update", "api.people.update"],
        lambda patch: patch.setattr(access, "actor", access.person),
        "follows.create sue",
    ),
    "admin": (
        ["backoffice.people.show", "backoffice.drops.create"],
        lambda patch: patch.setattr(access, "admin", access.person),
        "backoffice.drops.create ben",
    ),
    "own_drop": (
        ["studio.drops.show", "studio.sales.index"],
        lambda patch: patch.setattr(access.DropPage, "owned_by", lambda self, user_id: True),
        "studio.drops.show otto",
    ),
}


@pytest.mark.parametrize("guard", WITHOUT)
def test_without_its_guard_the_matrix_is_red(make_app, app, monkeypatch, guard):
    """The controls of the test above."""
    endpoints, remove, seen = WITHOUT[guard]
    cast = Cast(make_app(load_test=True))
    assert wrong(cast, endpoints) == {}
    remove(monkeypatch)
    assert seen in wrong(cast, endpoints)


def test_a_route_without_a_row_is_seen(make_app, app):
    """The control of the first test."""
    other = make_app()
    other.add_url_rule("/new", "new", view_func=lambda: "")
    with pytest.raises(AssertionError):
        test_every_route_says_for_whom_it_is(other)


# --- reading changes nothing ---


def tables() -> dict[str, list[tuple[object, ...]]]:
    """All that stands in the database."""
    with db.engine.connect() as connection:
        return {
            name: sorted(map(tuple, connection.execute(table.select())), key=repr)
            for name, table in db.metadata.tables.items()
        }


def changed_by_reading(app: Flask, endpoints: Iterable[str]) -> set[str]:
    """The tables in which somebody's looking around leaves something."""
    cast, reading = Cast(app), methods(app)
    readers = {}
    for name in ("dora", "ada", "ben"):
        readers[name] = cast.people[name].another_page()
        readers[name].get("/account")
    before = tables()
    for page in readers.values():
        for endpoint in endpoints:
            if reading[endpoint] == "GET":
                page.client.get(ROWS[endpoint].path.format(**cast.theirs.names))
    after = tables()
    return {name for name, rows in before.items() if after[name] != rows}


@pytest.mark.timeout(300)
def test_reading_every_page_changes_nothing(make_app, app):
    """S22"""
    assert changed_by_reading(make_app(load_test=True), ROWS) == set()


def test_a_page_that_writes_is_seen(make_app, app, monkeypatch):
    """The control of the test above."""
    other = make_app(load_test=True)
    seen = other.view_functions["settings.show"]

    def write():
        person = access.person()
        suspend(user_id=person.user_id, reason="looked")
        return seen()

    other.view_functions["settings.show"] = write
    assert changed_by_reading(other, ["settings.show"]) == {"users", "outbox_events"}
