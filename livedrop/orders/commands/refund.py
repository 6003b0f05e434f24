"""Refund: lines come back, money goes back."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from livedrop.idempotency.guard import Once, done, keep
from livedrop.lib import failpoints
from livedrop.lib.checks import Checks, reason_given
from livedrop.lib.db import Tx, transaction
from livedrop.lib.errors import DomainError, Invalid
from livedrop.orders import steps
from livedrop.orders.events import OrderRefunded, RefundBegun
from livedrop.orders.models import Order, Refund
from livedrop.outbox.record import record
from livedrop.payments import steps as payments
from livedrop.payments.models import Payment
from livedrop.payments.request import request


def refund(
    *,
    order_id: UUID,
    reason: str,
    actor_id: int | None = None,
    quantities: Mapping[int, int] | None = None,
    once: Once[UUID] | None = None,
) -> None:
    """Return units of a confirmed order (by SKU id; None: all that stand) and refund their price.

    The units are free at once, exactly once, for the line first; the money is asked back from the
    provider after the commit and again until it answers. All lines returned makes the order
    `refunded`, part of them leaves it confirmed. The shopper is told the reason. What was done
    under the key of `once` before is not done again. Records OrderRefunded and RefundBegun. Raises
    `NotFound`, `not-refundable` when it is not confirmed or an earlier refund is still on its way,
    or `Invalid` without a reason, for nothing, and for more than stands.
    """
    reason = reason_given(reason)
    with transaction() as tx:
        if done(tx, once):
            return
        order, now = steps.lock_order(tx, order_id)
        wanted = steps.standing_units(order) if quantities is None else quantities
        payment = give_back(tx, order, now, wanted, reason, actor_id)
        keep(tx, once, order.id)
        failpoints.reach("refund_before_commit")
    failpoints.reach("refund_after_commit")
    if payment:
        request(payment)


def give_back_everything(tx: Tx, order: Order, now: datetime, reason: str) -> Payment | None:
    """Return all that stands of a confirmed order, in the house's name. Needs the stock lock."""
    return give_back(tx, order, now, steps.standing_units(order), reason, None)


def give_back(
    tx: Tx,
    order: Order,
    now: datetime,
    units: Mapping[int, int],
    reason: str,
    actor_id: int | None,
) -> Payment | None:
    """Return `units` by SKU id and owe their price; the payment it is owed of, if it is any."""
    if order.status != "confirmed":
        raise DomainError("not-refundable")
    returns = _returns(order, units)
    amount = sum(line.price * returns.get(line.sku_id, 0) for line in order.lines)
    payment = payments.kept(tx, order.id) if amount else None
    if amount and not payment:
        raise DomainError("not-refundable")
    for line in order.lines:
        line.returned += returns.get(line.sku_id, 0)
    if not any(steps.standing_units(order).values()):
        order.status, order.closed_at = "refunded", now
        order.reason = "drop-cancelled" if reason == "drop-cancelled" else "refunded"
    steps.give_back(tx, order.drop_id, returns)
    refunded = OrderRefunded(
        id=order.id,
        drop_id=order.drop_id,
        actor_id=actor_id,
        units=sum(returns.values()),
        amount=amount,
        reason=reason,
    )
    record(tx, refunded)
    if payment:
        payments.begin_refund(payment, amount)
        record(tx, RefundBegun(id=payment.id, order_id=str(order.id)))
    tx.add(_noted(refunded, returns, payment, now))
    return payment


def _returns(order: Order, units: Mapping[int, int]) -> dict[int, int]:
    """What comes back of which SKU. Raises `Invalid` for what cannot."""
    standing = steps.standing_units(order)
    checks = Checks()
    for sku_id, count in units.items():
        most = standing.get(sku_id, 0)
        if not 0 <= count <= most:
            checks.refuse(f"units-{sku_id}", f"{most} of these can come back.")
    checks.done()
    returns = {sku_id: count for sku_id, count in units.items() if count}
    if not returns:
        raise Invalid(lines="Say what comes back.")
    return returns


def _noted(
    event: OrderRefunded, returns: Mapping[int, int], payment: Payment | None, now: datetime
) -> Refund:
    return Refund(
        order_id=event.id,
        at=now,
        actor_id=event.actor_id,
        reason=event.reason,
        units={str(sku_id): count for sku_id, count in returns.items()},
        amount=event.amount,
        payment_id=payment.id if payment else None,
        back_in_all=payment.refund_due if payment else 0,
    )
