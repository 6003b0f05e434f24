"""The order panel, placing, and one's own orders, as a person sees them."""

import pytest

from livedrop.accounts import commands as accounts
from livedrop.extensions import db
from livedrop.orders.commands import settle
from livedrop.orders.models import Order
from livedrop.payments.models import Payment
from livedrop.web.session import Memory
from tests import factories, shopping
from tests.rows import row


def panel_of(drop):
    return f"/drops/{drop.slug}/orders/new"


def buy(person, drop, **choice):
    return person.page.get(panel_of(drop)).submit("#order-form", **choice)


def answer_payment(outcome):
    """What the provider says, at last, about the payment that waits for it."""
    payment = db.session.query(Payment.id).filter_by(status="pending").one()
    settle(payment_id=payment.id, kind="charge", outcome=outcome)


def test_a_visitor_is_asked_to_sign_in_to_buy(page):
    seen = page.get(panel_of(factories.a_live_drop()))
    assert "Sign in to buy" in seen.text
    assert not seen.has("#order-form")


def test_ben_buys_with_one_press_and_sees_what_he_has_to_pay(ben):
    seen = buy(ben, factories.a_live_drop(price=4500))
    assert seen.url.startswith("/orders/")
    assert "Yours for now" in seen.text
    assert "€45" in seen.text


def test_with_script_he_is_led_to_the_order(ben):
    drop = factories.a_live_drop()
    seen = ben.page.fragment(panel_of(drop)).submit("#order-form", 204, htmx=True)
    assert seen.location.startswith("/orders/")


def test_the_same_form_sent_twice_is_one_order(ben):
    form = ben.page.get(panel_of(factories.a_live_drop(limit_per_customer=5)))
    first, second = form.submit("#order-form", 303), form.submit("#order-form", 303)
    assert first.location == second.location
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"


def test_the_same_key_with_another_choice_is_refused(ben):
    form = ben.page.get(panel_of(factories.a_live_drop(limit_per_customer=5)))
    form.submit("#order-form", 303, quantity=1)
    assert "sent before" in form.submit("#order-form", 422, quantity=2).text


@pytest.mark.parametrize("key", ["", "k" * 256, "schlüssel"])
def test_a_key_that_is_none_is_refused(ben, key):
    form = ben.page.get(panel_of(factories.a_live_drop()))
    form.submit("#order-form", 400, key=key)


@pytest.mark.parametrize("quantity", ["0", "-1", "101", "two", "1e3", ""])
def test_a_quantity_that_cannot_be_meant_gets_words_beside_the_field(ben, quantity):
    form = ben.page.get(panel_of(factories.a_live_drop(limit_per_customer=5)))
    seen = form.submit("#order-form", 422, quantity=quantity)
    assert seen.has("#quantity-error")


def test_a_sku_of_another_drop_is_refused(ben):
    form = ben.page.get(panel_of(factories.a_live_drop(quantity=[3, 3])))
    other = factories.sku_of(factories.a_live_drop())
    assert form.submit("#order-form", 422, sku=other.id).has("#sku-error")


def test_s64_a_price_sent_along_changes_nothing(ben):
    form = ben.page.get(panel_of(factories.a_live_drop(price=4500)))
    assert "€45" in form.submit("#order-form", price=1, total=1, claimed=0).text


def test_s63_nobody_buys_before_the_start(ben):
    drop = factories.a_scheduled_drop()
    seen = ben.page.get(panel_of(drop))
    assert "disabled" in seen.one("#order-form button").attrib
    assert "Not open yet" in seen.submit("#order-form", 409).text


def test_the_last_unit_goes_once_and_the_others_hear_why(ben, cleo):
    drop = factories.a_live_drop(quantity=1)
    late = cleo.page.get(panel_of(drop))
    buy(ben, drop)
    assert "All held" in late.submit("#order-form", 409).text


def test_what_is_left_is_offered_of_the_very_same_sku(ben):
    drop = factories.a_live_drop(quantity=[3, 2], limit_per_customer=5)
    sku = factories.skus_of(drop)[1]
    seen = ben.page.get(panel_of(drop)).submit("#order-form", 409, sku=sku.id, quantity=5)
    again = seen.one(".ways .button").get("href")
    assert again == f"{panel_of(drop)}?sku={sku.id}&quantity=2"
    assert ben.page.get(again).one("[name=sku][checked]").get("value") == str(sku.id)


def test_paid_units_are_sold_out_for_everybody_else(ben, cleo):
    drop = factories.a_live_drop(quantity=1)
    late = cleo.page.get(panel_of(drop))
    factories.an_order(ben.user, drop, status="confirmed")
    assert "Sold out" in late.submit("#order-form", 409).text


def test_somebody_suspended_meanwhile_buys_nothing(app, ben, monkeypatch):
    form = ben.page.get(panel_of(factories.a_live_drop()))
    accounts.suspend(user_id=ben.id, reason="bot")
    # As if five seconds had passed.
    monkeypatch.setitem(app.extensions, "sign-ins", Memory(seconds=0))
    assert "suspended" in form.submit("#order-form", 403).text


def test_cleo_cannot_see_bens_order(ben, cleo):
    url = buy(ben, factories.a_live_drop()).url
    cleo.page.get(url, 404)


@pytest.mark.parametrize("step", ["extension", "payment", "cancellation"])
def test_cleo_can_do_nothing_with_bens_order(ben, cleo, step):
    drop = factories.a_live_drop()
    url = buy(ben, drop).url
    token = cleo.page.get(panel_of(factories.a_live_drop())).value("csrf_token")
    cleo.page.post(f"{url}/{step}", 404, csrf_token=token)


def test_ben_pays_and_it_is_his(ben):
    seen = buy(ben, factories.a_live_drop()).submit("#pay")
    assert "Paying" in seen.text
    answer_payment("success")
    assert "Paid" in ben.page.get(seen.url).text


def test_a_declined_payment_can_be_tried_again(ben):
    seen = buy(ben, factories.a_live_drop()).submit("#pay", outcome="decline")
    answer_payment("decline")
    seen = ben.page.get(seen.url)
    assert "declined" in seen.text
    assert "Paying" in seen.submit("#pay").text


def test_money_that_came_too_late_is_never_said_not_to_have_been_taken(ben):
    drop = factories.a_live_drop()
    seen = buy(ben, drop).submit("#pay")
    shopping.let_pass(300, row(Order))
    assert "no answer yet" in ben.page.get(seen.url).text
    shopping.end(drop)
    answer_payment("success")
    assert "The money is on its way back" in ben.page.get(seen.url).text
    settle(payment_id=row(Payment).id, kind="refund", outcome="decline")
    assert "did not go through yet" in ben.page.get(seen.url).text


def test_ben_gets_more_time_with_one_press(ben):
    seen = buy(ben, factories.a_live_drop())
    assert "9 extensions left" in seen.submit("#extend").text


def test_ben_cancels_and_somebody_else_can_buy(ben, cleo):
    drop = factories.a_live_drop(quantity=1)
    assert "You cancelled" in buy(ben, drop).submit("#cancel").text
    assert "Yours for now" in buy(cleo, drop).text


def test_a_refusal_shows_the_order_as_it_is(ben):
    seen = buy(ben, factories.a_live_drop())
    seen.submit("#pay")
    again = seen.submit("#pay", 409)
    assert "under way" in again.text
    assert "Paying" in again.text


def test_a_drop_that_ships_asks_where_to_before_it_is_paid(ben):
    seen = buy(ben, factories.a_live_drop(ships=True))
    assert not seen.has("#pay")
    address = {"line1": "Elm Street 1", "postcode": "12345", "city": "Springwood"}
    wrong = seen.submit("#delivery", 422, name="Ben", **address)
    assert wrong.has("#country-error")
    assert "Elm Street 1" in wrong.html
    right = wrong.submit("#delivery", country="Ohio")
    assert right.has("#pay")


def test_nobody_is_asked_for_the_address_twice(ben):
    address = {"name": "Ben", "line1": "Elm 1", "postcode": "1", "city": "S", "country": "O"}
    buy(ben, factories.a_live_drop(ships=True)).submit("#delivery", **address)
    assert "Elm 1" in buy(ben, factories.a_live_drop(ships=True)).html


def test_my_orders_lists_mine_the_latest_first(ben, cleo):
    first, second = factories.a_live_drop(title="First"), factories.a_live_drop(title="Second")
    buy(ben, first), buy(ben, second), buy(cleo, first)
    assert [row.split()[0] for row in ben.page.get("/orders").texts(".order-row")] == [
        "Second",
        "First",
    ]


def test_a_due_order_reads_lapsed_though_nobody_swept_it(ben):
    order = factories.an_order(ben.user, factories.a_live_drop(), pay_in=-1)
    assert "ran out" in ben.page.get(f"/orders/{order.id}").text


def test_a_visitor_who_would_cancel_an_order_is_asked_who_they_are(page, ben):
    order = factories.an_order(ben.user, factories.a_live_drop())
    token = page.get("/sign-in").value("csrf_token")
    seen = page.post(f"/orders/{order.id}/cancellation", 401, csrf_token=token)
    assert seen.h1 == "Sign in"


def test_all_that_ben_holds_counts_however_often_he_ordered(ben):
    drop = factories.a_live_drop(quantity=40, limit_per_customer=30)
    for status in ["placed"] * 21 + ["cancelled"] * 3:
        factories.an_order(ben.user, drop, status=status)
    panel = ben.page.get(panel_of(drop))
    assert panel.one("#quantity").get("max") == "9"
    assert len(panel.all(".mine")) == 21
