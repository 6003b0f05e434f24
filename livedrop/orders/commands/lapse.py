"""Lapse: sweep orders whose window passed, and serve the lines. Placing does not wait for it."""

import logging

from sqlalchemy import func, select, text

from livedrop.drops import notices
from livedrop.inventory import stock
from livedrop.lib import failpoints
from livedrop.lib.db import transaction
from livedrop.lib.errors import Unavailable
from livedrop.orders import steps
from livedrop.orders.models import Order

log = logging.getLogger(__name__)

DROPS_AT_ONCE = 100
UNSERVED = text("""
    SELECT drop_id FROM drops JOIN stock ON drop_id = drops.id
    WHERE ends_at > (SELECT clock_timestamp()) AND starts_at <= (SELECT clock_timestamp())
        AND published_at IS NOT NULL AND cancelled_at IS NULL AND claimed < declared
        AND EXISTS (SELECT FROM waitlist_entries
            WHERE sku_id = stock.sku_id AND offer_id IS NULL)
    GROUP BY drop_id LIMIT :most
""")


def lapse_due() -> int:
    """Lapse what is due in every drop, at most 100 orders in one transaction; how many lapsed.

    What comes back goes to whoever waits in line for it. A drop that somebody keeps locked is left
    for the next time. Records OrderLapsed, OfferMade and DropBack. Safe to run twice at once.
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


def serve_lines() -> int:
    """Offer free units of live drops to whoever waits for them; how many drops were served.

    For units that came back by no order, as added ones do. Records OfferMade and LineLeft.
    """
    with transaction() as tx:
        drop_ids = tx.session.scalars(UNSERVED, {"most": DROPS_AT_ONCE}).all()
    for drop_id in drop_ids:
        _lapse_drop(drop_id)
    return len(drop_ids)


def _lapse_drop(drop_id: int) -> int:
    try:
        with transaction() as tx:
            before = stock.lock(tx, drop_id)
            now = tx.clock()
            due = steps.due_orders(tx, drop_id, now)
            steps.lapse(tx, due, now)
            steps.serve_line(tx, drop_id)
            notices.of_stock(tx, drop_id, before)
            failpoints.reach("lapse_before_commit")
    except Unavailable:
        log.warning("drop %s was not swept: its stock is locked, or the database is gone", drop_id)
        return 0
    return len(due)
