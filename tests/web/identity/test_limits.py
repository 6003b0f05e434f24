"""How often somebody may try to get in: by address and by account, and never the owner (S05)."""

import pytest
from flask import request

from livedrop.lib.ratelimit import Bucket
from livedrop.web.identity import known, limits
from tests import factories
from tests.page import Page


def tries(page, email, password="guess", address="6.6.6.6"):
    """The status with which a try to sign in is answered."""
    fields = {"email": email, "password": password, "csrf_token": token_of(page)}
    answer = page.client.post("/sign-in", data=fields, environ_overrides={"REMOTE_ADDR": address})
    return answer.status_code


def token_of(page):
    return page.get("/sign-in").value("csrf_token")


def from_everywhere(page, email, times):
    return [tries(page, email, address=f"6.6.6.{n}") for n in range(times)]


@pytest.mark.parametrize(("limit", "last"), [("60/minute", 429), ("1000/minute", 422)])
def test_one_address_tries_many_accounts_and_is_stopped(page, monkeypatch, limit, last):
    """With a higher limit, it is not."""
    monkeypatch.setattr(limits, "SIGN_INS", Bucket("sign-ins", limit))
    statuses = [tries(page, f"person{n}@example.com") for n in range(61)]
    assert statuses == [422] * 60 + [last]


@pytest.mark.parametrize(("limited", "last"), [(True, 429), (False, 422)])
def test_who_has_a_whole_network_is_one_address(page, monkeypatch, limited, last):
    """The control counts each of its addresses alone."""
    if not limited:
        monkeypatch.setattr(limits, "caller", lambda: request.remote_addr)
    monkeypatch.setattr(limits, "SIGN_INS", Bucket("sign-ins", "3/minute"))
    assert [tries(page, f"p{n}@x.example", address=f"2001:db8:1:2::{n}") for n in range(4)] == [
        *[422] * 3,
        last,
    ]
    assert tries(page, "cleo@example.com", address="2001:db8:1:3::1") == 422


def test_many_addresses_try_one_account_and_are_stopped(page, ben):
    assert from_everywhere(page, ben.email, 21) == [422] * 20 + [429]
    assert tries(page, "cleo@example.com") == 422


def test_if_each_address_were_counted_alone_they_would_not_be(page, ben, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(limits, "SIGN_INS_OF_STRANGERS", Bucket("strangers", "1000/minute"))
    assert from_everywhere(page, ben.email, 21) == [422] * 21


@pytest.mark.parametrize(("guarded", "status"), [(True, 303), (False, 429)])
def test_the_owner_gets_in_where_they_got_in_before(page, ben, monkeypatch, guarded, status):
    """Were they not known there, any stranger could lock them out."""
    bens = Page(ben.app)
    assert tries(bens, ben.email, factories.PASSWORD) == 303
    from_everywhere(page, ben.email, 20)
    if not guarded:
        monkeypatch.setattr(known, "is_known", lambda email: False)
    assert tries(bens, ben.email.upper(), factories.PASSWORD, address="7.7.7.7") == status


def test_a_browser_known_as_somebody_else_is_a_strangers(page, ben, cleo):
    assert tries(page, cleo.email, factories.PASSWORD) == 303
    from_everywhere(Page(ben.app), ben.email, 20)
    assert tries(page, ben.email, factories.PASSWORD, address="7.7.7.7") == 429


def test_a_mark_that_we_did_not_make_is_none(page, ben):
    page.client.set_cookie(known.COOKIE, "0" * 64, domain="livedrop.test", secure=True)
    assert from_everywhere(page, ben.email, 21)[-1] == 429


def test_people_who_share_a_browser_are_all_known_there(page, ben, cleo):
    for person in (ben, cleo):
        assert tries(page, person.email, factories.PASSWORD) == 303
    from_everywhere(Page(ben.app), ben.email, 20)
    assert tries(page, ben.email, factories.PASSWORD, address="7.7.7.7") == 303


NO_REDIS = "redis://127.0.0.1:1/0"


def test_without_redis_limits_hold_and_reading_goes_on(make_app, ben):
    """S68: they are counted in this process, so neither a flood nor an outage lifts them."""
    page = Page(make_app(redis_url=NO_REDIS))
    assert [tries(page, ben.email) for _ in range(11)] == [422] * 10 + [429]
    for path in ("/", "/drops", "/creators"):
        assert page.client.get(path).status_code == 200
    assert tries(page, ben.email, factories.PASSWORD, address="7.7.7.7") == 303


def test_were_they_lifted_nobody_would_be_stopped(make_app, ben):
    """The control of the test above."""
    page = Page(make_app(redis_url=NO_REDIS, load_test=True))
    assert [tries(page, ben.email) for _ in range(11)] == [422] * 11
