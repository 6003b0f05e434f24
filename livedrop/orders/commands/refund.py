"""Refund: lines come back, money goes back."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from livedrop.lib import failpoints
from livedrop.lib.db import Tx, transaction
from livedrop.lib.errors import DomainError
from livedrop.orders import steps
from livedrop.orders.events import OrderRefunded, RefundBegun
from livedrop.orders.models import Order
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
) -> None:
    """Return units of a confirmed order (by SKU id; None: all that stand) and refund their price.

    The units are free at once, exactly once, for the line first; the money is asked back from the
    provider after the commit and again until it answers. All lines returned makes the order
    `refunded`, part of them leaves it confirmed. Records OrderRefunded and RefundBegun. Raises
    `NotFound`, or
    `not-refundable` when it is not confirmed, the units do not stand, or an earlier refund is
    still on its way.
    """
    with transaction() as tx:
        order, now = steps.lock_order(tx, order_id)
        wanted = steps.standing_units(order) if quantities is None else quantities
        payment = give_back(tx, order, now, wanted, reason, actor_id)
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
    standing = steps.standing_units(order)
    returns = {sku_id: count for sku_id, count in units.items() if count}
    possible = all(0 < count <= standing.get(sku_id, 0) for sku_id, count in returns.items())
    amount = sum(line.price * returns.get(line.sku_id, 0) for line in order.lines)
    payment = payments.kept(tx, order.id) if amount else None
    if order.status != "confirmed" or not returns or not possible or (amount and not payment):
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
    return payment
