"""What is everybody's is asked for once a second; what is somebody's is never kept."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.gateway.edge import no_line_with
from tests.gateway.standin import KEEPABLE
from tests.programs import until


def test_twenty_who_want_a_new_page_are_one_question(web, edge):
    said = _crowd_in_line(web, edge)
    assert {answer.text for answer in said} == {"page 1 for nobody"}
    assert len(web.asked) == 1


def test_without_the_lock_they_are_many(web, make_edge):
    with make_edge(without=no_line_with("proxy_cache_lock")) as edge:
        _crowd_in_line(web, edge)
    assert len(web.asked) > 1


def test_while_one_asks_for_the_next_the_others_get_the_one_before(web, edge):
    web.headers["Cache-Control"] = KEEPABLE.replace("revalidate=1", "revalidate=60")
    _let_it_expire(edge)
    said = _crowd_in_line(web, edge)
    assert sorted(answer.text for answer in said) == [
        *["page 1 for nobody"] * 19,
        "page 2 for nobody",
    ]


def test_without_the_applications_leave_they_all_ask(web, edge):
    web.headers["Cache-Control"] = "public, max-age=1"
    _let_it_expire(edge)
    _crowd_in_line(web, edge)
    assert len(web.asked) > 2


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"Cache-Control": "no-store"},
        {"Cache-Control": "private, max-age=60"},
        {"Cache-Control": "max-age=60"},
        {"Cache-Control": "public, no-cache"},
        {"Cache-Control": "public, max-age=60", "Set-Cookie": "__Host-session=ben"},
        {"Cache-Control": "public, max-age=60", "Vary": "Accept, Cookie"},
    ],
    ids=str,
)
def test_what_is_somebodys_is_never_kept(web, edge, said):
    web.headers = said
    assert edge.ask("/drops/print", Cookie="ben").text == "page 1 for ben"
    assert edge.ask("/drops/print").text == "page 2 for nobody"


def test_without_its_guard_it_would_be(web, make_edge):
    with make_edge(without=no_line_with("proxy_no_cache")) as edge:
        web.headers = {"Cache-Control": "public, max-age=60", "Vary": "Accept, Cookie"}
        edge.ask("/drops/print", Cookie="ben")
        assert edge.ask("/drops/print").text == "page 1 for ben"


@pytest.mark.parametrize("path", ["/orders", "/drops/print/orders/new", "/api/v1/drops", "/live"])
def test_elsewhere_nothing_is_kept_whatever_it_says(web, edge, path):
    assert edge.ask(path).text == "page 1 for nobody"
    assert edge.ask(path).text == "page 2 for nobody"


def test_who_shows_a_token_neither_gets_nor_leaves_a_kept_page(web, edge):
    edge.ask("/drops", Authorization="Bearer ben", Cookie="ben")
    assert edge.ask("/drops").text == "page 2 for nobody"
    assert edge.ask("/drops", Authorization="Bearer ben").text == "page 3 for nobody"


@pytest.mark.parametrize(
    "other",
    [
        {"HX_Request": "true", "HX_Request_Type": "partial"},
        {"Accept_Encoding": "gzip, br"},
        {"Host": "127.0.0.1:1"},
    ],
    ids=str,
)
def test_the_forms_of_a_page_are_kept_apart(web, edge, other):
    edge.ask("/drops")
    assert edge.ask("/drops", **other).text == "page 2 for nobody"


@pytest.mark.parametrize(
    "same",
    [
        {"HX_Request": "maybe"},
        {"HX_Request": "false", "HX_Request_Type": "full"},
        {"Accept_Encoding": "br"},
        {"Accept_Encoding": "gzip;q=0, br"},
        {"Accept_Encoding": "x-gzip-or-so"},
        {"X_Forwarded_Host": "evil.example", "X_Forwarded_For": "10.1.1.1"},
        {"Cookie": "__Host-session=cleo"},
        {"User_Agent": "another"},
    ],
    ids=str,
)
def test_nothing_else_a_visitor_says_makes_another_copy_or_changes_it(web, edge, same):
    edge.ask("/drops")
    assert edge.ask("/drops", **same).text == "page 1 for nobody"


def test_while_nobody_answers_the_last_page_is_shown_and_says_so(web, edge):
    _let_it_expire(edge)
    with web.gone():
        answer = edge.ask("/drops/print")
    assert (answer.status, answer.text) == (200, "page 1 for nobody")
    assert answer.headers["Warning"] == '110 - "Response is Stale"'


def test_it_is_not_shown_for_longer_than_the_application_allows(web, edge):
    web.headers["Cache-Control"] = KEEPABLE.replace("300", "0")
    _let_it_expire(edge)
    with web.gone():
        answer = edge.ask("/drops/print")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")


@pytest.mark.parametrize("status", [404, 500, 503])
def test_what_the_application_says_is_its_word(web, edge, status):
    """It keeps and marks its own last pages, and knows when they are too old."""
    _let_it_expire(edge)
    web.status, web.headers = status, {"Cache-Control": "no-store"}
    assert edge.ask("/drops/print").status == status


def test_files_are_kept_under_the_address_of_their_content(web, edge):
    web.headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    assert edge.ask("/static/1/app.css?a").text == "page 1 for nobody"
    assert edge.ask("/static/1/app.css?b").text == "page 1 for nobody"
    assert edge.ask("/static/2/app.css").text == "page 2 for nobody"
    assert edge.ask("/static/2/app.css").headers["Cache-Control"].endswith("immutable")


def _crowd_in_line(web, edge):
    """Twenty ask while the web process thinks; it goes on once it was asked, and they wait."""
    web.open.clear()
    begun = len(web.asked)
    with ThreadPoolExecutor(1) as pool:
        crowd = pool.submit(edge.crowd, 20, "/drops/print")
        until(lambda: len(web.asked) > begun)
        time.sleep(0.3)  # for the others to come too
        web.open.set()
        return crowd.result()


def _let_it_expire(edge):
    """A page is kept, and is then too old by the gateway's clock, which counts whole seconds."""
    edge.ask("/drops/print")
    time.sleep(2.05)
