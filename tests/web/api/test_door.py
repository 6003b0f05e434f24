"""What holds for every call: who asks, how a no is told, and what comes with every answer."""

import json

import pytest

from livedrop.web import session
from livedrop.web.api import bearer, limits, problems
from tests import factories
from tests.page import HOME, words

NOES = {
    "no such way": ("GET", "/nowhere", None, 404, "not-found"),
    "another verb": ("PUT", "/me", {}, 405, "method-not-allowed"),
    "too large": ("POST", "/users", {"email": "x" * 300_000}, 413, "too-large"),
    "cannot be meant": ("POST", "/users", {"email": "x"}, 422, "invalid"),
    "nobody": ("GET", "/me", None, 401, "not-signed-in"),
    "a NUL": ("GET", "/nowhere%00", None, 404, "not-found"),
}


@pytest.mark.parametrize("no", NOES)
def test_every_no_is_a_problem(visitor, no):
    """U41"""
    method, path, content, status, code = NOES[no]
    said = visitor.ask(method, path, status, content, code=code)
    assert said["type"] == f"{HOME}/api/docs/problems#{code}"
    assert said["status"] == status
    assert said["title"]
    assert said["detail"]


def test_a_crash_and_an_empty_pool_are_problems_too(make_app):
    app = make_app()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/api/v1/crash", view_func=lambda: 1 // 0)
    answer = app.test_client().get("/api/v1/crash")
    assert (answer.status_code, answer.json["code"]) == (500, "server-error")
    assert answer.mimetype == problems.JSON


def test_another_name_of_the_host_is_a_problem(visitor):
    answer = visitor.client.get("/api/v1/me", base_url="https://evil.test")
    assert (answer.status_code, answer.json["code"]) == (400, "bad-request")


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "text/plain", "", "text/json"]
)
def test_a_body_is_json_or_nothing(visitor, kind):
    """S26"""
    answer = visitor.client.post("/api/v1/tokens", data="email=x", content_type=kind)
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported-media-type")


@pytest.mark.parametrize("text", ["{", "\xff", ""])
def test_what_is_no_json_is_told_so(visitor, text):
    answer = visitor.client.post(
        "/api/v1/tokens", data=text.encode("latin-1"), content_type="application/json"
    )
    assert (answer.status_code, answer.json["code"]) == (400, "bad-request")


def test_what_cannot_be_meant_is_told_field_by_field(visitor):
    said = visitor.post("/users", {"email": "x@y.example", "handle": "A b", "more": 1}, 422)
    assert {error["field"] for error in said["errors"]} == {"handle", "password", "more"}


def test_a_field_may_have_any_name_and_not_all_mistakes_are_told(visitor):
    said = visitor.post("/tokens", {"self": 1, "code": 1}, 422, code="invalid")
    assert {error["field"] for error in said["errors"]} == {"email", "password", "self", "code"}
    many = dict.fromkeys(map(str, range(1000)), 1)
    assert len(visitor.post("/tokens", many, 422)["errors"]) == 50


def test_a_cookie_opens_nothing(app, ben):
    """S26"""
    answer = ben.page.client.get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_unless_the_cookie_is_overlooked_it_does(app, ben, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(bearer, "identify", lambda: None)
    assert ben.page.client.get("/api/v1/me").status_code == 200


def test_of_cookie_and_token_the_token_counts(ben, cleo, runs):
    token = runs(cleo).token
    answer = ben.page.client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.json["handle"] == "cleo"


def test_no_other_site_is_let_in(visitor, ben, runs):
    """S32"""
    for method in ("GET", "OPTIONS"):
        answer = runs(ben).send(method, "/me", Origin="https://evil.test")
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_a_post_is_what_it_says_it_is(visitor):
    """A form may ask for another verb; here nobody needs to."""
    visitor.post("/me?_method=GET", {}, 405)
    visitor.post("/tokens?_method=DELETE", {}, 422)


def test_a_request_is_known_by_the_name_it_came_with(visitor):
    """U46"""
    answer = visitor.send("GET", "/me", X_Request_Id="a-name.1")
    assert answer.headers["X-Request-Id"] == answer.json["request_id"] == "a-name.1"
    assert "<" not in visitor.send("GET", "/me", X_Request_Id="<b>").headers["X-Request-Id"]


def test_every_answer_says_how_many_more_there_may_be(ben, runs):
    """U44"""
    app = runs(ben)
    first, second = app.send("GET", "/me"), app.send("GET", "/me")
    assert first.headers["RateLimit-Policy"] == '"person";q=600;w=60'
    assert first.headers["RateLimit"].startswith('"person";r=599;t=')
    assert second.headers["RateLimit"].startswith('"person";r=598;t=')


def test_who_asks_too_often_is_told_when_to_come_back(ben, runs, monkeypatch):
    """U44"""
    monkeypatch.setattr(limits, "PERSON", limits.Bucket("few", "2/minute"))
    app = runs(ben)
    app.get("/me")
    app.get("/me")
    answer = app.send("GET", "/me")
    assert (answer.status_code, answer.json["code"]) == (429, "too-many-tries")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert '"person";r=0' in answer.headers["RateLimit"]


def test_who_tries_tokens_is_counted_too(visitor, monkeypatch):
    monkeypatch.setattr(limits, "ADDRESS", limits.Bucket("few", "2/minute"))
    visitor.token = "x"
    codes = [visitor.send("GET", "/me").json["code"] for _ in range(3)]
    assert codes == ["invalid-token", "invalid-token", "too-many-tries"]


def test_who_knows_the_answer_is_told_that_nothing_is_different(ben, runs):
    """U43"""
    app = runs(ben)
    tag = app.send("GET", "/me").headers["ETag"]
    answer = app.send("GET", "/me", If_None_Match=tag)
    assert (answer.status_code, answer.data) == (304, b"")
    factories.change(ben.user, display_name="Benjamin")
    assert app.send("GET", "/me", If_None_Match=tag).status_code == 200


def test_a_sign_in_is_checked_once_in_five_seconds(app, ben, runs):
    mine = runs(ben)
    mine.get("/me")
    claimed = next(reversed(session.memory()._verified))
    assert session.remembered(claimed)


def test_the_document_is_openapi_3_1_and_names_every_call(visitor):
    """U40"""
    said = visitor.get("/openapi.json")
    assert said["openapi"].startswith("3.1")
    assert {"/me", "/users", "/tokens", "/tokens/refresh"} <= said["paths"].keys()
    assert json.dumps(said).count("$ref")


def test_the_handbook_has_every_call_shape_and_code(page, visitor):
    """U40, U41: the address that a problem has for its type leads to what is said of it."""
    document = visitor.get("/openapi.json")
    contents = page.get("/api/docs")
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            assert f"{method.upper()} {path}" in contents.text
            chapter = page.get(f"/api/docs/{call['tags'][0].lower()}")
            assert words(chapter.one(f"#{call['operationId'].replace('.', '-')}"))
    shapes, told = page.get("/api/docs/shapes"), page.get("/api/docs/problems")
    assert all(shapes.has(f"#shape-{name}") for name in document["components"]["schemas"])
    assert all(told.has(f"#{code}") for codes in problems.CODES.values() for code in codes)
    page.get("/api/docs/nothing", 404)


NUL = {
    "/tokens": {"email": "ada\0@example.com", "password": "x" * 8},
    "/orders": {"drop_id": "1", "lines": [{"sku_id": "1", "quantity": 1}], "delivery": "\0"},
}


@pytest.mark.parametrize("path", NUL)
def test_what_postgres_cannot_keep_never_reaches_it(ben, runs, path):
    runs(ben).post(path, NUL[path], 422, code="invalid", Idempotency_Key="one")
