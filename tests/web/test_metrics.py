"""Numbers for those who run it, and for nobody else (S52, S56)."""

from datetime import timedelta
from urllib.request import Request, urlopen

import pytest

from livedrop.lib.tokens import issue
from livedrop.orders.combine import combiner
from livedrop.web import services
from livedrop.web.api.bearer import access_token
from livedrop.web.metered import REQUESTS
from tests import factories
from tests.page import Page
from tests.programs import flask, run, until, website
from tests.shopping import an_attempt

NO_REDIS = "redis://127.0.0.1:9/0"
MINE = {"kind": services.KIND, "audience": services.AUDIENCE, "lasts": services.LASTS}


def asked(page, token, path="/metrics", scheme="Bearer"):
    return page.client.get(path, headers={"Authorization": f"{scheme} {token}"})


def made(**changes):
    return issue(**(MINE | {"subject": "prometheus"} | changes))


def numbers(answer):
    """Every value by its name and labels."""
    lines = answer.text.splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def test_a_service_is_told_what_happens(page, ben):
    name = 'livedrop_orders_total{answer="placed"}'
    before = numbers(asked(page, made())).get(name, 0)
    combiner().place(an_attempt(ben, factories.a_live_drop()))
    page.get("/drops")
    until(lambda: numbers(asked(page, made())).get(name, 0) == before + 1)
    said = numbers(asked(page, made()))
    assert said['livedrop_request_seconds_count{door="drops",status="2xx"}'] >= 1
    assert (said["livedrop_database_up"], said["livedrop_redis_up"]) == (1, 1)
    assert said["livedrop_events_waiting"] >= 1


def test_nobody_else_is(page, ben):
    for answer in (page.client.get("/metrics"), ben.page.client.get("/metrics")):
        assert (answer.status_code, answer.text) == (401, "This is for services of ours.\n")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "changes",
    [
        {"audience": "livedrop-api"},
        {"kind": "at+jwt"},
        {"lasts": timedelta(seconds=61)},
        {"lasts": timedelta(seconds=-1)},
    ],
    ids=str,
)
def test_a_token_for_something_else_or_for_longer_is_refused(page, changes):
    assert asked(page, made(**changes)).status_code == 401
    assert asked(page, made()).status_code == 200


def test_the_token_of_a_person_is_refused(page, ben):
    sign_in = factories.a_sign_in(ben.user)
    assert asked(page, access_token(ben.id, sign_in.id)).status_code == 401
    assert asked(page, made(), scheme="Basic").status_code == 401


def test_a_token_is_good_once(page):
    token = made()
    assert [asked(page, token).status_code for _ in range(3)] == [200, 401, 401]


def test_also_where_another_process_has_seen_it(page, make_app):
    token = made()
    assert asked(page, token).status_code == 200
    assert asked(Page(make_app()), token).status_code == 401


def test_without_redis_each_process_remembers_for_itself(make_app, app):
    here, there = Page(make_app(redis_url=NO_REDIS)), Page(make_app(redis_url=NO_REDIS))
    for page in (here, there):
        token = issued_by(page)
        assert [asked(page, token).status_code for _ in range(2)] == [200, 401]


def issued_by(page):
    with page.client.application.app_context():
        return made()


def test_without_its_memory_it_would_be_good_for_its_minute(page, monkeypatch):
    monkeypatch.setattr(services.Used, "first", lambda used, name: True)
    token = made()
    assert [asked(page, token).status_code for _ in range(2)] == [200, 200]


def test_what_does_not_answer_is_told_to_services_only(make_app):
    page = Page(make_app(redis_url=NO_REDIS))
    assert page.client.get("/readyz").json == {"state": "degraded"}
    assert asked(page, issued_by(page), "/readyz").json == {
        "state": "degraded",
        "database": True,
        "redis": False,
    }


def test_an_operator_makes_one_by_a_command(config, page):
    token = run(config, flask("service-token", "--for", "prometheus")).stdout.strip()
    assert asked(page, token).status_code == 200


def test_what_visitors_make_up_is_one_door(page):
    for n in range(50):
        page.client.get(f"/made-up-{n}")
        page.client.get(f"/@made-up-{n}/x")
    doors = {labels[0] for labels in REQUESTS._rows}
    assert {"nowhere", "creator"} <= doors
    assert not any(door.startswith("made-up") for door in doors)


def test_whichever_worker_is_asked_tells_of_all(config, make_app):
    name = 'livedrop_request_seconds_count{door="drops",status="2xx"}'
    with website(config, workers=2) as url, make_app(url=url).app_context():

        def told():
            headers = {"Authorization": f"Bearer {made()}"}
            with urlopen(Request(f"{url}/metrics", headers=headers)) as answer:
                lines = answer.read().decode().splitlines()
            return next((float(line.split()[-1]) for line in lines if line.startswith(name)), 0)

        for _ in range(30):
            urlopen(f"{url}/drops").close()
        until(lambda: {told() for _ in range(6)} == {30})
