"""Orders by JSON: by the same batch as those of pages, and told the same for ever."""

from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest

from livedrop.accounts.commands import sign_out, suspend
from livedrop.lib.errors import DomainError, OutcomeUnknown, Unavailable
from livedrop.orders.combine import Combiner
from livedrop.orders.models import Order
from livedrop.web.storefront import orders as pages
from tests import factories
from tests.rows import recorded, rows
from tests.shopping import (
    call_back,
    call_back_refund,
    confirmed,
    join,
    let_pass,
    payments,
    placed,
)

orders = import_module("livedrop.web.api.orders")  # the package calls its blueprint so


@pytest.fixture
def drop(ada):
    return factories.a_live_drop(ada.creator, quantity=[5, 5], limit_per_customer=4)


def wish(drop, *quantities, **more):
    lines = [
        {"sku_id": str(sku.id), "quantity": quantity}
        for sku, quantity in zip(factories.skus_of(drop), quantities or (1,), strict=False)
    ]
    return {"drop_id": str(drop.id), "lines": lines} | more


def order(app, content, status=201, key=None, **more):
    return app.post("/orders", content, status, Idempotency_Key=key or uuid4().hex, **more)


def test_an_order_is_placed_seen_and_paid(ben, drop, runs):
    app = runs(ben)
    made = order(app, wish(drop, 1, 2))
    assert made["status"] == "placed"
    assert made["total"] == {"amount": 13500, "currency": "EUR"}
    assert [line["quantity"] for line in made["lines"]] == [1, 2]
    assert made["lines"][0]["name"] == "No. 1"
    place = f"/orders/{made['id']}"
    assert app.get(place) == made
    assert app.get("/orders")["items"] == [made]
    paying = app.post(f"{place}/payment", {"method": "pretend"})
    assert paying["payment"] == {"status": "pending", "method": "pretend"}
    (payment,) = payments(made["id"])
    call_back(payment.id)
    paid = app.get(place)
    assert (paid["status"], paid["payment"]["status"], paid["pay_by"]) == (
        "confirmed",
        "succeeded",
        None,
    )
    app.post(f"{place}/payment", {"method": "pretend"}, 409, code="already-paid")


def test_the_same_key_is_told_the_same_byte_for_byte(ben, drop, runs):
    app, content = runs(ben), wish(drop, 1, delivery=ADDRESS)
    first, again = (app.send("POST", "/orders", content, Idempotency_Key="one") for _ in range(2))
    app.post(f"/orders/{first.json['id']}/cancellation")
    later = app.send("POST", "/orders", content, Idempotency_Key="one")
    assert first.data == again.data == later.data
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == later.headers["Idempotent-Replayed"] == "true"
    assert len(rows(Order)) == 1
    order(app, wish(drop, 2), 422, key="one", code="key-reused")


ADDRESS = {
    "name": "Ben",
    "line1": "1 Quay",
    "postcode": "20457",
    "city": "Hamburg",
    "country": "Germany",
}


def test_a_key_is_ones_own(ben, cleo, drop, runs):
    first, second = (order(runs(who), wish(drop), key="one") for who in (ben, cleo))
    assert first["id"] != second["id"]


def test_without_a_key_nothing_is_ordered(ben, drop, runs):
    app = runs(ben)
    app.post("/orders", wish(drop), 400, code="idempotency-key-missing")
    order(app, wish(drop), 400, key="x" * 256, code="idempotency-key-invalid")
    assert not rows(Order)


def test_lines_of_one_sku_are_added_up(ben, drop, runs):
    content = wish(drop, 1)
    content["lines"] *= 3
    assert [line["quantity"] for line in order(runs(ben), content)["lines"]] == [3]
    content["lines"] = wish(drop, 60)["lines"] * 2
    order(runs(ben), content, 422, code="invalid")


@pytest.mark.parametrize("quantity", [0, -1, 101, 1.5, "1", True, None])
def test_a_quantity_is_a_number_from_one_to_a_hundred(ben, drop, runs, quantity):
    order(runs(ben), wish(drop, quantity), 422, code="invalid")


def test_over_the_limit_is_a_conflict(ben, drop, runs):
    said = order(runs(ben), wish(drop, 5), 409, code="limit-reached")
    assert said["limit"] == 4


def test_what_the_drop_does_not_offer_cannot_be_meant(ben, drop, runs):
    other = factories.a_live_drop()
    lines = wish(other)["lines"]
    order(runs(ben), wish(drop) | {"lines": lines}, 422, code="invalid")
    order(runs(ben), wish(factories.a_draft()), 404, code="not-found")
    order(runs(ben), wish(drop) | {"drop_id": "99999999"}, 404, code="not-found")


STATES = {
    "not-started": factories.a_scheduled_drop,
    "ended": factories.an_ended_drop,
    "cancelled": factories.a_cancelled_drop,
}


@pytest.mark.parametrize("code", STATES)
def test_a_drop_that_is_not_live_says_why(app, ben, runs, code):
    order(runs(ben), wish(STATES[code]()), 409, code=code)


def test_what_is_left_is_told(ben, cleo, runs):
    drop = factories.a_live_drop(quantity=2, limit_per_customer=3)
    assert order(runs(ben), wish(drop, 3), 409, code="not-enough")["available"] == 2
    placed(cleo, drop, 2)
    order(runs(ben), wish(drop, 1), 409, code="all-held")


def test_who_waits_is_told_where(ben, cleo, runs):
    drop = factories.a_live_drop(quantity=1)
    placed(cleo, drop)
    join(ben, drop)
    assert order(runs(ben), wish(drop), 409, code="all-held")["position"] == 1


def test_an_ended_sign_in_orders_nothing(ben, drop, runs):
    """S20: the batch looks, where memory does not know."""
    sign_in_id = factories.a_sign_in(ben.user).id
    app = runs(ben, sign_in_id)
    sign_out(sign_in_id=sign_in_id)
    order(app, wish(drop), 401, code="signed-out")
    suspend(user_id=ben.id, reason="-")
    order(runs(ben), wish(drop), 403, code="suspended")
    assert not rows(Order)


TROUBLE = {
    "unavailable": (Unavailable(), 503),
    "outcome-unknown": (OutcomeUnknown(), 503),
    "in-progress": (DomainError("in-progress", 409, retry_after=1), 409),
}


@pytest.mark.parametrize("code", TROUBLE)
def test_who_may_ask_again_is_told_when(ben, drop, runs, monkeypatch, code):
    error, status = TROUBLE[code]

    def fail(*_):
        raise error

    monkeypatch.setattr(Combiner, "place", fail)
    answer = runs(ben).send("POST", "/orders", wish(drop), Idempotency_Key="one")
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.headers["Retry-After"] == "1"


def test_pages_and_apps_share_one_limit(app):
    assert orders.TRIES is pages.TRIES


def test_placing_asks_the_database_nothing_of_its_own(ben, drop, runs, monkeypatch):
    app = runs(ben)
    order(app, wish(drop))
    monkeypatch.setattr(orders.session, "current", None)  # whoever calls it, fails
    monkeypatch.setattr(orders.access, "drop_of_id", None)
    order(app, wish(drop))


def test_an_order_is_ones_own(ben, cleo, drop, runs):
    mine = placed(ben, drop)
    for verb, path, content in (
        ("GET", "", None),
        ("POST", "/payment", {"method": "pretend"}),
        ("POST", "/extension", None),
        ("POST", "/cancellation", None),
    ):
        runs(cleo).ask(verb, f"/orders/{mine.id}{path}", 404, content, code="not-found")
    assert runs(cleo).get("/orders")["items"] == []


def test_the_creator_sees_the_orders_of_the_drop(ada, ben, drop, runs):
    made = order(runs(ben), wish(drop, 1, delivery=ADDRESS))
    (seen,) = runs(ada).get(f"/drops/{drop.id}/orders")["items"]
    assert seen == made
    assert seen["delivery"]["city"] == "Hamburg"
    runs(ben).get(f"/drops/{drop.id}/orders", 404, code="not-found")


def test_orders_come_in_pages(ben, drop, runs):
    ids = [str(placed(ben, drop).id) for _ in range(3)]
    app = runs(ben)
    first = app.get("/orders?limit=2")
    rest = app.get(f"/orders?limit=2&cursor={first['next_cursor']}")
    assert [one["id"] for one in (*first["items"], *rest["items"])] == ids[::-1]


def test_an_order_is_extended_and_cancelled(ben, drop, runs):
    mine, app = placed(ben, drop), runs(ben)
    place = f"/orders/{mine.id}"
    assert app.post(f"{place}/extension")["extensions_left"] == 9
    assert app.post(f"{place}/cancellation")["reason"] == "by-shopper"
    app.post(f"{place}/cancellation", status=409, code="not-cancellable")
    app.post(f"{place}/extension", status=409, code="cancelled")
    app.post(f"{place}/payment", {"method": "pretend"}, 409, code="cancelled")


def test_a_lapsed_order_reads_lapsed(ben, drop, runs):
    mine, app = placed(ben, drop), runs(ben)
    let_pass(100, mine)
    seen = app.get(f"/orders/{mine.id}")
    assert (seen["status"], seen["reason"], seen["pay_by"]) == ("lapsed", "payment-lapsed", None)
    app.post(f"/orders/{mine.id}/payment", {"method": "pretend"}, 409, code="lapsed")


def test_a_drop_that_ships_is_paid_when_it_knows_where_to(ben, runs):
    drop = factories.a_live_drop(ships=True, limit_per_customer=2)
    without, with_one = order(runs(ben), wish(drop)), order(runs(ben), wish(drop, delivery=ADDRESS))
    pay = {"method": "pretend"}
    runs(ben).post(f"/orders/{without['id']}/payment", pay, 409, code="delivery-missing")
    runs(ben).post(f"/orders/{with_one['id']}/payment", pay)


# --- keys of other calls ---


def test_a_payment_is_begun_once(ben, drop, runs):
    mine, app = placed(ben, drop), runs(ben)
    pay = ("POST", f"/orders/{mine.id}/payment", {"method": "pretend"})
    first, again = (app.send(*pay, Idempotency_Key="one") for _ in range(2))
    call_back(payments(mine.id)[0].id)
    later = app.send(*pay, Idempotency_Key="one")
    assert first.data == again.data == later.data
    assert later.headers["Idempotent-Replayed"] == "true"
    assert len(payments(mine.id)) == 1
    decline = {"method": "pretend", "outcome": "decline"}
    app.post(f"/orders/{mine.id}/payment", decline, 422, Idempotency_Key="one", code="key-reused")


def test_a_product_and_a_profile_are_made_once(ada, ben, runs):
    for app, place, content in (
        (runs(ada), "/products", {"title": "Print"}),
        (runs(ben), "/creators", {"display_name": "Ben"}),
    ):
        first, again = (app.send("POST", place, content, Idempotency_Key="one") for _ in range(2))
        assert first.status_code == again.status_code == 201
        assert first.data == again.data
        assert again.headers["Idempotent-Replayed"] == "true"
        app.post(place, dict.fromkeys(content, "Other"), 422, Idempotency_Key="one")
    assert len(runs(ada).get("/creators/ada/products")["items"]) == 1


def test_a_key_of_an_order_is_none_for_a_product(ada, drop, runs):
    app = runs(ada)
    order(app, wish(drop), key="one")
    app.post("/products", {"title": "Print"}, 422, Idempotency_Key="one", code="key-reused")
    app.post("/products", {"title": "Print"}, Idempotency_Key="two")
    order(app, wish(drop), 422, key="two", code="key-reused")


# --- refunds ---


def test_ada_gives_back_a_part_and_then_the_rest(ada, ben, drop, runs):
    bought, app = confirmed(ben, drop, [2, 1]), runs(ada)
    place, sku = f"/orders/{bought.id}/refund", str(factories.skus_of(drop)[0].id)
    torn = {"reason": "One was torn.", "lines": [{"sku_id": sku, "quantity": 1}]}
    part = app.post(place, torn)
    assert (part["status"], part["payment"]["status"]) == ("confirmed", "refund_pending")
    assert [line["returned"] for line in part["lines"]] == [1, 0]
    app.post(place, torn, 409, code="not-refundable")  # until the provider has answered
    call_back_refund(bought.id)
    whole = app.post(place, {"reason": "All of it."})
    assert (whole["status"], whole["reason"]) == ("refunded", "refunded")
    assert factories.stock_of(drop) == [(5, 0), (5, 0)]


def test_an_admin_refunds_too_and_nobody_else(ben, cleo, dora, drop, runs):
    bought, why = confirmed(ben, drop), {"reason": "It broke."}
    for person in (ben, cleo):
        runs(person).post(f"/orders/{bought.id}/refund", why, 404, code="not-found")
    assert runs(dora).post(f"/orders/{bought.id}/refund", why)["status"] == "refunded"
    (told,) = recorded("OrderRefunded")
    assert (told.actor_id, told.payload["reason"]) == (dora.id, "It broke.")


def refund_with_an_old_sign_in(ada, bought, runs, status, **more):
    """By an app whose person typed their password eleven minutes ago, and refreshed since."""
    old = factories.a_sign_in(ada.user, created_at=factories.now() - timedelta(minutes=11))
    app = runs(ada, old.id)
    return app.post(f"/orders/{bought.id}/refund", {"reason": "It broke."}, status, **more)


def test_a_refund_needs_a_sign_in_of_the_last_ten_minutes(ada, ben, drop, runs):
    """S12: a refresh token that somebody else came by moves no money."""
    bought = confirmed(ben, drop)
    refund_with_an_old_sign_in(ada, bought, runs, 403, code="not-proved")
    assert factories.stock_of(drop)[0] == (5, 1)


def test_without_the_guard_an_old_token_would_do(ada, ben, drop, runs, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(orders.access, "proved", orders.access.actor)
    refund_with_an_old_sign_in(ada, confirmed(ben, drop), runs, 201)


def test_more_than_was_bought_does_not_come_back(ada, ben, drop, runs):
    bought = confirmed(ben, drop, [2, 1])
    sku = factories.skus_of(drop)[0].id
    for lines in ([{"sku_id": str(sku), "quantity": 3}], [{"sku_id": "1", "quantity": 1}], []):
        wrong = {"reason": "It broke.", "lines": lines}
        runs(ada).post(f"/orders/{bought.id}/refund", wrong, 422, code="invalid")
    runs(ada).post(f"/orders/{bought.id}/refund", {"reason": " "}, 422, code="invalid")
    assert factories.stock_of(drop) == [(5, 2), (5, 1)]


def test_only_what_is_paid_is_refunded(ada, ben, drop, runs):
    mine = placed(ben, drop)
    why = {"reason": "It broke."}
    runs(ada).post(f"/orders/{mine.id}/refund", why, 409, code="not-refundable")
