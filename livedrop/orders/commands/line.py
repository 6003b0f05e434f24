"""Join the line for a SKU, and leave it. Who is served when is the batch's: see `rules`."""

from datetime import datetime

from sqlalchemy import select, text

from livedrop.drops import notices
from livedrop.drops.models import Sku
from livedrop.inventory import stock
from livedrop.lib.db import Tx, transaction
from livedrop.lib.errors import DomainError, NotFound
from livedrop.orders import steps
from livedrop.outbox.record import record
from livedrop.waitlist import steps as line
from livedrop.waitlist.events import LineJoined, LineLeft

CHUNK = 1000  # places in one transaction

# Nothing is offered after the end, so nobody waits for the lock of such a drop.
PURGE = text("""
    DELETE FROM waitlist_entries WHERE (sku_id, user_id) IN (
        SELECT sku_id, user_id FROM waitlist_entries AS place JOIN drops ON drops.id = drop_id
        WHERE offer_id IS NULL AND ends_at < (SELECT clock_timestamp()) - interval '30 days'
        LIMIT :chunk FOR UPDATE OF place SKIP LOCKED)
""")


def join_line(*, sku_id: int, user_id: int, quantity: int) -> None:
    """Wait for so many units of a SKU of which a live drop has none at the moment.

    Joining again changes nothing but the quantity: for as many or fewer one keeps one's place, for
    more one goes to the end, because those behind came first for what is added. Who has an offer
    has had their turn, and it stays as it is. The line is served first, so nobody comes to wait
    for what is there. Records LineJoined, if anything changed. Raises `NotFound`, or `not-live`,
    `limit-reached`, `available`.
    """
    with transaction() as tx:
        drop_id = tx.session.scalar(select(Sku.drop_id).where(Sku.id == sku_id))
        if drop_id is None:
            raise NotFound
        before = stock.lock(tx, drop_id)
        now = tx.clock()
        drop = steps.drop_of(tx, drop_id)
        if not steps.is_live(drop, now):
            raise DomainError("not-live")
        free = _free_after_the_line(tx, drop_id, sku_id, now)
        place = line.place_of(tx, sku_id, user_id)
        if place and (place.offer_id or place.quantity == quantity):
            return
        limit = drop.limit_per_customer
        if steps.standing_of(tx, drop_id, user_id) + quantity > limit:
            raise DomainError("limit-reached", limit=limit)
        if free:
            raise DomainError("available")
        if place and quantity < place.quantity:
            line.lower(tx, sku_id=sku_id, user_id=user_id, quantity=quantity)
        else:
            line.drop(tx, [(sku_id, user_id)])
            line.add(
                tx, drop_id=drop_id, sku_id=sku_id, user_id=user_id, quantity=quantity, now=now
            )
        notices.of_stock(tx, drop_id, before)
        record(tx, LineJoined(id=sku_id, drop_id=drop_id, actor_id=user_id, quantity=quantity))


def _free_after_the_line(tx: Tx, drop_id: int, sku_id: int, now: datetime) -> int:
    """Units that anybody could have: what is due has lapsed, and who came before was served."""
    while due := steps.due_orders(tx, drop_id, now):
        steps.lapse(tx, due, now)
        tx.session.flush()
    steps.serve_line(tx, drop_id)
    return stock.lock(tx, drop_id)[sku_id].free


def leave_line(*, sku_id: int, user_id: int) -> None:
    """Give up one's place; where there is none, there is none. An offer is declined by cancelling.

    Records LineLeft, if there was a place without an offer.
    """
    with transaction() as tx:
        drop_id = tx.session.scalar(select(Sku.drop_id).where(Sku.id == sku_id))
        if drop_id is None:
            raise NotFound
        stock.lock(tx, drop_id)
        place = line.place_of(tx, sku_id, user_id)
        if place is None or place.offer_id:
            return
        line.drop(tx, [(sku_id, user_id)])
        left = LineLeft(
            id=sku_id, drop_id=drop_id, actor_id=user_id, user_id=user_id, reason="left"
        )
        record(tx, left)


def purge_lines() -> int:
    """Forget who waited in vain for drops that were over thirty days ago, some at a time; how many
    places. Records nothing: the lines ended with their drops."""
    with transaction() as tx:
        return tx.execute(PURGE, {"chunk": CHUNK}).rowcount
