"""Waiting, and being told, by JSON."""

from datetime import timedelta

import pytest

from livedrop.drops.commands import announce_due, publish
from livedrop.follows.commands import follow
from livedrop.grants import commands as grants
from livedrop.grants.models import Ticket
from livedrop.lib.errors import DomainError
from tests import factories
from tests.notifications.news import told
from tests.rows import row, rows
from tests.shopping import placed


@pytest.fixture
def gone(cleo):
    """A live drop of which somebody else holds the only unit."""
    drop = factories.a_live_drop(quantity=1, limit_per_customer=2)
    placed(cleo, drop)
    return drop


def line(drop):
    return f"/skus/{factories.sku_of(drop).id}/waitlist"


def test_one_waits_sees_where_and_leaves(ben, gone, runs):
    app = runs(ben)
    entry = app.put(line(gone), {"quantity": 2}, 200)
    assert (entry["position"], entry["quantity"]) == (1, 2)
    assert app.get("/me/waitlist") == {"items": [entry], "next_cursor": None}
    app.delete(line(gone))
    app.delete(line(gone))
    assert app.get("/me/waitlist")["items"] == []


def test_places_come_in_pages(ben, cleo, runs):
    app, skus = runs(ben), []
    for _ in range(3):
        drop = factories.a_live_drop(quantity=1)
        placed(cleo, drop)
        skus.append(app.put(line(drop), {"quantity": 1}, 200)["sku_id"])
    first = app.get("/me/waitlist?limit=2")
    rest = app.get(f"/me/waitlist?limit=2&cursor={first['next_cursor']}")
    assert [one["sku_id"] for one in (*first["items"], *rest["items"])] == skus[::-1]


def test_there_is_no_line_where_nobody_needs_to_wait(ben, gone, runs):
    app = runs(ben)
    app.put(line(factories.a_live_drop()), {"quantity": 1}, 409, code="available")
    app.put(line(factories.a_scheduled_drop()), {"quantity": 1}, 409, code="not-live")
    app.put(line(gone), {"quantity": 3}, 409, code="limit-reached")
    app.put(line(factories.a_draft()), {"quantity": 1}, 404, code="not-found")
    app.put("/skus/999999/waitlist", {"quantity": 1}, 404, code="not-found")


def test_news_are_told_read_and_chosen(ada, ben, runs):
    app = runs(ben)
    follow(follower_id=ben.id, creator_id=ada.id)
    drop = factories.a_draft(ada.creator)
    publish(drop_id=drop.id, actor_id=ada.id)
    announce_due()
    told()
    (news,) = app.get("/notifications")["items"]
    assert (news["kind"], news["read"]) == ("announced", False)
    assert news["url"].endswith(f"/drops/{drop.slug}")
    app.post("/notifications/read", {"up_to": news["id"]}, 204)
    assert app.get("/notifications")["items"][0]["read"] is True


def test_one_says_what_one_wants_to_hear(ben, runs):
    app = runs(ben)
    before = app.get("/me/preferences")
    assert before["low"] == {"page": True, "email": False}
    after = app.patch("/me/preferences", {"low": {"page": False}})
    assert after == before | {"low": {"page": False, "email": False}}
    app.patch("/me/preferences", {"weather": {"page": True}}, 422, code="invalid")
    assert app.patch("/me/preferences", {}) == after


def test_a_ticket_opens_one_socket_soon(ben, runs, monkeypatch):
    app = runs(ben)
    made = app.post("/live/tickets")
    assert made["expires_in"] == 30
    assert grants.take_ticket(ticket=made["ticket"])[0] == ben.id
    with pytest.raises(DomainError, match="invalid-token"):
        grants.take_ticket(ticket=made["ticket"])


def test_an_old_ticket_opens_nothing(ben, runs, app):

    made = runs(ben).post("/live/tickets")
    ticket = row(Ticket)
    factories.change(ticket, made_at=ticket.made_at - timedelta(seconds=31))
    with pytest.raises(DomainError, match="invalid-token"):
        grants.take_ticket(ticket=made["ticket"])


def test_old_tickets_are_forgotten(ben, runs, app):

    runs(ben).post("/live/tickets")
    assert grants.purge() == 0
    ticket = row(Ticket)
    factories.change(ticket, made_at=ticket.made_at - timedelta(seconds=31))
    assert grants.purge() == 1
    assert not rows(Ticket)
