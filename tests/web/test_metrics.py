"""Numbers for those who run it, and for nobody else (S52, S56)."""

import re
from contextlib import ExitStack
from datetime import timedelta
from urllib.request import Request, urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from deploy.local import ports
from livedrop import reconcile
from livedrop.extensions import db
from livedrop.inventory.models import Stock
from livedrop.lib.tokens import issue
from livedrop.orders.combine import combiner
from livedrop.web import services
from livedrop.web.api.bearer import access_token
from livedrop.web.metered import NOWHERE, REQUESTS
from tests import factories
from tests.page import Page
from tests.programs import answers, flask, run, running, until, website, worker
from tests.shopping import an_attempt, placed

COUNT = "http_server_request_duration_seconds_count"
DROPS = 'http_request_method="GET",http_response_status_code="200",http_route="/drops"'
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
    name = 'livedrop_orders_total{outcome="placed"}'
    before = numbers(asked(page, made())).get(name, 0)
    combiner().place(an_attempt(ben, factories.a_live_drop()))
    page.get("/drops")
    until(lambda: numbers(asked(page, made())).get(name, 0) == before + 1)
    said = numbers(asked(page, made()))
    assert said[f"{COUNT}{{{DROPS}}}"] >= 1
    assert (said["livedrop_database_up"], said["livedrop_redis_up"]) == (1, 1)
    assert said["livedrop_outbox_unsent_events"] >= 1


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
        "media": True,
    }


def test_an_operator_makes_one_by_a_command(config, page):
    token = run(config, flask("service-token", "--for", "prometheus")).stdout.strip()
    assert asked(page, token).status_code == 200


def test_what_visitors_make_up_is_one_route(page):
    for n in range(50):
        page.client.get(f"/made-up-{n}")
        page.client.open(f"/@made-up-{n}", method=f"BREW{n}")
    methods, routes, _ = zip(*REQUESTS._rows, strict=True)
    assert NOWHERE in routes
    assert not any("made-up" in route for route in routes)
    assert not any("BREW" in method for method in methods)


def test_whichever_worker_is_asked_tells_of_all(config, make_app):
    name = f"{COUNT}{{{DROPS}}}"
    with website(config, workers=2) as url, make_app(url=url).app_context():

        def told():
            headers = {"Authorization": f"Bearer {made()}"}
            with urlopen(Request(f"{url}/metrics", headers=headers)) as answer:
                lines = answer.read().decode().splitlines()
            return next((float(line.split()[-1]) for line in lines if line.startswith(name)), 0)

        for _ in range(30):
            urlopen(f"{url}/drops").close()
        until(lambda: {told() for _ in range(6)} == {30})


# --- names, units and help, as promtool looks at them (U51) ---

UNITS = ("_seconds", "_bytes", "_ratio", "_size", "_info", "_up")
COUNTED = {
    "livedrop_ws_connections",
    "livedrop_orders_waiting",
    "livedrop_queue_jobs",
    "livedrop_outbox_unsent_events",
    "livedrop_outbox_dead_letters",
}
WRONG_UNITS = ("milliseconds", "_ms", "minutes", "hours", "kilobytes", "percent")


def lint(text):
    """What Prometheus's own linter would say of an exposition, and what the house asks for."""
    for family in text_string_to_metric_families(text):
        name = family.name + ("_total" if family.type == "counter" else "")
        if not re.fullmatch(r"(livedrop|http_server)_[a-z_]+", name):
            yield f"{name}: no prefix of ours, or no snake case"
        if not family.documentation.endswith("."):
            yield f"{name}: no help"
        if any(unit in name for unit in WRONG_UNITS):
            yield f"{name}: no base unit"
        if family.type == "unknown":
            yield f"{name}: no type"
        if family.type == "gauge" and name.endswith(("_total", "_count", "_sum", "_bucket")):
            yield f"{name}: not what it says"
        if family.type != "counter" and not name.endswith(UNITS) and name not in COUNTED:
            yield f"{name}: no unit"


def test_everything_is_named_as_prometheus_would_have_it(page, ben):
    combiner().place(an_attempt(ben, factories.a_live_drop()))
    text = asked(page, made()).text
    assert list(lint(text)) == []
    told = {family.name for family in text_string_to_metric_families(text)}
    assert {
        "http_server_request_duration_seconds",
        "livedrop_orders",
        "livedrop_order_duration_seconds",
        "livedrop_order_batch_size",
        "livedrop_stock_conservation_errors",
        "livedrop_outbox_oldest_unsent_seconds",
        "livedrop_queue_oldest_seconds",
        "livedrop_ws_connections",
        "livedrop_news_delay_seconds",
        "livedrop_chore_duration_seconds",
        "livedrop_job_duration_seconds",
    } <= told


def test_the_linter_sees_what_is_wrong():
    text = "# HELP orderMs How long\n# TYPE orderMs gauge\norderMs 1\n"
    assert len(list(lint(text))) == 3


def test_on_a_machine_all_processes_tell_at_one_place(config, ben, tmp_path):
    """Each process writes down what it counts, and one that asks for no token tells all of it."""
    factories.an_order(ben.user, factories.a_live_drop(), pay_in=-1)
    url = f"127.0.0.1:{ports.pick()}"
    shared = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    commands = (flask("tick"), flask("relay"), worker("audit"), flask("serve-metrics"))
    with ExitStack() as stack:
        for command in commands:
            command += ("--bind", url) if "serve-metrics" in command else ()
            stack.enter_context(running(config, command, also=shared))
        until(lambda: answers(f"http://{url}"))

        def told():
            with urlopen(f"http://{url}") as answer:
                return answer.read().decode()

        until(lambda: 'job_duration_seconds_count{job="audit",outcome="done"}' in told())
        until(lambda: 'livedrop_chore_duration_seconds_count{chore="lapse orders"}' in told())
        until(lambda: 'livedrop_chore_duration_seconds_count{chore="relay"}' in told())
        assert list(lint(told())) == []


def test_what_asks_for_no_token_is_told_to_this_machine_only(config):
    ended = run(config, flask("serve-metrics", "--bind", "0.0.0.0:9464"))
    assert ended.returncode == 1
    assert "loopback" in ended.stderr


def test_units_in_no_order_are_counted_and_said(ben, page, caplog):
    drop = factories.a_live_drop()
    placed(ben, drop)
    assert reconcile.watch_stock() == 0
    db.session.execute(update(Stock).values(claimed=Stock.claimed + 1))
    db.session.commit()
    name = "livedrop_stock_conservation_errors_total"
    before = numbers(asked(page, made()))[name]
    assert reconcile.watch_stock() == 1
    assert numbers(asked(page, made()))[name] == before + 1
    assert "2 units claimed, 1 in orders that stand" in caplog.text
