"""What is odd about a sign-up is written down, and nobody is refused by it (S65)."""

import pytest

from livedrop.web.identity import limits, suspects
from tests.page import Page
from tests.rows import recorded

EVE = {"email": "eve@example.com", "handle": "eve", "display_name": "Eve"}
EVE |= {"password": "a long enough password"}


def flags(page, **fields):
    """What the audit trail says of a sign-up."""
    page.get("/sign-up").submit("#sign-up-form", **EVE | fields)
    return recorded("UserSignedUp")[0].payload["flags"]


@pytest.fixture
def _slow(monkeypatch):
    """Eve takes her time."""
    monkeypatch.setattr(suspects, "HURRY", 0)


@pytest.mark.usefixtures("_slow")
def test_who_takes_their_time_is_not_odd(page):
    assert flags(page) == []


def test_who_sends_it_at_once_is(page):
    assert flags(page) == ["too-fast"]


@pytest.mark.usefixtures("_slow")
@pytest.mark.parametrize(
    ("odd", "word"), [({"homepage": "https://x.example"}, "honeypot"), ({"shown": "1"}, "no-form")]
)
def test_what_no_person_would_send_is(page, odd, word):
    assert flags(page, **odd) == [word]


def test_nobody_can_see_or_reach_the_field(page):
    """Neither with eyes nor with a screen reader nor by the Tab key."""
    seen = page.get("/sign-up")
    trap = seen.one("input[name=homepage]")
    around = [trap]
    while (parent := seen.parents.get(around[-1])) is not None:
        around.append(parent)
    assert any("hidden" in element.attrib for element in around)


@pytest.mark.parametrize(("odd", "status"), [(["no-form"], 429), ([], 303)])
def test_of_the_odd_fewer_are_let_through(page, monkeypatch, odd, status):
    """Unless nothing is seen in it."""
    monkeypatch.setattr(limits, "SUSPECTS", limits.Bucket("odd", "1/hour"))
    flags(page)
    monkeypatch.setattr(suspects, "flags", lambda form: odd)
    other = {"email": "eva@example.com", "handle": "eva"}
    Page(page.client.application).get("/sign-up").submit("#sign-up-form", status, **EVE | other)
