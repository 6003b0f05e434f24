"""Pay: begin a payment, and take in what the provider says became of it.

Every success belongs to a confirmed order or to a refund. The provider is asked after the commit,
under the payment's id as its key; what gets lost on the way is asked again by `resend_open`.
"""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from livedrop.config import configuration
from livedrop.drops import notices
from livedrop.drops.models import Drop
from livedrop.idempotency.guard import Once, done, keep
from livedrop.inventory import stock
from livedrop.lib import failpoints
from livedrop.lib.db import Tx, transaction
from livedrop.lib.errors import DomainError
from livedrop.orders import steps
from livedrop.orders.commands.refund import give_back_everything
from livedrop.orders.events import (
    OrderConfirmed,
    PaymentBegun,
    PaymentDeclined,
    PaymentSucceeded,
    RefundBegun,
    RefundFailed,
    RefundSucceeded,
)
from livedrop.orders.models import Order
from livedrop.outbox.record import record
from livedrop.payments import steps as payments
from livedrop.payments.models import Payment
from livedrop.payments.request import request
from livedrop.waitlist import steps as line

Kind = Literal["charge", "refund"]
Outcome = Literal["success", "decline"]
RESEND_AT_ONCE = 100  # payments per call
RETRY_FAILED_REFUNDS = timedelta(seconds=60)


def begin_payment(
    *,
    order_id: UUID,
    user_id: int,
    method: str,
    outcome: Outcome,
    once: Once[UUID] | None = None,
) -> UUID | None:
    """Begin to pay one's placed order in full; the provider answers later. Returns the payment,
    or None if that was done before.

    The first payment in a window keeps the order from lapsing for 30 s past `pay_by` while it is
    pending. `outcome` is what the pretend provider shall do. Records PaymentBegun. Raises
    `NotFound`, or `cancelled`, `lapsed`, `already-paid`, `payment-pending`, `delivery-missing`.
    """
    with transaction() as tx:
        if done(tx, once):
            return None
        order, now = steps.lock_order(tx, order_id, user_id)
        drop = steps.drop_of(tx, order.drop_id)
        _check_payable(tx, order, drop, now)
        payment = payments.begin(
            tx,
            order.id,
            method=method,
            outcome=outcome,
            amount=steps.total(order),
            currency=drop.currency,
            window=order.pay_by,
            now=now,
        )
        if payment.protects:
            order.due_at = order.pay_by + timedelta(seconds=configuration().payment_grace_seconds)
        record(tx, PaymentBegun(id=payment.id, actor_id=user_id, order_id=str(order.id)))
        keep(tx, once, order.id)
        failpoints.reach("pay_before_commit")
    failpoints.reach("pay_after_commit")
    request(payment)
    return payment.id


def _check_payable(tx: Tx, order: Order, drop: Drop, now: datetime) -> None:
    if order.status == "cancelled" or drop.cancelled_at:
        raise DomainError("cancelled")
    if order.status == "lapsed" or steps.is_due(order, now):
        raise DomainError("lapsed")
    if order.status != "placed":
        raise DomainError("already-paid")
    if payments.pending(tx, order.id):
        raise DomainError("payment-pending")
    if drop.ships and not order.delivery:
        raise DomainError("delivery-missing")


def settle(
    *, payment_id: UUID, kind: Kind, outcome: Outcome, back_in_all: int | None = None
) -> None:
    """Take in a callback: payment and order change together, once, whatever comes how often.

    A success confirms a placed order that is not due; one that lapsed is confirmed again only
    if the drop is live, nobody waits for its units, the limit holds and they are free; any other
    success is refunded. A refund is known by how much was to be back in all: what is about an
    earlier one is old. What comes back goes to the line. Records PaymentSucceeded or
    PaymentDeclined, OrderConfirmed, RefundBegun, RefundSucceeded or RefundFailed. Raises
    `NotFound` for a payment that is not ours.
    """
    with transaction() as tx:
        order, now = steps.lock_order(tx, payments.order_of(tx, payment_id))
        payment = payments.lock(tx, payment_id)
        owed = None
        if kind == "refund":
            if back_in_all in {None, payment.refund_due}:
                owed = _settle_refund(tx, order, payment, outcome, now)
        elif outcome == "success":
            owed = _succeed(tx, order, payment, now)
        else:
            _decline(tx, order, payment, now)
        failpoints.reach("settle_before_commit")
    failpoints.reach("settle_after_commit")
    if owed:
        request(owed)


def _succeed(tx: Tx, order: Order, payment: Payment, now: datetime) -> Payment | None:
    """Keep the money and confirm, or owe it back: then the payment it is owed of."""
    if payment.status not in {"pending", "declined"}:
        return None  # told before
    confirmable = _confirmable(tx, order, now)
    payment.settled_at = now
    record(tx, PaymentSucceeded(id=payment.id, order_id=str(order.id)))
    if confirmable:
        payment.status = "succeeded"
        order.status, order.reason, order.closed_at = "confirmed", None, now
        steps.end_offer(tx, order)
        record(tx, OrderConfirmed(id=order.id, drop_id=order.drop_id))
        tx.session.flush()
        notices.say(tx, order.drop_id, _notices(tx, order.drop_id))
        return None
    payments.begin_refund(payment, payment.amount)
    record(tx, RefundBegun(id=payment.id, order_id=str(order.id)))
    return payment


def _notices(tx: Tx, drop_id: int) -> set[str]:
    """What an order that was just confirmed makes true of its drop, if nobody said it before."""
    kinds = {"first-sale"}
    if steps.sold_out(tx, drop_id):
        kinds.add("sold-out")
    return kinds


def _confirmable(tx: Tx, order: Order, now: datetime) -> bool:
    """Whether this order may be confirmed now; claims its units again if it had lapsed."""
    drop = steps.drop_of(tx, order.drop_id)
    if drop.cancelled_at:
        return False
    if order.status == "placed" and not steps.is_due(order, now):
        return True
    before = stock.lock(tx, drop.id)
    if order.status == "placed":
        steps.lapse(tx, [order], now)
    confirmable = (
        order.status == "lapsed" and steps.is_live(drop, now) and _claim_again(tx, order, drop, now)
    )
    if not confirmable:
        steps.serve_line(tx, drop.id)
    notices.of_stock(tx, drop.id, before)
    return confirmable


def _claim_again(tx: Tx, order: Order, drop: Drop, now: datetime) -> bool:
    units = steps.standing_units(order)
    if line.waited_for(tx, units):
        return False
    steps.lapse(tx, steps.due_orders(tx, drop.id, now, user_id=order.user_id), now)
    tx.session.flush()
    standing = steps.standing_of(tx, drop.id, order.user_id)
    if standing + sum(units.values()) > drop.limit_per_customer:
        return False
    while not _free(tx, drop.id, units):
        due = steps.due_orders(tx, drop.id, now)
        if not due:
            return False
        steps.lapse(tx, due, now)
        tx.session.flush()
    stock.claim(tx, units)
    return True


def _free(tx: Tx, drop_id: int, units: dict[int, int]) -> bool:
    free = {sku_id: row.free for sku_id, row in stock.lock(tx, drop_id).items()}
    return all(free[sku_id] >= count for sku_id, count in units.items())


def _decline(tx: Tx, order: Order, payment: Payment, now: datetime) -> None:
    """Leave the order on its own again: due at `pay_by`, which may have passed."""
    if payment.status == "pending":
        payment.status, payment.settled_at = "declined", now
        if payment.protects and order.status == "placed" and order.pay_by == payment.window:
            order.due_at = order.pay_by
        record(tx, PaymentDeclined(id=payment.id, order_id=str(order.id)))


def _settle_refund(
    tx: Tx, order: Order, payment: Payment, outcome: Outcome, now: datetime
) -> Payment | None:
    """Note what became of a refund; if the drop is gone the rest follows: the payment owed of."""
    if payment.status not in {"refund_pending", "refund_failed"}:
        return None  # told before
    payment.settled_at = now
    if outcome == "decline":
        payment.status = "refund_failed"
        record(tx, RefundFailed(id=payment.id, order_id=str(order.id)))
        return None
    payment.refunded = payment.refund_due
    payment.status = "refunded" if payment.refunded == payment.amount else "succeeded"
    record(tx, RefundSucceeded(id=payment.id, order_id=str(order.id)))
    drop = steps.drop_of(tx, order.drop_id)
    if order.status == "confirmed" and drop.cancelled_at and payments.kept(tx, order.id):
        return give_back_everything(tx, order, now, "drop-cancelled")
    return None


def resend_open() -> int:
    """Ask the provider again for what it has not answered in time; how many were asked.

    Asking is idempotent by key. Refunds that failed are tried again after a minute. Where more
    wait than are asked at once, chance says which: what is never answered keeps nobody waiting.
    """
    with transaction() as tx:
        now = tx.clock()
        unanswered = now - timedelta(seconds=configuration().payment_resend_seconds)
        found = tx.session.scalars(
            select(Payment)
            .where(
                or_(
                    and_(Payment.status == "pending", Payment.begun_at <= unanswered),
                    and_(
                        Payment.status == "refund_pending",
                        func.coalesce(Payment.settled_at, Payment.begun_at) <= unanswered,
                    ),
                    and_(
                        Payment.status == "refund_failed",
                        Payment.settled_at <= now - RETRY_FAILED_REFUNDS,
                    ),
                )
            )
            .order_by(func.random())
            .limit(RESEND_AT_ONCE)
        ).all()
    for payment in found:
        request(payment)
    return len(found)
