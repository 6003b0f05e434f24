"""Living, being ready, and the time."""

import pytest

from tests import factories
from tests.page import Page

GONE = "postgresql://nobody@127.0.0.1:9/none"
NO_REDIS = "redis://127.0.0.1:9/0"


def test_it_lives_even_with_nothing_around_it(make_app):
    page = Page(make_app(database_url=GONE, redis_url=NO_REDIS))
    assert page.client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("missing", "status", "state"),
    [
        ({}, 200, "ready"),
        ({"redis_url": NO_REDIS}, 200, "degraded"),
        ({"database_url": GONE}, 503, "unavailable"),
    ],
)
def test_degraded_is_not_dead(make_app, missing, status, state):
    """U50"""
    answer = Page(make_app(**missing)).client.get("/readyz")
    assert (answer.status_code, answer.json["state"]) == (status, state)


def test_the_clock_is_the_databases_and_never_kept(page):
    before = factories.now().timestamp() * 1000
    answer = page.client.get("/clock")
    assert before - 1000 < answer.json["now"] < before + 5000
    assert isinstance(answer.json["now"], int)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" not in answer.headers.get("Vary", "")
