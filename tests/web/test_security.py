"""What browsers are told to refuse, and whose requests may change anything."""

import re

import pytest
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import AnyConverter, IntegerConverter, UUIDConverter

from livedrop.lib import security
from tests import factories
from tests.page import HOME, Page
from tests.rows import recorded

SELF_ONLY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
    " report-uri /policy-reports; report-to policy"
)
PAGES = {"/sign-in": 200, "/account": 200, "/nowhere": 404, "/healthz": 200, "/clock": 200}


@pytest.mark.parametrize(("path", "status"), PAGES.items())
def test_every_answer_says_what_a_page_may_do(page, path, status):
    """S27, S30"""
    answer = page.client.get(path)
    assert answer.status_code == status
    assert answer.headers["Content-Security-Policy"] == SELF_ONLY
    assert answer.headers["Reporting-Endpoints"] == 'policy="/policy-reports"'
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]


NOES = {
    "a forged form": (lambda client: client.post("/sign-in"), 403),
    "nothing there": (lambda client: client.get("/nowhere"), 404),
    "no such way": (lambda client: client.post("/healthz"), 405),
    "too large": (lambda client: client.post("/sign-in", data={"email": "x" * 300_000}), 413),
    "unacceptable": (lambda client: client.post("/sign-in", data=token_and_no_more(client)), 422),
    "a crash": (lambda client: client.get("/crash"), 500),
    "no name of ours": (lambda client: client.get("/", base_url="https://evil.test"), 400),
}


@pytest.fixture
def crashing(make_app):
    def made():
        app = make_app()
        app.add_url_rule("/crash", view_func=lambda: 1 // 0)
        app.config["PROPAGATE_EXCEPTIONS"] = False
        return Page(app).client

    return made


def token_and_no_more(client):
    (token,) = re.findall(r'name="csrf_token"[^>]* value="([^"]+)"', client.get("/sign-in").text)
    return {"csrf_token": token}


@pytest.mark.parametrize("no", NOES)
def test_every_no_says_it_too(crashing, no):
    """S27, S30"""
    ask, status = NOES[no]
    answer = ask(crashing())
    assert answer.status_code == status
    assert security.HEADERS.items() <= dict(answer.headers).items()


@pytest.mark.parametrize("no", NOES)
def test_without_what_is_around_the_application_no_answer_says_any_of_it(crashing, no, monkeypatch):
    """The control of those above."""
    monkeypatch.setattr(security, "SetsHeaders", lambda app, pictures: app)
    ask, status = NOES[no]
    answer = ask(crashing())
    assert answer.status_code == status
    assert not security.HEADERS.keys() & dict(answer.headers).keys()


@pytest.mark.parametrize("host", ["evil.test", "livedrop.test.evil.test", "127.0.0.1"])
def test_it_answers_to_no_other_name(page, host):
    """S31"""
    for path in ("/sign-in", "/nowhere"):
        answer = page.client.get(path, base_url=f"https://{host}")
        assert answer.status_code == 400
        assert host not in answer.text


def test_without_a_list_of_names_it_would_answer_to_any(make_app):
    """The control of the test above."""
    app = make_app()
    app.config["TRUSTED_HOSTS"] = None
    assert Page(app).client.get("/sign-in", base_url="https://evil.test").status_code == 200


NUL = {
    "/drops/a%00b": 404,
    "/drops/a%00b/orders/new": 404,
    "/@a%00b": 404,
    "/products/a%00b": 404,
    "/drops?creator=%00": 400,
}


@pytest.mark.parametrize(("path", "status"), NUL.items())
def test_what_postgres_cannot_compare_is_nowhere(crashing, path, status):
    assert crashing().get(path).status_code == status


@pytest.mark.parametrize("path", NUL)
def test_unless_it_is_refused_it_crashes(crashing, path, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr("livedrop.refuse_nul", lambda: None)
    assert crashing().get(path).status_code == 500


def test_nobody_signs_in_with_what_postgres_cannot_compare(crashing):
    client = crashing()
    fields = token_and_no_more(client) | {"email": "ada\0@example.com", "password": "x" * 8}
    assert client.post("/sign-in", data=fields).status_code == 400


CLAIMS = {"X-Forwarded-For": "6.6.6.6, 7.7.7.7", "X-Forwarded-Host": "evil.test"}
SEEN_FROM = {0: "127.0.0.1", 1: "7.7.7.7", 2: "6.6.6.6"}


@pytest.mark.parametrize(("proxies", "address"), SEEN_FROM.items())
def test_what_is_claimed_of_an_address_is_believed_of_our_own_proxies_alone(
    make_app, ben, proxies, address
):
    """S31: of none unless we have one; with one too many believed, anybody is whoever they like."""
    form = Page(make_app(proxies=proxies)).get("/sign-in")
    fields = {"email": ben.email, "password": factories.PASSWORD}
    token = form.value("csrf_token")
    answer = form.page.client.post("/sign-in", data=fields | {"csrf_token": token}, headers=CLAIMS)
    assert answer.headers["Location"] == "/"
    assert recorded("UserSignedIn")[0].origin == address


@pytest.mark.parametrize("proxies", [0, 1])
def test_no_proxy_is_believed_about_our_name(make_app, proxies):
    """S31"""
    client = Page(make_app(proxies=proxies)).client
    assert client.get("/sign-in", headers=CLAIMS).status_code == 200
    assert "evil.test" not in client.get("/sign-in", headers=CLAIMS).text


def test_a_proxy_believed_about_our_name_could_be_told_any(make_app):
    """The control of the test above."""
    app = make_app()
    app.wsgi_app = ProxyFix(app.wsgi_app, x_host=1)
    assert Page(app).client.get("/sign-in", headers=CLAIMS).status_code == 400


ATTRIBUTES = {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}
UNSET = {
    "SESSION_COOKIE_SECURE": (False, "Secure"),
    "SESSION_COOKIE_HTTPONLY": (False, "HttpOnly"),
    "SESSION_COOKIE_SAMESITE": (None, "SameSite=Lax"),
}


def test_every_cookie_is_for_this_site_alone(app):
    """S09"""
    name, attributes = cookie_of(app)
    assert name == "__Host-session"
    assert attributes == ATTRIBUTES


def test_so_is_the_mark_that_a_sign_in_leaves(page, ben):
    """S09"""
    fields = {"email": ben.email, "password": factories.PASSWORD}
    seen = page.get("/sign-in").submit("#sign-in-form", 303, **fields)
    (mark,) = [one for one in seen.headers.getlist("Set-Cookie") if "known" in one]
    name, *attributes = mark.split("; ")
    assert name.startswith("__Host-known=")
    assert set(attributes) > ATTRIBUTES


@pytest.mark.parametrize("setting", UNSET)
def test_without_our_settings_a_cookie_would_be_seen_by_others(make_app, setting):
    """The control of the test above: Flask's defaults are not our policy."""
    app = make_app()
    app.config[setting], missing = UNSET[setting]
    assert ATTRIBUTES - cookie_of(app)[1] == {missing}


def cookie_of(app):
    (cookie,) = Page(app).client.get("/sign-in").headers.getlist("Set-Cookie")
    pair, *attributes = cookie.split("; ")
    return pair.partition("=")[0], set(attributes)


# --- whose requests may change anything (S21): every unsafe route there is ---


def unsafe_routes(app):
    return [
        (rule, method, app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods - security.SAFE)
    ]


NOUGHT = "00000000-0000-0000-0000-000000000000"


def path_of(rule):
    """Some address of this route; which one does not matter to a guard that comes first."""
    _, path = rule.build({name: sample(one) for name, one in rule._converters.items()})
    return path


def sample(converter):
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    if isinstance(converter, IntegerConverter):
        return "0"
    return NOUGHT if isinstance(converter, UUIDConverter) else "x"


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
    ({"Origin": "https://["}, True),
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


def test_routes_with_another_guard_say_which_and_are_no_others(app):
    """S21: a provider's signed callback, a mail program's one click, what browsers report of our
    policy, and apps, who bear a token."""
    otherwise = {
        rule.endpoint.split(".")[0] if rule.endpoint.startswith("api.") else rule.endpoint: reason
        for rule, _, view in unsafe_routes(app)
        if (reason := getattr(view, "guarded_otherwise", None))
    }
    assert otherwise == {
        "callbacks.create": "signed by the provider",
        "unsubscribes.create": "signed by us for this one purpose",
        "reports.create": "changes nothing: it is counted and logged",
        "api": "a bearer token, which no browser sends by itself",
    }


def test_the_token_may_come_in_a_header_as_htmx_sends_it(ben):
    token = token_of(ben.page)
    answer = ben.page.client.post("/sign-out", headers={"X-CSRFToken": token})
    assert answer.status_code == 303


def test_somebody_elses_token_is_none(ben, cleo):
    token = token_of(cleo.page)
    seen = ben.page.post("/sign-out", 403, csrf_token=token)
    assert seen.h1 == "This form is too old"
    assert "Ben" in ben.page.get("/account").text
