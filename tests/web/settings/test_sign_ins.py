"""Where somebody is signed in, for them to see and to end; and how long a sign-in rests."""

from datetime import timedelta

import pytest

from livedrop.accounts import queries, steps
from livedrop.accounts.models import SignIn
from livedrop.accounts.queries import name_of, signed_in
from livedrop.grants import steps as grants
from livedrop.lib.db import transaction
from livedrop.orders.rules import Placed, Refused
from livedrop.web import session
from livedrop.web.identity.devices import called
from tests import factories
from tests.factories import PASSWORD
from tests.page import Page
from tests.rows import kinds, recorded, row, rows
from tests.shopping import place

PAGE = "/settings/sign-ins"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def entered(person):
    """A browser in which they signed in by the form, from an address of their own."""
    page = Page(person.app)
    token = page.get("/sign-in").value("csrf_token")
    answer = page.client.post(
        "/sign-in",
        data={"email": person.email, "password": PASSWORD, "csrf_token": token},
        headers={"User-Agent": FIREFOX},
        environ_overrides={"REMOTE_ADDR": "192.0.2.7"},
    )
    assert answer.status_code == 303
    return page


def end(page, one, status=200):
    """Press the button of the so manieth other sign-in."""
    form = page.get(PAGE).all("li.sign-in form")[one]
    token = form.find("input").get("value")
    return page.post(form.get("action"), status, csrf_token=token)


def test_each_says_on_what_and_from_where(ben):
    """S11"""
    entered(ben)
    here, there = ben.page.get(PAGE).texts("li.sign-in")
    assert "This browser" in here
    assert "Firefox on Windows" in there
    assert "from 192.0.2.7" in there


def test_no_page_tells_the_id_of_a_sign_in(ben):
    """Whoever holds it is that person."""
    entered(ben)
    html = ben.page.get(PAGE).html
    ids = [one.id for one in rows(SignIn, user_id=ben.id)]
    assert len(ids) == 2
    assert not any(str(one) in html or one.hex in html for one in ids)


def test_one_is_ended_and_its_browser_is_out_at_once(ben):
    """S11, S07: though this process remembered it."""
    there = entered(ben)
    there.get("/account")
    end(ben.page, 0)
    assert there.get("/account").h1 == "Account"
    assert ben.page.get("/account").h1 == "Ben"


def test_if_the_process_did_not_forget_it_would_stay_a_while(ben, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(session.Memory, "forget_person", lambda self, user_id: None)
    there = entered(ben)
    there.get("/account")
    end(ben.page, 0)
    assert there.get("/account").h1 == "Ben"


def test_all_others_are_ended_together(ben):
    pages = [entered(ben) for _ in range(3)]
    seen = ben.page.get(PAGE).submit("#end-others")
    assert "signed in here only" in seen.text
    assert [page.get("/account").h1 for page in pages] == ["Account"] * 3
    assert recorded("SignInsEnded")[0].payload == {"count": 3, "reason": ""}


def test_nobody_ends_somebody_elses(ben, cleo):
    """S34: 404, as for one that there never was."""
    name = name_of(factories.a_sign_in(cleo.user).id)
    token = ben.page.get("/account").one("input[name=csrf_token]").get("value")
    for one in (name, "0" * 32):
        ben.page.post(f"{PAGE}/{one}?_method=DELETE", 404, csrf_token=token)
    assert row(SignIn, user_id=cleo.id).ended_at is None


def test_if_the_name_alone_decided_anybody_could(ben, cleo, monkeypatch):
    """The control of the test above."""
    sign_in = factories.a_sign_in(cleo.user)
    anybodys = steps.END_ONE.text.replace("user_id = :user_id", "user_id > :user_id - 1000000")
    monkeypatch.setattr(steps, "END_ONE", steps.text(anybodys))
    token = ben.page.get("/account").one("input[name=csrf_token]").get("value")
    address = f"{PAGE}/{name_of(sign_in.id)}?_method=DELETE"
    ben.page.post(address, csrf_token=token)
    assert row(SignIn, id=sign_in.id).ended_at


def test_ending_it_twice_is_once(ben):
    entered(ben)
    form = ben.page.get(PAGE).all("li.sign-in form")[0]
    sent = {"csrf_token": form.find("input").get("value")}
    ben.page.post(form.get("action"), **sent)
    ben.page.post(form.get("action"), 404, **sent)
    assert kinds().count("SignInsEnded") == 1


def test_what_has_ended_is_not_listed(ben):
    factories.a_sign_in(ben.user, ended_at=factories.now())
    factories.a_sign_in(ben.user, created_at=factories.now() - timedelta(days=31))
    assert len(ben.page.get(PAGE).all("li.sign-in")) == 1


RESTS = {timedelta(days=13, hours=23): True, timedelta(days=14, minutes=1): False}


@pytest.mark.parametrize(("rest", "lasts"), RESTS.items())
def test_a_sign_in_rests_for_fourteen_days(ben, rest, lasts):
    """S10: on pages, on open ones, for an app that comes back and in an order."""
    now = factories.now()
    old = factories.a_sign_in(ben.user, created_at=now - timedelta(days=20), seen_at=now - rest)
    assert (signed_in(ben.id, old.id) is not None) == lasts
    assert (user_of(ben, old.id) is not None) == lasts
    assert queries.standing([old.id]) == ({old.id} if lasts else set())
    answer = place(ben, factories.a_live_drop(), sign_in_id=old.id)
    assert isinstance(answer, Placed if lasts else Refused)


def user_of(person, sign_in_id):
    with transaction() as tx:
        return grants.user_of(tx, sign_in_id)


def test_without_a_limit_it_would_rest_for_longer(ben, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(queries, "IDLE", timedelta(days=1000))
    seen_at = factories.now() - timedelta(days=25)
    old = factories.a_sign_in(ben.user, created_at=seen_at, seen_at=seen_at)
    assert signed_in(ben.id, old.id)


@pytest.mark.parametrize(("minutes", "noted"), [(50, False), (70, True)])
def test_using_it_is_noted_once_an_hour(ben, minutes, noted):
    seen_at = factories.now() - timedelta(minutes=minutes)
    sign_in = factories.a_sign_in(ben.user, created_at=seen_at, seen_at=seen_at)
    page = Page(ben.app)
    page.client.carry(ben.id, sign_in.id)
    page.get("/account")
    assert (row(SignIn, id=sign_in.id).seen_at > seen_at) == noted


BROWSERS = {
    FIREFOX: "Firefox on Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1": "Safari on iPhone",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/140.0.0.0 Mobile Safari/537.36": "Chrome on Android",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0": "Edge on Mac",
    "curl/8.5.0": "curl",
    "Mozilla/5.0 (X11; Linux x86_64)": "A browser on Linux",
    "<script>alert(1)</script>": "Another program",
    "": "Another program",
}


@pytest.mark.parametrize(("says", "name"), BROWSERS.items())
def test_a_browser_is_called_what_people_call_it(says, name):
    assert called(says) == name
