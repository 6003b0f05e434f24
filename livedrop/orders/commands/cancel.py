"""Cancel: by the shopper while unpaid, by the house when the drop was cancelled."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, or_, select

from livedrop.inventory import stock
from livedrop.lib import failpoints
from livedrop.lib.db import Tx, transaction
from livedrop.lib.errors import DomainError
from livedrop.orders import steps
from livedrop.orders.commands.refund import give_back_everything
from livedrop.orders.events import OrderCancelled
from livedrop.orders.models import Order
from livedrop.outbox.record import record
from livedrop.payments.models import Payment
from livedrop.payments.request import request
from livedrop.waitlist import steps as line

CHUNK = 50  # orders in one transaction of the clean-up


def cancel(*, order_id: UUID, user_id: int) -> None:
    """Cancel one's own placed order; its units are back at once, exactly once, for the line first.

    An offer is declined by this, and the place in line ends.
    A payment still pending is refunded when it succeeds. Records OrderCancelled. Raises
    `NotFound` or `not-cancellable`.
    """
    with transaction() as tx:
        order, now = steps.lock_order(tx, order_id, user_id)
        if order.status != "placed" or steps.is_due(order, now):
            raise DomainError("not-cancellable")
        order.status, order.reason, order.closed_at = "cancelled", "by-shopper", now
        record(tx, OrderCancelled(id=order.id, drop_id=order.drop_id, actor_id=user_id))
        steps.end_offer(tx, order)
        steps.give_back(tx, order.drop_id, steps.standing_units(order))
        failpoints.reach("cancel_before_commit")
    failpoints.reach("cancel_after_commit")


def clean_up_cancelled_drop(*, drop_id: int) -> None:
    """Cancel placed and refund confirmed orders of a cancelled drop, then dissolve its lines.

    Chunk by chunk. May be stopped anywhere and run again, also twice at once. An order whose
    earlier refund is on its way is left to the callback that ends it. Records OrderCancelled,
    OrderRefunded and LineDissolved. Does nothing to a drop that is not cancelled.
    """
    found = True
    while found:
        with transaction() as tx:
            found, refunds = _clean_up_chunk(tx, drop_id)
            failpoints.reach("clean_up_mid_chunk")
        for payment in refunds:
            request(payment)


def _clean_up_chunk(tx: Tx, drop_id: int) -> tuple[bool, list[Payment]]:
    stock.lock(tx, drop_id)
    if not steps.drop_of(tx, drop_id).cancelled_at:
        return False, []
    orders = steps.lock_orders(tx, _still_standing(tx, drop_id))
    now = tx.clock()
    refunds = [payment for order in orders if (payment := _close(tx, order, now))]
    found = bool(orders) or line.dissolve(tx, drop_id)
    return found, refunds


def _still_standing(tx: Tx, drop_id: int) -> Sequence[UUID]:
    on_its_way = exists().where(
        Payment.order_id == Order.id, Payment.status.in_(("refund_pending", "refund_failed"))
    )
    return tx.session.scalars(
        select(Order.id)
        .where(Order.drop_id == drop_id)
        .where(or_(Order.status == "placed", and_(Order.status == "confirmed", ~on_its_way)))
        .order_by(Order.id)
        .limit(CHUNK)
    ).all()


def _close(tx: Tx, order: Order, now: datetime) -> Payment | None:
    if order.status == "confirmed":
        return give_back_everything(tx, order, now, "drop-cancelled")
    order.status, order.reason, order.closed_at = "cancelled", "drop-cancelled", now
    stock.give_back(tx, steps.standing_units(order))
    record(tx, OrderCancelled(id=order.id, drop_id=order.drop_id))
    steps.end_offer(tx, order)
    return None
