"""The provider's callbacks: believed when signed, and true whatever comes how often and when."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from livedrop.orders import commands as orders
from livedrop.orders.models import Order
from livedrop.payments.models import Payment
from livedrop.payments.pretend.models import PretendOperation
from livedrop.payments.pretend.signature import HEADER, secret, sign
from tests import factories
from tests.rows import kinds, row, rows

URL = "/payments/callbacks"
NOBODYS = "6f4d8a7e-5a0c-4d1e-9c55-0a3f4f1b7c02"  # a key of no operation; the same in every worker


@pytest.fixture
def drop(app):
    return factories.a_live_drop(limit_per_customer=2)


@pytest.fixture
def provider(app, config):
    """Tells things as the provider does; the status it is answered with."""

    def tell(key, kind="charge", outcome="success", *, amount=4500, age=timedelta(), change=bytes):
        content = {"key": str(key), "kind": kind, "outcome": outcome, "amount": amount}
        body = json.dumps(content).encode()
        at = int((factories.now() - age).timestamp())
        headers = {
            HEADER: sign(body, secret=secret(config.secret_key), at=at),
            "Sec-Fetch-Site": None,
        }
        answer = app.test_client().post(
            URL, data=change(body), headers=headers, content_type="application/json"
        )
        return answer.status_code

    return tell


def pay(order, outcome="success"):
    return orders.begin_payment(
        order_id=order.id, user_id=order.user_id, method="pretend", outcome=outcome
    )


def status_of(order):
    return row(Order, id=order.id).status


def payment_of(payment_id):
    payment = row(Payment, id=payment_id)
    return payment.status, payment.refunded


# --- what is believed ---


def test_a_success_confirms_the_order(ben, drop, provider):
    order = factories.an_order(ben.user, drop)
    assert provider(pay(order)) == 204
    assert status_of(order) == "confirmed"


def test_a_decline_leaves_it_placed_to_be_paid_again(ben, drop, provider):
    order = factories.an_order(ben.user, drop)
    payment = pay(order)
    assert provider(payment, outcome="decline") == 204
    assert (status_of(order), payment_of(payment)) == ("placed", ("declined", 0))


def test_a_body_that_was_changed_is_not_believed(ben, drop, provider):
    order = factories.an_order(ben.user, drop)
    payment = pay(order)
    forge = lambda body: body.replace(b"decline", b"success")  # noqa: E731
    assert provider(payment, outcome="decline", change=forge) == 401
    assert payment_of(payment) == ("pending", 0)


@pytest.mark.parametrize(("age", "answer"), [(-290, 204), (290, 204), (310, 401), (-310, 401)])
def test_only_what_was_signed_within_five_minutes_is_believed(ben, drop, provider, age, answer):
    payment = pay(factories.an_order(ben.user, drop))
    assert provider(payment, age=timedelta(seconds=age)) == answer


def test_without_a_signature_nothing_is_believed(app):
    assert app.test_client().post(URL, data="{}").status_code == 401


@pytest.mark.parametrize("key", [NOBODYS, "no key at all", "", f"{NOBODYS}:x"])
def test_what_is_about_nothing_of_ours_is_not_found(app, provider, key):
    assert provider(key) == 404


def test_signed_nonsense_is_not_found(app, provider):
    assert provider(uuid4(), kind="present") == 404


def test_a_payment_of_ours_with_a_kind_nobody_knows_changes_nothing(ben, drop, provider):
    payment = pay(factories.an_order(ben.user, drop))
    assert provider(payment, kind="present") == 404
    assert provider(payment, outcome="perhaps") == 404
    assert payment_of(payment) == ("pending", 0)


# --- whatever comes how often and when ---


def test_a_duplicate_changes_nothing(ben, drop, provider):
    order = factories.an_order(ben.user, drop)
    payment = pay(order)
    assert [provider(payment), provider(payment)] == [204, 204]
    assert kinds().count("OrderConfirmed") == 1
    assert payment_of(payment) == ("succeeded", 0)


def test_a_decline_after_the_success_changes_nothing(ben, drop, provider):
    order = factories.an_order(ben.user, drop)
    payment = pay(order)
    provider(payment)
    assert provider(payment, outcome="decline") == 204
    assert status_of(order) == "confirmed"


def test_a_success_for_a_cancelled_order_is_refunded(ben, drop, provider):
    order = factories.an_order(ben.user, drop)
    payment = pay(order)
    orders.cancel(order_id=order.id, user_id=ben.id)
    provider(payment)
    assert (status_of(order), payment_of(payment)) == ("cancelled", ("refund_pending", 0))
    assert provider(f"{payment}:4500", kind="refund") == 204
    assert payment_of(payment) == ("refunded", 4500)


def test_a_success_that_comes_late_for_a_declined_payment_is_refunded_if_another_paid(
    ben, drop, provider
):
    order = factories.an_order(ben.user, drop)
    first = pay(order, outcome="decline")
    provider(first, outcome="decline")
    second = pay(order)
    provider(second)
    assert provider(first) == 204
    assert (payment_of(first), payment_of(second)) == (("refund_pending", 0), ("succeeded", 0))


def test_an_old_refunds_callback_does_not_settle_the_next_one(ben, drop, provider):
    order = factories.an_order(ben.user, drop, quantity=2)
    payment = pay(order)
    provider(payment, amount=9000)
    (sku,) = factories.skus_of(drop)
    for _ in range(2):
        orders.refund(order_id=order.id, reason="It broke.", quantities={sku.id: 1})
        provider(f"{payment}:4500", kind="refund")
    assert payment_of(payment) == ("refund_pending", 4500)
    provider(f"{payment}:9000", kind="refund")
    assert payment_of(payment) == ("refunded", 9000)


def test_each_refund_is_asked_for_under_a_key_of_its_own(ben, drop, provider):
    order = factories.an_order(ben.user, drop, quantity=2)
    payment = pay(order)
    provider(payment)
    (sku,) = factories.skus_of(drop)
    for back in (4500, 9000):
        orders.refund(order_id=order.id, reason="It broke.", quantities={sku.id: 1})
        provider(f"{payment}:{back}", kind="refund")
    asked = [(op.key, op.amount) for op in rows(PretendOperation, kind="refund")]
    assert asked == [(f"{payment}:4500", 4500), (f"{payment}:9000", 4500)]
