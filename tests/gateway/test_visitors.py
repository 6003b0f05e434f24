"""Who asks is what the gateway sees, under a name of ours, and no more often than it bears."""

import json
from itertools import cycle, islice

import pytest

from tests.gateway.edge import no_line_with

LIES = {
    "X-Forwarded-For": "10.1.1.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Prefix": "/evil",
    "X-Real-IP": "10.1.1.1",
    "Forwarded": "for=10.1.1.1;host=evil.example",
    "X_Forwarded_For": "10.1.1.1",
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
}
BALANCER = ["127.0.0.1/32"]


def test_nothing_a_visitor_says_of_themselves_is_passed_on(web, edge):
    """S31"""
    edge.ask("/orders", **LIES)
    told = web.asked[0].headers
    assert (told["x-forwarded-for"], told["x-forwarded-proto"]) == ("127.0.0.1", "http")
    assert not {"10.1.1.1", "evil.example", "/evil", "https", "1"} & set(told.values())
    assert "traceparent" not in told


def test_without_that_the_application_would_be_told(web, make_edge):
    with make_edge(without=no_line_with("X-Forwarded-Host")) as edge:
        edge.ask("/orders", **LIES)
    assert web.asked[0].headers["x-forwarded-host"] == "evil.example"


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", ""])
def test_under_a_name_that_is_not_ours_nothing_is_said(web, edge, name):
    """S31"""
    answer = edge.ask("/drops", Host=name)
    assert (answer.status, web.asked) == (400, [])


def test_a_load_balancer_is_believed_and_nobody_before_it(web, make_edge):
    with make_edge(trusted=BALANCER) as edge:
        edge.ask("/orders", X_Forwarded_For="10.9.9.9, 192.0.2.7")
    assert web.asked[0].headers["x-forwarded-for"] == "192.0.2.7"


@pytest.mark.parametrize(
    ("one", "another"),
    [("192.0.2.7", "192.0.2.8"), ("2001:db8:0:1::7", "2001:db8:0:2::7"), ("2001:db8::7", "::7")],
)
def test_who_tries_too_often_is_told_so_and_nobody_else(make_edge, one, another):
    with make_edge(trusted=BALANCER) as edge:
        assert _refusal(edge, one).headers["Retry-After"] == "1"
        assert _signs_in(edge, another).status == 200
        assert edge.ask("/sign-in", X_Forwarded_For=one).status == 200


DOORS = {
    "/sign-in": "POST",
    "/sign-up": "POST",
    "/password-reset": "POST",
    "/password-resets/canary": "PUT",
    "/settings/password": "PUT",
    "/settings/proof": "POST",
    "/api/v1/tokens": "POST",
    "/api/v1/tokens/refresh": "POST",
    "/api/v1/users": "POST",
}


def test_so_is_who_tries_at_any_door_where_passwords_are_typed_or_mailed(make_edge):
    with make_edge(trusted=BALANCER) as edge:
        for number, (door, method) in enumerate(DOORS.items()):
            tries = edge.crowd(60, door, method, "", X_Forwarded_For=f"192.0.2.{number}")
            assert {answer.status for answer in tries} == {200, 429}, door
        assert {answer.status for answer in edge.crowd(60, "/drops/x/orders", "POST", "")} == {200}


def test_a_door_that_is_not_named_would_be_open(make_edge):
    """The control of the test above, and what it was for."""
    with make_edge(without=lambda text: text.replace("resets?", "resets")) as edge:
        tries = edge.crowd(60, "/password-reset", "POST", "")
    assert {answer.status for answer in tries} == {200}


def test_a_home_is_one_visitor_however_many_addresses_it_has(make_edge):
    with make_edge(trusted=BALANCER) as edge:
        assert _refusal(edge, *(f"2001:db8:1:2:{n:x}::{n:x}" for n in range(1, 99)))


def test_a_load_test_is_not_limited(make_edge):
    with make_edge(lifted=True) as edge:
        assert {_signs_in(edge, "").status for _ in range(60)} == {200}


def test_a_request_has_one_name_from_the_gateway_to_the_answer(web, edge):
    given = edge.ask("/orders", X_Request_ID="from-a-client.1")
    made = edge.ask("/orders", X_Request_ID="<no name>")
    told = [asked.headers["x-request-id"] for asked in web.asked]
    assert told == [given.headers["X-Request-ID"], made.headers["X-Request-ID"]]
    assert told[0] == "from-a-client.1"
    assert len(told[1]) == 32
    assert {line["id"] for line in edge.logged(2)} == set(told)


def test_a_kept_page_has_the_name_of_the_request_it_answers(edge):
    names = {edge.ask("/drops").headers["X-Request-ID"] for _ in range(3)}
    assert len(names) == 3


@pytest.mark.parametrize("gone", [False, True])
def test_no_secret_of_a_request_is_written_down(web, edge, gone):
    """S39"""
    web.away = gone
    for path in ("/live?ticket=canary", "/email-confirmations/canary", "/unsubscribe/canary?a"):
        edge.ask(path, Cookie="canary", Authorization="Bearer canary", Referer="/?canary")
    assert "/email-confirmations/..." in {line["path"] for line in edge.logged(3)}
    assert "canary" not in edge.log.read_text()


@pytest.mark.parametrize(
    ("ours", "usual"),
    [('"path":"$logged"', '"path":"$request_uri"'), ("stderr crit", "stderr error")],
)
def test_it_would_be_with_what_is_usually_written_down(web, make_edge, ours, usual):
    web.away = True
    with make_edge(without=lambda text: text.replace(ours, usual)) as edge:
        edge.ask("/live?ticket=canary")
        edge.logged(1)
    assert "canary" in edge.log.read_text()


def test_what_it_says_itself_is_in_words_of_ours(web, edge):
    web.away = True
    page, problem = edge.ask("/orders"), edge.ask("/api/v1/orders")
    assert (page.status, problem.status) == (503, 503)
    assert page.text == "Nobody can answer just now. Please try again in a second.\n"
    assert problem.headers["Content-Type"] == "application/problem+json"
    said = json.loads(problem.body)
    assert said["type"] == f"{edge.url}/api/docs/problems#unavailable"
    assert (said["status"], said["code"]) == (503, "unavailable")
    assert said["request_id"] == problem.headers["X-Request-ID"]
    assert page.headers["Retry-After"] == problem.headers["Retry-After"] == "1"
    assert "nginx/" not in str(page.headers)


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_what_is_for_those_who_run_it_is_not_there(web, edge, path):
    """S52"""
    assert (edge.ask(path).status, web.asked) == (404, [])


def _refusal(edge, *addresses):
    """The first answer of 429, from whichever of these addresses."""
    tries = (_signs_in(edge, address) for address in islice(cycle(addresses), 5000))
    return next(answer for answer in tries if answer.status == 429)


def _signs_in(edge, address):
    return edge.ask("/sign-in", "POST", "email=a", X_Forwarded_For=address)
