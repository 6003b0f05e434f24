"""Set where an order goes; it is remembered, so that nobody is asked twice."""

from collections.abc import Mapping
from uuid import UUID

from livedrop.accounts.models import User
from livedrop.lib.db import transaction
from livedrop.lib.errors import DomainError
from livedrop.orders import steps
from livedrop.orders.events import DeliverySet
from livedrop.outbox.record import record


def set_delivery(*, order_id: UUID, user_id: int, delivery: Mapping[str, str]) -> None:
    """Write `delivery` (name, line1, line2, postcode, city, country) on one's standing order.

    Records DeliverySet. Raises `NotFound`, or `not-deliverable` when the order is over.
    """
    with transaction() as tx:
        order, now = steps.lock_order(tx, order_id, user_id)
        if order.status not in steps.STANDING or steps.is_due(order, now):
            raise DomainError("not-deliverable")
        order.delivery = dict(delivery)
        tx.session.get_one(User, user_id).delivery = dict(delivery)
        record(tx, DeliverySet(id=order.id, drop_id=order.drop_id, actor_id=user_id))
