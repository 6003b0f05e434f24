"""What processes write down: one line each, of known form, and nothing personal in it (U53)."""

import json
import logging
import re
from io import StringIO
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from livedrop.extensions import db
from livedrop.lib import logs
from tests.programs import flask, running, until, website, worker

FIELDS = {
    "at": str,
    "level": str,
    "process": str,
    "pid": int,
    "by": str,
    "said": str,
    "request": str,
    "method": str,
    "route": str,
    "status": int,
    "seconds": float,
    "error": dict,
}
ALWAYS = {"at", "level", "process", "pid", "by", "said"}
CANARY = "canary_7d21"


def checked(line):
    """A line, if it is of the form that all lines have."""
    said = json.loads(line)
    assert said.keys() >= ALWAYS
    assert all(isinstance(value, FIELDS[name]) for name, value in said.items()), said
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", said["at"])
    return said


@pytest.fixture
def paper():
    return StringIO()


@pytest.fixture
def written(paper):
    """Lets this process write as one in production does; what it wrote."""
    level = logging.getLogger().level
    logs.begin("json", "test", to=paper)
    yield lambda: [checked(line) for line in paper.getvalue().splitlines()]
    logs.end()
    logging.getLogger().setLevel(level)


def test_each_request_is_one_line_with_its_name_and_no_address(page, written):
    page.client.get("/drops/a-secret-slug?q=somebody", headers={"X-Request-Id": "abc-123"})
    (line,) = written()
    assert line | {"at": "", "pid": 0, "seconds": 0.0} == {
        "at": "",
        "level": "INFO",
        "process": "test",
        "pid": 0,
        "by": "livedrop.requests",
        "said": "answered",
        "request": "abc-123",
        "method": "GET",
        "route": "/drops/<slug>",
        "status": 404,
        "seconds": 0.0,
    }


def test_the_answer_tells_the_name_also_of_a_kept_page(page, make_app):
    client = make_app(page_seconds=60.0).test_client()
    names = [client.get("/drops").headers.getlist("X-Request-Id") for _ in range(2)]
    assert all(len(name) == 1 for name in names)
    assert names[0] != names[1]
    strange = client.get("/drops", headers={"X-Request-Id": 'x" injected'})
    assert re.fullmatch(r"[0-9a-f]{16}", strange.headers["X-Request-Id"])


def test_a_kept_page_has_the_route_of_a_rendered_one(page, make_app, written):
    client = make_app(page_seconds=60.0).test_client()
    for _ in range(2):
        client.get("/drops")
    assert [(line["route"], line["status"]) for line in written()] == [("/drops", 200)] * 2


def test_what_visitors_make_up_is_one_route(page, written):
    for n in range(5):
        page.client.get(f"/made-up-{n}")
    page.client.open("/drops", method="BREW")
    assert {(line["method"], line["route"]) for line in written()} == {
        ("GET", "nowhere"),
        ("_OTHER", "nowhere"),
    }


def test_nobody_is_in_the_lines_of_a_life(page, ben, written):
    """The canary: whatever people are called, type or come from."""
    page.get("/sign-up").submit(
        "#sign-up-form",
        email=f"{CANARY}@example.com",
        handle=CANARY,
        display_name=CANARY,
        password=f"{CANARY} password",
    )
    page.client.post("/sign-in", data={"email": f"{CANARY}@example.com"})  # forged: it is noted
    page.client.get(f"/@{CANARY}?email={CANARY}@example.com")
    log = logging.getLogger("livedrop.test")
    log.warning("somebody wrote to %s", f"{CANARY}@example.com")
    try:
        db.session.execute(text("SELECT CAST(:word AS integer)"), {"word": CANARY})
    except DBAPIError:
        log.exception("it does not fit")
    try:
        int(CANARY)
    except ValueError:
        log.exception("nor does this")
    told = json.dumps(written())
    assert "it does not fit" in told
    assert "127.0.0.0/24" in told
    assert CANARY not in told
    assert "127.0.0.1" not in told


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::7", "2001:db8:1::/48"),
        (None, "nowhere"),
        ("somewhere", "nowhere"),
    ],
)
def test_of_where_somebody_calls_from_the_beginning_is_known(address, network):
    assert logs.network(address) == network


def test_a_crash_tells_where_it_was(written):
    try:
        raise RuntimeError("the tea is cold")
    except RuntimeError:
        logging.getLogger("livedrop.test").exception("a crash")
    (line,) = written()
    assert (line["error"]["kind"], line["error"]["said"]) == ("RuntimeError", "the tea is cold")
    assert "test_logs.py" in line["error"]["places"][0]


def test_who_develops_reads_words(paper, written):
    logs.begin("words", "test", to=paper)
    logs.request("GET", "/drops/<slug>", 200, 0.0123)
    assert paper.getvalue().splitlines()[0] == "GET /drops/<slug> 200 in 12 ms"


@pytest.mark.parametrize(
    ("process", "command"),
    [
        ("relay", flask("relay")),
        ("tick", flask("tick")),
        ("pretend", flask("pretend")),
        ("mail", worker("mail")),
    ],
)
def test_every_process_writes_alike(config, process, command, tmp_path):
    said = tmp_path / "said"
    with said.open("w") as file, running(config, command, to=file):
        until(lambda: "begins" in said.read_text())
    lines = [checked(line) for line in said.read_text().splitlines()]
    assert {line["process"] for line in lines} == {process}


def test_gunicorn_does_too(config, tmp_path):
    said = tmp_path / "said"
    with said.open("w") as file, website(config, to=file) as url:
        urlopen(Request(f"{url}/healthz", headers={"X-Request-Id": "mine"})).close()
        until(lambda: '"mine"' in said.read_text())
    lines = [checked(line) for line in said.read_text().splitlines()]
    assert {line["process"] for line in lines} == {"web"}
    assert {"gunicorn.error", "livedrop.requests"} <= {line["by"] for line in lines}
