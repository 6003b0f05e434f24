"""A process killed anywhere leaves what is true, and who asks again gets it once (F01, F02, F03).

Each guard has its control: the same death without it, and what breaks then.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from livedrop.orders.commands import resend_open
from livedrop.orders.models import Order
from livedrop.payments.pretend.models import PretendOperation
from tests import factories, invariants
from tests.faults.deeds import do
from tests.faults.shopper import Shopper
from tests.programs import HOME
from tests.rows import kinds, recorded, rows
from tests.shopping import cancel_drop, change, confirmed, pay, placed

# --- a web process, killed while it places an order ---


def test_killed_before_the_commit_it_leaves_nothing_and_the_key_may_be_tried_again(site, ben):
    drop = factories.a_live_drop(quantity=1)
    shopper = Shopper(ben, drop)
    fault = site.next_at("before_commit")
    assert shopper.buys(site.url, "k").status == 0
    assert not fault.exists()
    assert factories.stock_of(drop) == [(1, 0)]
    again = shopper.buys(site.url, "k")
    assert (again.is_yes, again.replayed) == (True, False)
    assert len(rows(Order)) == 1


def test_killed_after_the_commit_it_answers_the_same_order_when_asked_again(site, ben):
    drop = factories.a_live_drop(quantity=5, limit_per_customer=5)
    shopper = Shopper(ben, drop)
    site.next_at("after_commit")
    assert shopper.buys(site.url, "k").status == 0
    again = shopper.buys(site.url, "k")
    assert (again.order_id, again.replayed) == (str(rows(Order)[0].id), True)
    assert len(recorded("OrderPlaced")) == 1


def test_the_other_web_processes_do_not_notice(site, ben, cleo):
    drop = factories.a_live_drop(quantity=20, limit_per_customer=20)
    shopper, other = Shopper(ben, drop), Shopper(cleo, drop)
    for failpoint in ("before_commit", "after_commit"):
        site.next_at(failpoint)
        assert shopper.buys(site.url).status == 0
        assert [other.buys(site.url).status for _ in range(5)] == [303] * 5


# --- any process, killed at any failpoint ---

# Those of the relay, the audit trail and the provider are killed where their own tests are.
ELSEWHERE = {
    "before_enqueue": "tests/outbox/test_exactly_once.py",
    "after_enqueue": "tests/outbox/test_exactly_once.py",
    "mid_chunk": "tests/outbox/test_exactly_once.py",
    "after_pop": "tests/faults/test_handed_over.py",
    "after_send": "tests/deliveries/test_send.py",
    "before_delivered": "tests/payments/test_pretend.py",
}


@dataclass(frozen=True)
class Scene:
    """What is done, and what is there once it is done, however often."""

    deed: str
    told: dict[str, Any]
    done: Callable[[], object]
    is_so: object


def placing(ben):
    drop = factories.a_live_drop()
    told = {"drop_id": drop.id, "user_id": ben.id, "sku_id": factories.sku_of(drop).id, "key": "k"}
    return Scene("place", told, lambda: (statuses(), kinds()), (["placed"], ["OrderPlaced"]))


def cancelling(ben):
    bought = placed(ben, factories.a_live_drop())
    told = {"order_id": str(bought.id), "user_id": ben.id}
    return Scene("cancel", told, lambda: (statuses(), kinds()[1:]), (["cancelled"], CANCELLED))


def paying(ben):
    bought = placed(ben, factories.a_live_drop())
    told = {
        "order_id": str(bought.id),
        "user_id": ben.id,
        "method": "pretend",
        "outcome": "success",
    }
    return Scene("begin_payment", told, lambda: kinds()[1:], ["PaymentBegun"])


def hearing(ben):
    bought = placed(ben, factories.a_live_drop())
    told = {"payment_id": str(pay(bought)), "kind": "charge", "outcome": "success"}
    return Scene("settle", told, lambda: (statuses(), kinds()[2:]), (["confirmed"], CONFIRMED))


def hearing_too_late(ben):
    """The money goes back: the provider is asked after the commit."""
    scene = hearing(ben)
    change("UPDATE orders SET status = 'cancelled'")
    change("UPDATE stock SET claimed = 0")
    return Scene("settle", scene.told, lambda: (statuses(), kinds()[2:]), (["cancelled"], BACK))


def refunding(ben):
    bought = confirmed(ben, factories.a_live_drop())
    told = {"order_id": str(bought.id), "reason": "It broke."}
    return Scene("refund", told, lambda: (statuses(), kinds()[5:]), (["refunded"], REFUNDED))


def lapsing(ben):
    drop = factories.a_live_drop(limit_per_customer=3)
    for _ in range(3):
        factories.an_order(ben.user, drop, pay_in=-1)
    return Scene("lapse", {}, lambda: (statuses(), kinds()), (["lapsed"] * 3, ["OrderLapsed"] * 3))


def cleaning_up(ben):
    drop = factories.a_live_drop(limit_per_customer=2)
    confirmed(ben, drop)
    placed(ben, drop)
    cancel_drop(drop)
    told = {"drop_id": drop.id}
    return Scene("clean_up", told, lambda: sorted(statuses()), ["cancelled", "refunded"])


CANCELLED = ["OrderCancelled"]
CONFIRMED = ["PaymentSucceeded", "OrderConfirmed", "FirstSale"]
BACK = ["PaymentSucceeded", "RefundBegun"]
REFUNDED = ["OrderRefunded", "RefundBegun"]

SCENES = {
    "after_lock": [placing],
    "before_stock": [placing, cancelling, refunding, lapsing, cleaning_up],
    "after_stock": [placing, cancelling, refunding, lapsing, cleaning_up],
    "before_commit": [placing],
    "after_commit": [placing],
    "cancel_before_commit": [cancelling],
    "cancel_after_commit": [cancelling],
    "clean_up_mid_chunk": [cleaning_up],
    "lapse_before_commit": [lapsing],
    "pay_before_commit": [paying],
    "pay_after_commit": [paying],
    "refund_before_commit": [refunding],
    "refund_after_commit": [refunding],
    "settle_before_commit": [hearing, hearing_too_late],
    "settle_after_commit": [hearing, hearing_too_late],
}


def statuses():
    return [order.status for order in rows(Order)]


def failpoints_in_the_sources():
    sources = (path.read_text() for path in (HOME / "livedrop").rglob("*.py"))
    return {name for source in sources for name in re.findall(r'reach\("(\w+)"\)', source)}


def test_there_is_no_failpoint_that_nobody_is_killed_at():
    assert failpoints_in_the_sources() == SCENES.keys() | ELSEWHERE.keys()
    for name, where in ELSEWHERE.items():
        assert name in Path(HOME / where).read_text()


@pytest.mark.parametrize(
    ("failpoint", "scene"), [(name, scene) for name, scenes in SCENES.items() for scene in scenes]
)
def test_killed_there_it_is_done_once_when_it_is_done_again(deeds, ben, failpoint, scene):
    play = scene(ben)
    assert deeds.does(play.deed, play.told, killed_at=failpoint) == -9
    assert invariants.broken() == []
    do(play.deed, play.told)
    assert play.done() == play.is_so


@pytest.mark.parametrize("scene", [paying, refunding, hearing_too_late])
def test_what_the_provider_was_not_asked_for_it_is_asked_for_later(deeds, ben, scene):
    """Killed behind the commit, before the provider heard of it."""
    play = scene(ben)
    asked = len(rows(PretendOperation))
    point = {"begin_payment": "pay", "refund": "refund", "settle": "settle"}[play.deed]
    deeds.does(play.deed, play.told, killed_at=f"{point}_after_commit")
    assert len(rows(PretendOperation)) == asked
    change("UPDATE payments SET begun_at = begun_at - interval '1 minute', settled_at = NULL")
    assert resend_open() == 1
    assert len(rows(PretendOperation)) == asked + 1


# --- without the guards ---


def test_with_the_transaction_split_in_two_an_order_stands_that_claims_nothing(deeds, app):
    told = with_a_guard_less(deeds, "split_in_two", killed_at="before_stock")
    assert invariants.broken() == [f"SKU {told['sku_id']}: claimed 0, standing 1"]
    change("UPDATE stock SET claimed = 1")


def test_with_the_key_stored_apart_one_intention_is_two_orders(deeds, app):
    told = with_a_guard_less(deeds, "key_apart", killed_at="after_commit")
    do("place", told)
    assert len(rows(Order)) == 2
    assert [line.split(": ")[1] for line in invariants.broken()] == ["recorded without a key"]
    change("DELETE FROM outbox_events")
    change("DELETE FROM idempotency_keys")


def with_a_guard_less(deeds, twin, killed_at):
    drop, person = factories.a_live_drop(limit_per_customer=2), factories.a_user()
    told = {
        "drop_id": drop.id,
        "user_id": person.id,
        "sku_id": factories.sku_of(drop).id,
        "key": "k",
    }
    assert deeds.does("place", told, killed_at=killed_at, twin=twin) == -9
    return told
