"""Whatever is typed anywhere reaches Postgres as a value and never as words of SQL (S49)."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import request
from sqlalchemy import event, inspect, text

import livedrop
from livedrop.extensions import db
from livedrop.lib.forms import Form
from livedrop.web.api import bearer
from tests import factories
from tests.page import HOME, Page
from tests.web.routes import ROWS
from tests.web.test_matrix import Cast, methods, token

NASTY = "x' OR 1=1; CREATE TABLE pwned(); --\"%s:x"
MARK = "pwned"
WEB = Path(livedrop.__file__).parent / "web"
ASKED = re.compile(r"""request\.(?:args|form)(?:\.get\(|\.getlist\(|\[)["'](\w+)["']""")


class Watched:
    """The statements that an application sends while the block lasts: which have the mark in their
    words, and how many have it among their values."""

    def __init__(self, app):
        with app.app_context():
            self.engine = db.engine

    def __enter__(self):
        self.broken, self.reached = [], 0
        event.listen(self.engine, "before_cursor_execute", self._look)
        return self

    def __exit__(self, *_):
        event.remove(self.engine, "before_cursor_execute", self._look)

    def _look(self, _connection, _cursor, statement, values, *_):
        if MARK in statement:
            self.broken.append(statement)
        self.reached += MARK in str(values)


def parameters():
    """Every name by which something is read from an address or a form."""
    asked = {name for file in WEB.rglob("*.py") for name in ASKED.findall(file.read_text())}
    return asked | {name for form in kinds_of(Form) for name in fields_of(form)}


def kinds_of(kind):
    return [one for sub in kind.__subclasses__() for one in (sub, *kinds_of(sub))]


def fields_of(form):
    return [name for name in dir(form) if hasattr(getattr(form, name), "field_class")]


def nasty(sent):
    """The same JSON with other words in it."""
    if isinstance(sent, dict):
        return {name: nasty(one) for name, one in sent.items()}
    if isinstance(sent, list):
        return [nasty(one) for one in sent]
    return NASTY if isinstance(sent, str) else sent


def asked(app, cast, endpoint, names):
    """The answers of a route that is sent it in every parameter, one part of its path at a time."""
    row, method, things = ROWS[endpoint], methods(app)[endpoint], cast.theirs
    person = cast.people["ada" if endpoint.startswith(("studio", "api.drops")) else "ben"]
    parts = re.findall(r"{(\w+)}", row.path)
    for changed in [None, *parts]:
        path = row.path.partition("?")[0].format(
            **things.names | ({changed: quote(NASTY)} if changed else {})
        )
        client, sign_in = Page(app).client, factories.a_sign_in(person.user)
        client.carry(person.id, sign_in.id)
        headers = {"X-CSRFToken": token(client, app), "X-Request-Id": NASTY, "User-Agent": NASTY}
        content = {"data": dict.fromkeys(names, NASTY)} if method != "GET" else {}
        if endpoint.startswith("api."):
            bears = bearer.access_token(person.id, sign_in.id)
            headers |= {"Authorization": f"Bearer {bears}", "Idempotency-Key": NASTY}
            content = {"json": nasty(row.send(things))} if row.send else {}
        query = dict.fromkeys(names, NASTY) if method == "GET" else {}
        answer = client.open(path, method=method, headers=headers, query_string=query, **content)
        yield f"{method} {path}", answer.status_code


@pytest.mark.timeout(300)
def test_no_parameter_of_any_route_reaches_the_words_of_a_statement(make_app, app):
    other, names = make_app(load_test=True), parameters()
    cast = Cast(other)
    assert {"cursor", "email", "title", "creator", "name"} <= names
    with Watched(other) as watched:
        answers = dict(one for row in ROWS for one in asked(other, cast, row, names))
    assert watched.broken == []
    assert watched.reached > 20  # it did get as far as the database
    assert {path: status for path, status in answers.items() if status >= 500} == {}
    assert not inspect(db.engine).has_table(MARK)


def test_a_view_that_writes_sql_of_what_it_is_sent_is_seen(make_app):
    """The control of the test above."""
    app = make_app()

    def find():
        db.session.execute(text(f"SELECT 1 AS a WHERE '{request.args['q']}' = ''"))
        return ""

    app.add_url_rule("/find", view_func=find)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with Watched(app) as watched:
        answer = Page(app).client.get("/find", query_string={"q": NASTY}, base_url=HOME)
    assert answer.status_code == 500
    assert len(watched.broken) == 1
