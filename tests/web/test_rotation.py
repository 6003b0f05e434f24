"""A secret is changed, and nobody notices (S57)."""

import pytest

from livedrop.web.identity import known
from tests.factories import PASSWORD
from tests.page import Page

NEW = "n" * 40


@pytest.fixture
def after(make_app, config):
    """The application with another secret; it may know the one before."""

    def made(**known):
        return make_app(secret_key=NEW, **known)

    return made


def signed_in(app, ben):
    page = Page(app)
    page.get("/sign-in").submit("#sign-in-form", email=ben.email, password=PASSWORD)
    return page


def carried(page, app):
    """The same browser, at that application."""
    there = Page(app)
    for name in ("__Host-session", known.COOKIE):
        cookie = page.client.get_cookie(name, "livedrop.test")
        there.client.set_cookie(name, cookie.value, domain="livedrop.test", secure=True)
    return there


def test_who_is_signed_in_stays_so_and_open_forms_hold(ben, config, after):
    page = signed_in(ben.app, ben)
    form = page.get("/account")
    there = carried(page, after(previous_secret_key=config.secret_key))
    assert there.get("/account").h1 == "Ben"
    token = form.one("#sign-out input").get("value")
    assert there.client.post("/sign-out", data={"csrf_token": token}).status_code == 303


def test_without_the_one_before_everybody_is_signed_out(ben, after):
    """The control of the test above, and what happens once it is taken away."""
    there = carried(signed_in(ben.app, ben), after())
    assert there.get("/account").h1 == "Account"


@pytest.mark.parametrize(("kept", "is_known"), [(True, True), (False, False)])
def test_a_browser_stays_known(ben, config, after, kept, is_known):
    previous = {"previous_secret_key": config.secret_key} if kept else {}
    app = after(**previous)
    there = carried(signed_in(ben.app, ben), app)
    app.add_url_rule("/known", view_func=lambda: str(known.is_known(ben.email)))
    assert there.client.get("/known").text == str(is_known)


def test_what_is_signed_now_needs_the_new_one_alone(ben, config, after):
    page = signed_in(after(previous_secret_key=config.secret_key), ben)
    assert carried(page, after()).get("/account").h1 == "Ben"
