"""Extend: one press, a new payment window from now."""

from uuid import UUID

from livedrop.lib.db import transaction
from livedrop.lib.errors import DomainError
from livedrop.orders import steps
from livedrop.orders.events import OrderExtended
from livedrop.outbox.record import record
from livedrop.payments import steps as payments

CODES = {"cancelled": "cancelled", "lapsed": "lapsed"}


def extend(*, order_id: UUID, user_id: int) -> None:
    """Set `pay_by` to the clock + the order's window; presses do not pile up.

    Only while placed, not due, no payment pending; at most ten times in all over the person's
    orders in the drop, never for orders placed after two lapses there, and an offer once.
    Records OrderExtended. Raises `NotFound`, or `cancelled`, `lapsed`, `not-placed`,
    `payment-pending`, `no-extension-left`.
    """
    with transaction() as tx:
        order, now = steps.lock_order(tx, order_id, user_id)
        drop = steps.drop_of(tx, order.drop_id)
        if drop.cancelled_at:
            raise DomainError("cancelled")
        if steps.is_due(order, now):
            raise DomainError("lapsed")
        if order.status != "placed":
            raise DomainError(CODES.get(order.status, "not-placed"))
        if payments.pending(tx, order.id):
            raise DomainError("payment-pending")
        if not steps.extensions_left_of(tx, order):
            raise DomainError("no-extension-left")
        order.pay_by = order.due_at = now + steps.window_of(order, drop)
        order.extensions += 1
        record(tx, OrderExtended(id=order.id, drop_id=order.drop_id, actor_id=user_id))
