"""The parts that the order commands share. Each needs the drop's stock lock."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from livedrop.drops import notices
from livedrop.drops.models import Drop
from livedrop.drops.schedule import state
from livedrop.inventory import stock
from livedrop.lib.db import Tx
from livedrop.lib.errors import NotFound
from livedrop.orders import batch
from livedrop.orders.events import OrderLapsed
from livedrop.orders.models import Order
from livedrop.orders.rules import EXTENSIONS, OFFER_EXTENSIONS, OFFER_WINDOW, extensions_left
from livedrop.outbox.record import record
from livedrop.waitlist import steps as line

STANDING = ("placed", "confirmed")


def lock_order(tx: Tx, order_id: UUID, user_id: int | None = None) -> tuple[Order, datetime]:
    """Lock an order's drop and then the order; the order with its lines, and the clock after it.

    With `user_id` only that person's order is found. Raises `NotFound`.
    """
    wanted = select(Order.drop_id).where(Order.id == order_id)
    if user_id is not None:
        wanted = wanted.where(Order.user_id == user_id)
    drop_id = tx.session.scalar(wanted)
    if drop_id is None:
        raise NotFound
    stock.lock(tx, drop_id)
    (order,) = lock_orders(tx, [order_id])
    return order, tx.clock()


def lock_orders(tx: Tx, order_ids: Iterable[UUID]) -> list[Order]:
    """Lock orders of a drop whose stock is locked, in id order, with their lines."""
    rows = tx.session.scalars(
        select(Order)
        .where(Order.id.in_(list(order_ids)))
        .order_by(Order.id)
        .options(selectinload(Order.lines))
        .with_for_update()
    )
    return list(rows)


def drop_of(tx: Tx, drop_id: int) -> Drop:
    return tx.session.scalars(select(Drop).where(Drop.id == drop_id)).one()


def is_due(order: Order, now: datetime) -> bool:
    """Whether the order is placed and past the instant up to which it holds its units."""
    return order.status == "placed" and order.due_at <= now


def standing_units(order: Order) -> dict[int, int]:
    """Units by SKU id that this order claims, as its lines say."""
    return {line.sku_id: line.quantity - line.returned for line in order.lines}


def total(order: Order) -> int:
    """What the order costs, in minor units, at the prices it was placed at."""
    return sum(line.price * line.quantity for line in order.lines)


def give_back(tx: Tx, drop_id: int, units: Mapping[int, int]) -> None:
    """Give units (by SKU id) of the drop back, to whoever waits in line for them first.

    Records OfferMade, OrderLapsed and LineLeft, and DropBack, if that is news.
    """
    before = stock.lock(tx, drop_id)
    stock.give_back(tx, units)
    serve_line(tx, drop_id)
    notices.of_stock(tx, drop_id, before)


def lapse(tx: Tx, orders: Iterable[Order], now: datetime) -> None:
    """Record that these due orders lapsed, and give their units back.

    Records OrderLapsed. What they make true of the drop is the caller's to say.
    """
    units: Counter[int] = Counter()
    for order in orders:
        order.status, order.reason, order.lapsed_at = "lapsed", "payment-lapsed", now
        units.update(standing_units(order))
        record(tx, OrderLapsed(id=order.id, drop_id=order.drop_id))
        end_offer(tx, order)
    stock.give_back(tx, units)


def end_offer(tx: Tx, order: Order) -> None:
    """The place in line that this order was offered to ends with it, however it ended."""
    if order.offered_sku_id is not None:
        line.end(tx, [order.id])


def serve_line(tx: Tx, drop_id: int) -> None:
    """Offer what is free to whoever waits in line for it, before anybody else can ask.

    Whoever gives units back calls this last. Records OfferMade, OrderLapsed and LineLeft.
    """
    tx.session.flush()
    if line.waits(tx, drop_id):
        batch.carry_out(tx, drop_id, stock.lock(tx, drop_id), [])


def due_orders(
    tx: Tx, drop_id: int, now: datetime, *, user_id: int | None = None, at_most: int = 100
) -> list[Order]:
    """The drop's due orders, or one person's, those due the longest first, locked."""
    due = select(Order.id).where(
        Order.drop_id == drop_id, Order.status == "placed", Order.due_at <= now
    )
    if user_id is not None:
        due = due.where(Order.user_id == user_id)
    ids = tx.session.scalars(due.order_by(Order.due_at, Order.id).limit(at_most))
    return lock_orders(tx, ids)


def standing_of(tx: Tx, drop_id: int, user_id: int) -> int:
    """Units this person's standing orders have in the drop."""
    orders = tx.session.scalars(
        select(Order)
        .where(Order.drop_id == drop_id, Order.user_id == user_id, Order.status.in_(STANDING))
        .options(selectinload(Order.lines))
    )
    return sum(sum(standing_units(order).values()) for order in orders)


def window_of(order: Order, drop: Drop) -> timedelta:
    """How long a window of this order is."""
    if order.offered_sku_id is not None:
        return OFFER_WINDOW
    return timedelta(seconds=drop.payment_window_seconds)


def extensions_left_of(tx: Tx, order: Order) -> int:
    """How often the window of this order may still be extended."""
    mine = (Order.drop_id == order.drop_id, Order.user_id == order.user_id)
    used = tx.session.scalar(select(func.coalesce(func.sum(Order.extensions), 0)).where(*mine))
    lapses = tx.session.scalar(
        select(func.count()).where(*mine, Order.lapsed_at <= order.placed_at)
    )
    most = EXTENSIONS if order.offered_sku_id is None else OFFER_EXTENSIONS - order.extensions
    return extensions_left(used or 0, lapses or 0, most=most)


def is_live(drop: Drop, now: datetime) -> bool:
    return state(drop, now) == "live"


def sold_out(tx: Tx, drop_id: int) -> bool:
    """Whether every unit of the drop is claimed and none is unpaid."""
    if any(units.free for units in stock.lock(tx, drop_id).values()):
        return False
    unpaid = select(Order.id).where(Order.drop_id == drop_id, Order.status == "placed").limit(1)
    return tx.session.scalar(unpaid) is None
