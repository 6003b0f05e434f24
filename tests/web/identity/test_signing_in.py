"""Signing in and out through pages."""

import pytest
from flask import session as cookie

from livedrop.accounts.commands import sign_out
from livedrop.web import session
from livedrop.web.identity import sign_ins
from tests import factories
from tests.factories import PASSWORD
from tests.page import HOME, Page
from tests.rows import recorded
from tests.statements import statements


def sign_in(page, person, password=PASSWORD, status=200, **fields):
    seen = page.get(fields.pop("url", "/sign-in"))
    return seen.submit("#sign-in-form", status, email=person.email, password=password, **fields)


def test_ben_signs_in_and_is_where_he_wanted_to_be(ben, page):
    seen = sign_in(page, ben, url="/sign-in?next=/account")
    assert (seen.url, seen.h1) == ("/account", "Ben")


def test_with_script_the_browser_is_sent_on(ben, page):
    form = page.get("/sign-in?next=/account")
    seen = form.submit("#sign-in-form", 204, htmx=True, email=ben.email, password=PASSWORD)
    assert seen.location == "/account"


@pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test", "javascript:alert(1)"])
def test_next_leads_nowhere_else(ben, page, target):
    assert sign_in(page, ben, status=303, next=target).location == "/"


def test_a_wrong_password_brings_the_form_back(ben, page):
    """U08: what was typed is still there, but for the password."""
    seen = sign_in(page, ben, "not the password", 422)
    assert seen.value("email") == ben.email
    assert seen.one("input[name=password]").get("value") == ""
    assert "do not belong together" in seen.texts(".error-summary")[0]
    assert "autofocus" in seen.one(".error-summary").attrib


def test_a_stranger_learns_nothing_about_who_has_an_account(ben, page):
    """S04"""
    known = sign_in(page, ben, "not the password", 422)
    unknown = sign_in(page, factories.User(email="nobody@example.com"), "not the password", 422)
    assert without_token(known, ben.email) == without_token(unknown, "nobody@example.com")


def without_token(seen, email):
    return seen.html.replace(seen.value("csrf_token"), "").replace(email, "")


def test_with_script_only_the_form_comes_back(ben, page):
    seen = page.get("/sign-in").submit(
        "#sign-in-form", 422, htmx=True, email=ben.email, password="not the password"
    )
    assert not seen.is_page
    assert [child.get("id") for child in seen.tree] == ["sign-in-form"]


def test_signing_in_begins_a_new_session(ben, page):
    """S06: nothing that was known before it opens anything after it."""
    token = page.get("/sign-in").value("csrf_token")
    sign_in(page, ben, status=303)
    assert page.client.post("/sign-out", data={"csrf_token": token}).status_code == 403


def test_if_it_carried_on_the_old_one_what_was_known_before_would_open_it(ben, page, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(sign_ins, "leave", lambda: None)
    monkeypatch.setattr(session, "begin", carry_on)
    token = page.get("/sign-in").value("csrf_token")
    sign_in(page, ben, status=303)
    assert page.client.post("/sign-out", data={"csrf_token": token}).status_code == 303


@pytest.mark.parametrize("guarded", [True, False])
def test_what_a_page_asks_for_at_once_has_tokens_that_all_hold(ben, page, monkeypatch, guarded):
    """Were they not made of what signing in chose, of two answers one would undo the other's."""
    if not guarded:
        monkeypatch.setattr(session, "begin", begin_with_nothing)
    sign_in(page, ben, status=303)
    at_once = [page.client.get_cookie("__Host-session", "livedrop.test").value] * 2
    secrets = {secret_of(page, sent) for sent in at_once}
    assert len(secrets) == (1 if guarded else 2)


def begin_with_nothing(user_id, sign_in_id):
    cookie.clear()
    cookie[session.CLAIM] = f"{user_id}.{sign_in_id}"


def secret_of(page, sent):
    """What the tokens are made of, as the answer of a page with a form leaves it."""
    page.client.set_cookie("__Host-session", sent, domain="livedrop.test", secure=True)
    page.get("/account")
    with page.client.session_transaction(base_url=HOME) as left:
        return left["csrf_token"]


def carry_on(user_id, sign_in_id):
    cookie[session.CLAIM] = f"{user_id}.{sign_in_id}"


@pytest.mark.parametrize(("guarded", "heading"), [(True, "Account"), (False, "Ben")])
def test_signing_in_once_more_ends_the_sign_in_before(ben, monkeypatch, guarded, heading):
    """S06: a copy of its cookie is worthless; if it were not ended, it would live on."""
    if not guarded:
        monkeypatch.setattr(sign_ins, "leave", lambda: None)
    thief = with_the_cookie_of(ben)
    sign_in(ben.page, ben, status=303)
    assert thief.get("/account").h1 == heading
    assert ben.page.get("/account").h1 == "Ben"


def with_the_cookie_of(person):
    thief = Page(person.app)
    person.page.get("/account")
    cookie = person.page.client.get_cookie("__Host-session", "livedrop.test")
    thief.client.set_cookie("__Host-session", cookie.value, domain="livedrop.test", secure=True)
    return thief


def test_a_copy_of_the_cookie_is_worthless_after_signing_out(ben):
    """S07"""
    thief = with_the_cookie_of(ben)
    ben.page.get("/account").submit("#sign-out", 303)
    assert thief.get("/account").h1 == "Account"


def test_if_the_process_did_not_forget_a_copy_would_live_on(ben, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(session.Memory, "forget", lambda self, sign_in_id: None)
    thief = with_the_cookie_of(ben)
    ben.page.get("/account").submit("#sign-out", 303)
    assert thief.get("/account").h1 == "Ben"


@pytest.mark.parametrize(("seconds", "heading"), [(0.0, "Account"), (60.0, "Ben")])
def test_another_process_notices_when_its_memory_is_over(ben, make_app, seconds, heading):
    """S07: not before, which is why the memory is short."""
    elsewhere = Page(make_app(sign_in_memory_seconds=seconds))
    sign_in = factories.a_sign_in(ben.user)
    elsewhere.client.carry(ben.id, sign_in.id)
    assert elsewhere.get("/account").h1 == "Ben"
    sign_out(sign_in_id=sign_in.id)
    assert elsewhere.get("/account").h1 == heading


def test_a_changed_cookie_is_nobody(ben):
    cookie = ben.page.client.get_cookie("__Host-session", "livedrop.test").value
    ben.page.client.set_cookie(
        "__Host-session", cookie[:-2] + "AA", domain="livedrop.test", secure=True
    )
    assert ben.page.get("/account").h1 == "Account"


def test_signing_out_and_nothing_else_lets_the_browser_forget_what_it_kept(ben, page):
    assert "Clear-Site-Data" not in sign_in(page, ben, status=303).headers
    out = ben.page.get("/account").submit("#sign-out", 303)
    assert out.headers["Clear-Site-Data"] == '"storage"'


def test_signing_out_twice_is_once(ben):
    form = ben.page.get("/account")
    form.submit("#sign-out", 303)
    assert len(recorded("UserSignedOut")) == 1


def test_too_many_tries_from_one_address_are_refused(ben, page):
    """S05, as far as one address goes."""
    form = page.get("/sign-in")
    for _ in range(10):
        form.submit("#sign-in-form", 422, email=ben.email, password="guess")
    seen = form.submit("#sign-in-form", 429, email=ben.email, password=PASSWORD)
    assert 1 <= int(seen.headers["Retry-After"]) <= 60


@pytest.mark.parametrize(("proxies", "status"), [(1, 422), (0, 429)])
def test_behind_our_proxy_each_address_has_tries_of_its_own(make_app, ben, proxies, status):
    """In revel all visitors behind one proxy shared one bucket; so they would, were it not told."""
    form = Page(make_app(proxies=proxies)).get("/sign-in")
    fields = {"email": ben.email, "password": "guess", "csrf_token": form.value("csrf_token")}

    def tries(address):
        headers = {"X-Forwarded-For": address}
        return form.page.client.post("/sign-in", data=fields, headers=headers).status_code

    assert [tries("6.6.6.6") for _ in range(11)] == [422] * 10 + [429]
    assert tries("7.7.7.7") == status


def test_the_process_asks_once_for_many_pages(ben):
    ben.page.get("/account")
    with statements() as sent:
        for _ in range(5):
            ben.page.get("/account")
    assert not [statement for statement in sent if "sign_ins" in statement]
