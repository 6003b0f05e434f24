"""Access tokens: which are believed, and for how long."""

import json
from datetime import timedelta
from time import monotonic
from types import SimpleNamespace

import jwt
import pytest
from jwt.utils import base64url_encode

from livedrop.accounts.commands import restore, suspend
from livedrop.grants import commands as grants
from livedrop.grants.models import Family
from livedrop.lib import tokens
from livedrop.lib.clock import clock
from livedrop.web import session
from livedrop.web.api import bearer
from tests import factories
from tests.factories import PASSWORD
from tests.page import HOME
from tests.rows import recorded, row

SECRETS = {"old": "o" * 40, "new": "n" * 40}


@pytest.fixture
def signs(app, ben):
    """Makes tokens with the application's own key, and whatever is wrong with them."""
    keys = app.extensions["token-keys"]
    name, secret = keys.signing
    sign_in = factories.a_sign_in(ben.user)

    def sign(head=None, key=secret, algorithm="HS256", **claims):
        now = int(clock.now().timestamp())
        said = {
            "iss": HOME,
            "aud": "livedrop-api",
            "sub": str(ben.id),
            "sid": str(sign_in.id),
            "jti": "x",
            "iat": now,
            "nbf": now,
            "exp": now + 600,
        } | claims
        said = {name: value for name, value in said.items() if value is not ...}
        heads = {"kid": name, "typ": "at+jwt"} | (head or {})
        return jwt.encode(said, key, algorithm, headers=heads)

    return sign


def asks(visitor, token, status):
    visitor.token = token
    answer = visitor.send("GET", "/me")
    assert answer.status_code == status, answer.text
    if status == 401:
        assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_a_token_that_is_right_is_believed(visitor, signs):
    asks(visitor, signs(), 200)


@pytest.mark.parametrize(
    "wrong",
    [{"algorithm": "none", "key": None}, {"algorithm": "HS512"}, {"key": "k" * 40}, {"key": "k"}],
)
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_no_other_signature_is_believed(visitor, signs, wrong):
    """S14"""
    asks(visitor, signs(**wrong), 401)


def test_an_altered_token_is_not_believed(visitor, signs):
    """S14"""
    head, body, signature = signs().split(".")
    _, other, _ = signs(sub="1").split(".")
    for token in (
        f"{head}.{other}.{signature}",
        f"{head}.{body}.{signature[:-4]}AAAA",
        "x",
        "..",
    ):
        asks(visitor, token, 401)


@pytest.mark.parametrize(
    "head",
    [
        {"kid": "../../dev/null"},
        {"kid": "unknown"},
        {"kid": None},
        {"kid": ["derived"]},
        {"kid": "", "jku": "https://evil.test"},
    ],
)
def test_only_our_own_keys_open(visitor, signs, head):
    """S15"""
    name = head["kid"]
    token = signs({"kid": "x"} | head) if isinstance(name, str) else with_head(signs(), kid=name)
    asks(visitor, token, 401)


@pytest.mark.parametrize("name", ["jku", "jwk", "x5u", "x5c"])
def test_where_a_key_is_to_be_found_is_not_believed(visitor, signs, name):
    """S15: with the right key it is overlooked, with another it is of no use."""
    asks(visitor, signs({name: "https://evil.test/key"}), 200)
    asks(visitor, signs({name: "https://evil.test/key"}, key="e" * 40), 401)


def with_head(token, **changes):
    head = jwt.get_unverified_header(token) | changes
    _, body, signature = token.split(".")
    return f"{base64url_encode(json.dumps(head).encode()).decode()}.{body}.{signature}"


@pytest.mark.parametrize("name", ["exp", "iat", "nbf", "iss", "aud", "jti", "sub", "sid"])
def test_no_claim_may_be_missing(visitor, signs, name):
    """S16"""
    asks(visitor, signs(**{name: ...}), 401)


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.test"},
        {"aud": "somebody-else"},
        {"aud": ["livedrop-api", "somebody-else"]},
        {"sub": "0"},
        {"sub": "x"},
        {"sid": "x"},
        {"sid": 7},
        {"exp": "soon"},
        {"exp": 1e12},
        {"exp": True},
        {"nbf": "soon"},
    ],
)
def test_no_claim_may_be_wrong(visitor, signs, wrong):
    """S16"""
    asks(visitor, signs(**wrong), 401)


@pytest.mark.parametrize(
    "moved",
    [
        {"exp": -1},
        {"exp": 601},  # longer than any is made for
        {"nbf": 60},
        {"iat": 60, "exp": 600},
    ],
)
def test_a_token_is_good_for_its_time_alone(visitor, signs, moved):
    """S16, S17"""
    now = int(clock.now().timestamp())
    asks(visitor, signs(**{name: now + seconds for name, seconds in moved.items()}), 401)


@pytest.mark.parametrize("kind", ["JWT", "rt+jwt", "service+jwt", ""])
def test_a_token_of_another_kind_is_not_believed(visitor, signs, kind):
    """S16, S19"""
    asks(visitor, signs({"typ": kind}), 401)


def test_unless_times_are_looked_at_an_old_one_is(visitor, signs, monkeypatch):
    """The control of those above: the library is told to leave times to us."""
    monkeypatch.setattr(tokens, "_check_times", lambda *_: None)
    asks(visitor, signs(exp=1), 200)


def test_what_was_made_for_something_else_opens_nothing_here(visitor, ben):
    """S19"""
    sign_in_id = factories.a_sign_in(ben.user).id
    asks(visitor, grants.begin(sign_in_id=sign_in_id), 401)
    asks(visitor, grants.make_ticket(sign_in_id=sign_in_id), 401)
    service = tokens.issue(
        kind="service+jwt", audience="livedrop-api", subject="1", lasts=timedelta(seconds=60)
    )
    asks(visitor, service, 401)


def test_a_name_and_a_password_are_no_token(visitor):
    answer = visitor.send("GET", "/me", Authorization="Basic YmVuOnB3")
    assert answer.status_code == 401


def test_of_two_keys_the_new_one_signs_and_both_are_believed(make_app, ben):
    """S18: a retired one is not."""
    sign_in_id = factories.a_sign_in(ben.user).id
    old, both, new = (
        make_app(token_keys=",".join(f"{name}:{SECRETS[name]}" for name in names))
        for names in (["old"], ["new", "old"], ["new"])
    )
    with old.app_context():
        old_token = bearer.access_token(ben.id, sign_in_id)
    with both.app_context():
        new_token = bearer.access_token(ben.id, sign_in_id)
    assert jwt.get_unverified_header(new_token)["kid"] == "new"
    assert status(both, old_token) == status(both, new_token) == status(new, new_token) == 200
    assert status(new, old_token) == status(old, new_token) == 401


def status(app, token):
    headers = {"Authorization": f"Bearer {token}"}
    return app.test_client().get("/api/v1/me", headers=headers).status_code


def test_a_token_lives_no_longer_than_its_sign_in(app, ben, runs):
    """S20: elsewhere than where it was ended, what is remembered of it counts for five seconds."""
    mine = runs(ben)
    mine.get("/me")
    mine.delete("/tokens")
    mine.get("/me", 401, code="signed-out")


def test_the_suspended_read_and_do_nothing_else(app, ben, runs, monkeypatch):
    """S20"""
    mine = runs(ben)
    mine.patch("/me", {"display_name": "Benny"})
    suspend(user_id=ben.id, reason="-")
    later = monotonic() + 5.1
    monkeypatch.setattr(session, "monotonic", lambda: later)
    assert mine.get("/me")["suspended"] is True
    mine.patch("/me", {"display_name": "Benjamin"}, 403, code="suspended")
    restore(user_id=ben.id, reason="-")


def test_somebody_elses_sign_in_is_nobodys(visitor, signs, cleo):
    asks(visitor, signs(sub=str(cleo.id)), 401)


# --- signing in, coming back, signing out ---


@pytest.fixture
def pair(visitor, ben):
    """Ben's app has signed in."""
    return visitor.post("/tokens", {"email": ben.email, "password": PASSWORD})


def test_an_app_signs_in_and_comes_back(visitor, pair):
    """S17"""
    assert pair["token_type"] == "Bearer"
    assert pair["expires_in"] == 600
    visitor.token = pair["access_token"]
    assert visitor.get("/me")["handle"] == "ben"
    visitor.token = exchange(visitor, pair)["access_token"]
    assert visitor.get("/me")["handle"] == "ben"


def test_address_or_password_may_be_wrong_alike(visitor, ben):
    wrong = {"email": ben.email, "password": "another password"}
    unknown = {"email": "nobody@example.com", "password": PASSWORD}
    first, second = (visitor.post("/tokens", said, 401) for said in (wrong, unknown))
    assert first | {"request_id": ""} == second | {"request_id": ""}
    assert first["code"] == "wrong-credentials"


def test_an_answer_that_was_lost_is_given_again(visitor, pair):
    """S17: within ten seconds, and then both go on from there."""
    first, again = exchange(visitor, pair), exchange(visitor, pair)
    assert first["refresh_token"] == again["refresh_token"] != pair["refresh_token"]
    exchange(visitor, again)


def test_an_old_token_ends_the_sign_in(visitor, pair):
    """S17"""
    newer = exchange(visitor, pair)
    newest = exchange(visitor, newer)
    exchange(visitor, pair, 401, code="token-reused")
    exchange(visitor, newest, 401, code="invalid-token")
    assert recorded("RefreshTokenReused")
    assert recorded("UserSignedOut")


def test_after_ten_seconds_the_last_token_is_an_old_one(visitor, pair, monkeypatch):
    """S17"""
    exchange(visitor, pair)
    monkeypatch.setattr(grants, "LOST_ANSWER", timedelta(0))
    exchange(visitor, pair, 401, code="token-reused")


def test_unless_old_ones_are_refused_they_go_on(visitor, pair, monkeypatch):
    """The control of those above."""
    monkeypatch.setattr(grants, "_exchange", lambda *_: True)
    exchange(visitor, exchange(visitor, pair))
    exchange(visitor, pair)


@pytest.mark.parametrize("token", ["x", "A" * 64, "é" * 64, "=" * 64])
def test_what_is_no_refresh_token_is_refused(visitor, token):
    visitor.post("/tokens/refresh", {"refresh_token": token}, 401, code="invalid-token")


def test_no_token_stands_in_the_database(visitor, pair, app):
    family = row(Family)
    assert pair["refresh_token"].encode() not in {family.current, family.previous}
    assert len(family.current) == 32


def test_signing_out_ends_its_refresh_tokens_too(visitor, pair):
    visitor.token = pair["access_token"]
    visitor.delete("/tokens")
    exchange(visitor, pair, 401, code="invalid-token")


def exchange(visitor, pair, status=201, **more):
    visitor.token = None
    return visitor.post("/tokens/refresh", {"refresh_token": pair["refresh_token"]}, status, **more)


def test_what_is_remembered_of_a_token_ends_with_its_time(visitor, signs, monkeypatch):
    """S16: its signature is looked at once, its times each time."""
    token = signs()
    asks(visitor, token, 200)
    later = clock.now() + timedelta(minutes=10)
    monkeypatch.setattr(tokens, "clock", SimpleNamespace(now=lambda: later))
    asks(visitor, token, 401)
    head, body, _ = token.split(".")
    asks(visitor, f"{head}.{body}.{'A' * 43}", 401)
