"""Every no is a page, or a note beside the page that htmx keeps."""

import pytest
from sqlalchemy import text
from werkzeug.routing import IntegerConverter

import livedrop
from livedrop.extensions import db
from livedrop.lib.db import transaction
from livedrop.lib.errors import DomainError, OutcomeUnknown
from livedrop.lib.ratelimit import TooManyTries
from livedrop.web.words import words_for
from tests import factories
from tests.page import HOME, Browser, Page, Seen


def fail():
    raise ZeroDivisionError("a secret of ours")


def ask(statement):
    def view():
        db.session.execute(text(statement))
        return "answered"

    return view


def write(statement):
    def view():
        with transaction() as tx:
            tx.execute(text(statement))
        return "written"

    return view


def raising(error):
    def view():
        raise error

    return view


BROKEN = {
    "/crash": (fail, 500, "Something broke"),
    "/no": (raising(DomainError("of-no-known-kind")), 409, "That is not possible now"),
    "/often": (raising(TooManyTries(7)), 429, "Too many tries"),
    "/unsure": (raising(OutcomeUnknown()), 503, "We are not sure yet"),
    "/lost": (ask("SELECT pg_terminate_backend(pg_backend_pid())"), 503, "One moment, please"),
    "/slow": (ask("SET statement_timeout = 1; SELECT pg_sleep(1)"), 503, "One moment, please"),
    "/slow-write": (write("SET statement_timeout = 1; SELECT pg_sleep(1)"), 503, "One moment"),
    "/bug": (ask("SELECT 1/0"), 500, "Something broke"),
}


@pytest.fixture
def broken(make_app):
    app = make_app()
    for path, (view, _, _) in BROKEN.items():
        app.add_url_rule(path, path, view)
    assert app.test_client_class is Browser
    return Page(app)


@pytest.mark.parametrize("path", BROKEN)
def test_it_is_a_page_with_a_way_on(broken, path):
    _, status, words = BROKEN[path]
    seen = broken.get(path, status)
    assert words in seen.h1
    assert seen.has("main a[href=/]")
    assert seen.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", BROKEN)
def test_htmx_puts_it_beside_the_page(broken, path):
    _, status, words = BROKEN[path]
    seen = broken.fragment(path, status)
    assert words in seen.text
    assert seen.headers["HX-Retarget"] == "#notes"
    assert not seen.is_page


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second."), (7, "7 seconds."), (90, "90 seconds."), (91, "2 minutes.")],
)
def test_too_many_tries_say_how_long_to_wait(seconds, words):
    assert words_for("too-many-tries", 429, seconds).body == f"Please try again in {words}"


def sent_from(page, referrer):
    answer = page.client.post("/healthz", headers={"Referer": referrer})
    assert answer.status_code == 405
    return Seen(page, answer)


def test_what_was_sent_and_refused_leads_back_to_where_it_was_sent_from(page):
    seen = sent_from(page, f"{HOME}/drops?state=live")
    assert seen.one(".sorry-ways .button").get("href") == "/drops?state=live"


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.test/drops", "javascript:alert(1)"])
def test_nobody_is_led_back_to_another_site(page, elsewhere):
    seen = sent_from(page, elsewhere)
    assert not seen.has(".sorry-ways .button")
    assert elsewhere not in seen.html


def test_nothing_is_told_about_the_inside(broken):
    """S52"""
    assert "secret" not in broken.get("/crash", 500).html
    assert "SELECT" not in broken.get("/bug", 500).html


def test_it_says_when_to_come_back(broken):
    assert broken.get("/often", 429).headers["Retry-After"] == "7"
    assert broken.get("/lost", 503).headers["Retry-After"] == "1"


def test_a_page_that_is_not_there(page):
    assert page.get("/nowhere", 404).h1 == "Nothing here"
    assert page.get("/healthz/", 404).h1 == "Nothing here"
    page.post("/healthz", 405)


def test_a_number_of_nothing_leads_nowhere_however_long_it_is(dora):
    """One that does not fit into 64 bits was an error of ours, told to whoever wakes at night."""
    for number in ("9" * 18, "9" * 19, "9" * 5000, "-1", "\u0663"):
        for place in ("/studio/pictures", "/admin/people", "/admin/audit"):
            dora.page.get(f"{place}/{number}", 404)


def test_the_usual_numbers_would_be_an_error(make_app, ada, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(livedrop, "NumberConverter", IntegerConverter)
    page = Page(make_app())
    page.client.carry(ada.id, factories.a_sign_in(ada.user).id)
    page.get(f"/studio/pictures/{'9' * 19}", 500)


def test_what_is_too_large_is_not_read(page):
    page.post("/sign-in", 413, email="x" * 300_000)
