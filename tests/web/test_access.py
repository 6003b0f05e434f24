"""Who may do what: the first question of every view."""

from functools import lru_cache
from time import sleep

import pytest

from livedrop.accounts.commands import suspend
from livedrop.web import access, session
from tests import factories
from tests.page import Page
from tests.parallel import together


@pytest.fixture
def asking(make_app):
    """An application that says who may read and who may act, and who the cookie claims it is."""
    app = make_app()
    app.add_url_rule("/reads", view_func=lambda: access.person().handle)
    app.add_url_rule("/acts", "acts", lambda: access.actor().handle)
    app.add_url_rule("/claims", "claims", lambda: told(session.claimed_identity()))
    return app


def told(claimed):
    return f"{claimed[0]} {session.remembered(claimed[1])}" if claimed else "nobody"


def browser(app, person):
    page = Page(app)
    page.client.carry(person.id, factories.a_sign_in(person.user).id)
    return page.client


def test_a_visitor_is_asked_to_sign_in_and_led_back(asking):
    seen = Page(asking).get("/reads?page=2")
    assert seen.h1 == "Sign in"
    assert seen.value("next") == "/reads?page=2"


def test_with_script_a_visitor_is_led_to_sign_in_and_back(asking):
    seen = Page(asking).fragment("/acts", 204, HX_Current_URL="https://livedrop.test/drops/x")
    assert seen.location == "/sign-in?next=%2Fdrops%2Fx"


def test_suspended_people_read_and_do_nothing_else(asking, ben):
    suspend(user_id=ben.id, reason="-")
    client = browser(asking, ben)
    assert client.get("/reads").text == "ben"
    assert client.get("/acts").status_code == 403


def test_a_claim_is_read_without_asking_the_database(asking, ben):
    client = browser(asking, ben)
    assert client.get("/claims").text == f"{ben.id} False"
    client.get("/reads")
    assert client.get("/claims").text == f"{ben.id} True"
    assert Page(asking).client.get("/claims").text == "nobody"


def test_the_remembered_suspended_may_not_pass_unasked(asking, ben):
    suspend(user_id=ben.id, reason="-")
    client = browser(asking, ben)
    client.get("/reads")
    assert client.get("/claims").text == f"{ben.id} False"


@pytest.mark.parametrize("single_flight", [True, False])
def test_of_many_who_come_to_a_new_process_one_asks_what_a_drop_is(app, monkeypatch, single_flight):
    """The control is a memory that lets everybody ask who finds nothing in it."""
    asked, drop = [], factories.a_live_drop()

    def find(slug):
        asked.append(slug)
        sleep(0.2)
        return access.find_drop(slug)

    monkeypatch.setattr(access, "published_drop", find)
    known = access.known_drop
    if not single_flight:
        known = lru_cache(access.known_drop.__wrapped__)
    found = together(app, [lambda: known(drop.slug)] * 8)
    assert {one.id for one in found} == {drop.id}
    assert (len(asked) == 1) == single_flight
