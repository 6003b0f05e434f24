"""Drops by JSON: seen by everybody, made by their creators."""

from datetime import timedelta

import pytest

from livedrop.accounts.commands import suspend
from livedrop.notifications.queries import is_reminded
from tests import factories
from tests.shopping import placed


@pytest.fixture
def content(app):
    starts_at = factories.now() + timedelta(hours=1)
    return {
        "title": "Harbour",
        "description": "At dusk.",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=1)).isoformat(),
        "limit_per_customer": 2,
        "skus": [{"name": "A3", "price": {"amount": 4500, "currency": "CHF"}, "quantity": 10}],
    }


def test_a_drop_is_drafted_seen_by_nobody_else_and_published(visitor, ada, ben, runs, content):
    app = runs(ada)
    draft = app.post("/drops", content)
    place = f"/drops/{draft['id']}"
    assert (draft["state"], draft["description"]) == ("draft", "At dusk.")
    for stranger in (visitor, runs(ben)):
        stranger.get(place, 404, code="not-found")
        assert stranger.get("/creators/ada/drops")["items"] == []
    assert [one["id"] for one in app.get("/creators/ada/drops")["items"]] == [draft["id"]]
    assert app.post(f"{place}/publication")["state"] == "scheduled"
    seen = visitor.get(place)
    assert (seen["skus"][0]["price"], seen["skus"][0]["available"]) == (
        {"amount": 4500, "currency": "CHF"},
        10,
    )
    app.post(f"{place}/publication", status=409, code="already-published")


WRONG = {
    "no title": {"title": ""},
    "two currencies": {
        "skus": [
            {"name": "A", "price": {"amount": 1, "currency": "EUR"}, "quantity": 1},
            {"name": "B", "price": {"amount": 1, "currency": "USD"}, "quantity": 1},
        ]
    },
    "money that is none": {
        "skus": [{"name": "A", "price": {"amount": 4.5, "currency": "EUR"}, "quantity": 1}]
    },
    "no zone": {"starts_at": "2027-05-31T18:00:00"},
    "no such day": {"starts_at": "2027-02-31T18:00:00Z"},
    "no year of ours": {"starts_at": "9999-12-31T23:59:59-23:59"},
    "the end first": {"ends_at": "2020-05-31T18:00:00Z"},
    "a number in words": {"limit_per_customer": "2"},
    "what nobody asked": {"media_ids": []},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_meant_is_refused(ada, runs, content, wrong):
    runs(ada).post("/drops", content | WRONG[wrong], 422, code="invalid")


def test_somebody_elses_product_is_not_offered(ada, runs, content):
    content["skus"][0]["product_id"] = str(factories.a_product().id)
    runs(ada).post("/drops", content, 422, code="invalid")


def test_a_draft_is_changed_in_part_and_keeps_its_variants(ada, runs, content):
    app = runs(ada)
    draft = app.post("/drops", content)
    sku = draft["skus"][0]["id"]
    changed = app.patch(
        f"/drops/{draft['id']}", {"title": "Pier", "skus": [{"id": sku, "quantity": 5}]}
    )
    assert (changed["title"], changed["description"]) == ("Pier", "At dusk.")
    assert [(one["id"], one["declared"]) for one in changed["skus"]] == [(sku, 5)]
    app.patch(f"/drops/{draft['id']}", {"skus": [{"id": "1", "quantity": 5}]}, 422, code="invalid")


def test_what_is_published_only_grows_and_moves(ada, ben, runs):
    app, drop = runs(ada), factories.a_scheduled_drop(ada.creator)
    place, sku = f"/drops/{drop.id}", str(factories.sku_of(drop).id)
    app.patch(place, {"title": "Other"}, 409, code="frozen")
    app.patch(place, {"skus": [{"id": sku, "quantity": 9}]}, 409, code="cannot-shrink")
    later = (factories.now() + timedelta(minutes=20)).isoformat()
    changed = app.patch(place, {"starts_at": later, "skus": [{"id": sku, "quantity": 12}]})
    assert changed["skus"][0]["declared"] == 12
    assert changed["starts_at"][:19] == later[:19]
    runs(ben).patch(place, {"starts_at": later}, 404, code="not-found")


def test_a_change_is_made_whole_or_not_at_all(ada, runs):
    app, drop = runs(ada), factories.a_scheduled_drop(ada.creator)
    place, sku = f"/drops/{drop.id}", str(factories.sku_of(drop).id)
    later = (factories.now() + timedelta(minutes=20)).isoformat()
    both = {"starts_at": later, "skus": [{"id": sku, "quantity": 1}]}
    app.patch(place, both, 409, code="cannot-shrink")
    assert app.get(place)["starts_at"][:19] != later[:19]


def test_what_is_live_does_not_move(ada, runs):
    drop = factories.a_live_drop(ada.creator)
    later = (factories.now() + timedelta(hours=9)).isoformat()
    runs(ada).patch(f"/drops/{drop.id}", {"ends_at": later}, 409, code="frozen")


def test_a_drop_is_called_off_with_a_reason(ada, ben, runs):
    drop = factories.a_live_drop(ada.creator)
    place = f"/drops/{drop.id}/cancellation"
    runs(ben).post(place, {"reason": "No."}, 404, code="not-found")
    runs(ada).post(place, {"reason": " "}, 422, code="invalid")
    assert runs(ada).post(place, {"reason": "It broke."})["state"] == "cancelled"
    runs(ada).post(place, {"reason": "Again."}, 409, code="cancelled")


@pytest.mark.parametrize(("make", "status"), [("a_live_drop", 403), ("a_draft", 201)])
def test_an_old_sign_in_gives_nobody_their_money_back(ada, runs, make, status):
    """S12; the control is a draft, of which nobody has bought anything."""
    begun = factories.now() - timedelta(minutes=11)
    old = runs(ada, factories.a_sign_in(ada.user, created_at=begun).id)
    drop = getattr(factories, make)(ada.creator)
    old.post(f"/drops/{drop.id}/cancellation", {"reason": "No."}, status)


def test_a_draft_without_anything_is_not_published(ada, runs, content):
    draft = runs(ada).post("/drops", content | {"skus": []})
    runs(ada).post(f"/drops/{draft['id']}/publication", status=409, code="no-skus")


def test_the_suspended_draft_nothing(ada, runs, content):
    suspend(user_id=ada.id, reason="-")
    runs(ada).post("/drops", content, 403, code="suspended")


def test_drops_are_listed_by_state_and_creator(visitor, ada):
    live = factories.a_live_drop(ada.creator)
    factories.a_draft(ada.creator)
    coming = factories.a_scheduled_drop()
    ids = {str(live.id), str(coming.id)}
    assert {one["id"] for one in visitor.get("/drops")["items"]} == ids
    assert listed(visitor, "state=live") == listed(visitor, "creator=ada") == [str(live.id)]
    assert listed(visitor, "state=scheduled") == [str(coming.id)]
    assert listed(visitor, "state=ended") == []
    visitor.get("/drops?state=draft", 422, code="invalid")
    visitor.get("/drops?creator=nobody", 404, code="not-found")


def listed(visitor, asked):
    return [one["id"] for one in visitor.get(f"/drops?{asked}")["items"]]


def test_numbers_add_up_and_a_clock_that_ticks_is_no_news(visitor, ada, ben):
    drop = factories.a_live_drop(ada.creator, quantity=2)
    placed(ben, drop)
    first = visitor.send("GET", f"/drops/{drop.id}")
    (sku,) = first.json["skus"]
    assert (sku["available"], sku["held"], sku["sold"]) == (1, 1, 0)
    tag = first.headers["ETag"]
    assert visitor.send("GET", f"/drops/{drop.id}", If_None_Match=tag).status_code == 304
    for address in ("/drops", f"/drops/{drop.id}"):
        tag = visitor.send("GET", address).headers["ETag"]
        assert visitor.send("GET", address, If_None_Match=tag).status_code == 304


def test_sold_out_and_all_held_are_not_the_same(visitor, ben, cleo):
    held, sold = factories.a_live_drop(quantity=1), factories.a_live_drop(quantity=1)
    placed(ben, held)
    factories.an_order(cleo.user, sold, status="confirmed")
    first, second = (visitor.get(f"/drops/{drop.id}") for drop in (held, sold))
    assert (first["all_held"], first["sold_out"]) == (True, False)
    assert (second["all_held"], second["sold_out"]) == (False, True)


def test_one_is_reminded_until_one_is_not(ben, runs, app):
    drop = factories.a_scheduled_drop()
    runs(ben).put(f"/drops/{drop.id}/reminder")
    assert is_reminded(ben.id, drop.id)
    runs(ben).delete(f"/drops/{drop.id}/reminder")
    app.extensions["sqlalchemy"].session.rollback()
    assert not is_reminded(ben.id, drop.id)
    over = factories.an_ended_drop()
    runs(ben).put(f"/drops/{over.id}/reminder", status=409, code="ended")


@pytest.mark.parametrize("id", ["0", "01", "-1", "x", "1" * 19, "1.0", "%31%00"])
def test_what_is_no_id_leads_nowhere(visitor, id):
    visitor.get(f"/drops/{id}", 404, code="not-found")
