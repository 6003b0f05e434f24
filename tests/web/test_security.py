"""What browsers are told to refuse, and whose requests may change anything."""

import pytest

from livedrop.lib import security
from tests import factories
from tests.page import HOME, Page
from tests.rows import recorded

SELF_ONLY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PAGES = {"/sign-in": 200, "/account": 200, "/nowhere": 404, "/healthz": 200, "/clock": 200}


@pytest.mark.parametrize(("path", "status"), PAGES.items())
def test_every_answer_says_what_a_page_may_do(page, path, status):
    """S27, S30"""
    answer = page.client.get(path)
    assert answer.status_code == status
    assert answer.headers["Content-Security-Policy"] == SELF_ONLY
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]


@pytest.mark.parametrize("host", ["evil.test", "livedrop.test.evil.test", "127.0.0.1"])
def test_it_answers_to_no_other_name(page, host):
    """S31"""
    for path in ("/sign-in", "/nowhere"):
        answer = page.client.get(path, base_url=f"https://{host}")
        assert answer.status_code == 400
        assert host not in answer.text


def test_nobody_can_claim_another_address_or_name(ben):
    """S31: no hop is trusted, so what it would say is not listened to."""
    claims = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Host": "evil.test"}
    seen = Page(ben.app).get("/sign-in")
    token = seen.value("csrf_token")
    fields = {"email": ben.email, "password": factories.PASSWORD, "csrf_token": token}
    answer = seen.page.client.post("/sign-in", data=fields, headers=claims)
    assert answer.headers["Location"] == "/"
    assert recorded("UserSignedIn")[0].origin == "127.0.0.1"


def test_every_cookie_is_for_this_site_alone(page):
    """S09"""
    (cookie,) = page.client.get("/sign-in").headers.getlist("Set-Cookie")
    name, *parts = cookie.split("; ")
    assert name.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} == set(parts)


# --- whose requests may change anything (S21): every unsafe route there is ---


def unsafe_routes(app):
    return [
        (rule, method, app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods - security.SAFE)
    ]


def path_of(rule):
    """Some address of this route; which one does not matter to a guard that comes first."""
    values = {
        name: "0" if "int" in type(converter).__name__.lower() else "x"
        for name, converter in rule._converters.items()
    }
    values |= {
        name: "00000000-0000-0000-0000-000000000000"
        for name, converter in rule._converters.items()
        if "UUID" in type(converter).__name__
    }
    _, path = rule.build(values)
    return path


def refusals(app, person, headers, with_token):
    """Routes, by name, and the status with which each answered a request made like this."""
    answers = {}
    for rule, method, view in unsafe_routes(app):
        if not hasattr(view, "guarded_otherwise"):
            page = person.another_page()  # whatever the route before did to the session
            token = token_of(page) if with_token else ""
            answer = page.client.open(
                path_of(rule), method=method, data={"csrf_token": token}, headers=headers
            )
            answers[f"{method} {rule.rule}"] = answer.status_code
    return answers


def token_of(page):
    return page.get("/account").one("input[name=csrf_token]").get("value")


FOREIGN = [
    ({"Sec-Fetch-Site": "cross-site"}, True),
    ({"Sec-Fetch-Site": "same-site"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Origin": "https://evil.test"}, True),
    ({"Origin": "null", "Sec-Fetch-Site": None}, True),
    ({"Origin": HOME}, False),
]


@pytest.mark.parametrize(("headers", "with_token"), FOREIGN)
def test_no_route_changes_anything_for_a_stranger(app, ben, headers, with_token):
    """S21"""
    answers = refusals(app, ben, headers, with_token)
    assert "POST /sign-out" in answers
    assert answers == dict.fromkeys(answers, 403)


def test_with_a_token_and_from_home_every_route_answers(app, ben):
    """The control of the test above: the same requests, made from our own page."""
    answers = refusals(app, ben, {"Origin": HOME}, with_token=True)
    assert 403 not in answers.values()


def test_without_the_guard_a_strangers_request_goes_through(make_app, monkeypatch):
    monkeypatch.setattr(security, "refuse_foreign", lambda: None)
    page = Page(make_app())
    token = page.get("/sign-in").value("csrf_token")
    answer = page.client.post(
        "/sign-in", data={"csrf_token": token}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 422


def test_routes_with_another_guard_say_which(app):
    for rule, method, view in unsafe_routes(app):
        reason = getattr(view, "guarded_otherwise", "a token")
        assert isinstance(reason, str), f"{method} {rule.rule}"


def test_the_token_may_come_in_a_header_as_htmx_sends_it(ben):
    token = token_of(ben.page)
    answer = ben.page.client.post("/sign-out", headers={"X-CSRFToken": token})
    assert answer.status_code == 303


def test_somebody_elses_token_is_none(ben, cleo):
    token = token_of(cleo.page)
    seen = ben.page.post("/sign-out", 403, csrf_token=token)
    assert seen.h1 == "This form is too old"
    assert "Ben" in ben.page.get("/account").text
