"""Lapse: sweep orders whose window passed. Pages and placing do not wait for it."""

import logging

from sqlalchemy import func, select

from livedrop.drops import notices
from livedrop.inventory import stock
from livedrop.lib import failpoints
from livedrop.lib.db import transaction
from livedrop.lib.errors import Unavailable
from livedrop.orders import steps
from livedrop.orders.models import Order

log = logging.getLogger(__name__)

DROPS_AT_ONCE = 100


def lapse_due() -> int:
    """Lapse what is due in every drop, at most 100 orders in one transaction; how many lapsed.

    A drop that somebody keeps locked is left for the next time. Records OrderLapsed and DropBack.
    Safe to run twice at once.
    """
    # Asked for once, the clock is a value that the index of what is due can be searched for.
    now = select(func.clock_timestamp()).scalar_subquery()
    with transaction() as tx:
        drop_ids = tx.session.scalars(
            select(Order.drop_id)
            .where(Order.status == "placed", Order.due_at <= now)
            .distinct()
            .limit(DROPS_AT_ONCE)
        ).all()
    return sum(_lapse_drop(drop_id) for drop_id in drop_ids)


def _lapse_drop(drop_id: int) -> int:
    try:
        with transaction() as tx:
            before = stock.lock(tx, drop_id)
            now = tx.clock()
            due = steps.due_orders(tx, drop_id, now)
            if due:
                steps.lapse(tx, due, now)
                notices.of_stock(tx, drop_id, before)
            failpoints.reach("lapse_before_commit")
    except Unavailable:
        log.warning("drop %s was not swept: its stock is locked, or the database is gone", drop_id)
        return 0
    return len(due)
