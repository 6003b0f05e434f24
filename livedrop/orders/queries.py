"""What is true of orders and of what is left. Nothing here writes.

Wherever an order is shown it is shown as it is at the database's clock: due reads lapsed, and its
units read available, whether or not anybody swept it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from livedrop.artwork.pictures import Picture, picture_of
from livedrop.extensions import db
from livedrop.media.photos import Photo, photo_of
from livedrop.orders.levels import Level, level
from livedrop.orders.rules import EXTENSIONS, OFFER_EXTENSIONS, OFFER_WINDOW, extensions_left


@dataclass(frozen=True, slots=True)
class SkuStock:
    """The numbers of one SKU: available + held + sold = declared."""

    sku_id: int
    declared: int
    available: int
    held: int  # in placed orders that are not due
    sold: int  # in confirmed orders

    @property
    def sold_out(self) -> bool:
        return self.available == 0 and self.held == 0

    @property
    def all_held(self) -> bool:
        return self.available == 0 and self.held > 0


@dataclass(frozen=True, slots=True)
class Line:
    sku_id: int
    name: str
    product_title: str
    quantity: int
    returned: int
    price: int  # minor units
    product_slug: str
    artwork: str
    photo: Mapping[str, Any] | None = None  # of the product, if it has one

    @property
    def standing(self) -> int:
        return self.quantity - self.returned


@dataclass(frozen=True, slots=True)
class Back:
    """Units that came back, and how far the money for them is."""

    at: datetime
    reason: str  # in somebody's own words, or `drop-cancelled`
    amount: int  # minor units
    units: int
    status: str  # as of payments: `refund_pending`, `refunded`, `refund_failed`

    @property
    def called_off(self) -> bool:
        return self.reason == "drop-cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """One order as its owner sees it now. `status` is computed: a due order reads lapsed."""

    id: UUID
    status: str
    reason: str | None
    placed_at: datetime
    pay_by: datetime
    now: datetime  # the database's clock when this was read
    lines: tuple[Line, ...]
    delivery: dict[str, str] | None
    extensions_left: int
    payment_status: str | None  # of the latest payment
    drop_id: int
    drop_slug: str
    drop_title: str
    creator_handle: str
    creator_name: str
    currency: str
    ships: bool
    window_seconds: int
    drop_cancelled: bool
    offer: bool  # made to whoever stood first in line
    refunds: tuple[Back, ...] = ()  # the latest last

    @property
    def total(self) -> int:
        """Minor units, at the prices as they were."""
        return sum(line.price * line.quantity for line in self.lines)

    def worth(self, units: Mapping[int, int]) -> int:
        """What so many units, by SKU id, were bought for, in minor units."""
        return sum(line.price * units.get(line.sku_id, 0) for line in self.lines)

    @property
    def picture(self) -> Picture | Photo:
        """What was ordered, or the first of it."""
        line = self.lines[0]
        return photo_of(line.photo) or picture_of(
            line.artwork, line.product_slug, self.creator_handle
        )

    @property
    def open(self) -> bool:
        """Whether something may change by itself: the window ticks or the provider thinks."""
        return self.status == "placed" or self.payment_status in {"pending", "refund_pending"}


UNITS = """
SELECT stock.drop_id, stock.sku_id, declared,
    declared - claimed + coalesce(unpaid.due, 0) AS available,
    coalesce(unpaid.held, 0) AS held
FROM stock LEFT JOIN (
    SELECT sku_id,
        sum(quantity - returned) FILTER (WHERE due_at <= clock.now) AS due,
        sum(quantity - returned) FILTER (WHERE due_at > clock.now) AS held
    FROM (SELECT clock_timestamp() AS now) AS clock, orders
    JOIN order_lines ON order_lines.order_id = orders.id
    WHERE orders.drop_id {which} AND orders.status = 'placed'
    GROUP BY sku_id
) AS unpaid USING (sku_id)
WHERE stock.drop_id {which} ORDER BY stock.sku_id
"""
STOCK = text(UNITS.format(which="= :drop_id"))
STOCKS = text(UNITS.format(which="= ANY(:drop_ids)"))

VIEW = f"""
SELECT orders.id, CASE WHEN status = 'placed' AND due_at <= clock.now THEN 'lapsed' ELSE status END
        AS status,
    CASE WHEN status = 'placed' AND due_at <= clock.now THEN 'payment-lapsed' ELSE reason END
        AS reason,
    placed_at, pay_by, clock.now, delivery, drops.id AS drop_id, drops.slug AS drop_slug,
    drops.title AS drop_title, drops.currency, drops.ships,
    CASE WHEN offered_sku_id IS NULL THEN drops.payment_window_seconds
        ELSE {OFFER_WINDOW.seconds} END AS window_seconds,
    offered_sku_id IS NOT NULL AS offer, orders.extensions AS own_extensions,
    drops.cancelled_at IS NOT NULL AS drop_cancelled,
    creators.handle AS creator_handle, creators.display_name AS creator_name,
    (SELECT payments.status FROM payments WHERE payments.order_id = orders.id
     ORDER BY begun_at DESC, payments.id DESC LIMIT 1) AS payment_status,
    (SELECT sum(extensions) FROM orders AS mine
     WHERE mine.drop_id = orders.drop_id AND mine.user_id = orders.user_id) AS used,
    (SELECT count(*) FROM orders AS mine WHERE mine.drop_id = orders.drop_id
        AND mine.user_id = orders.user_id AND mine.lapsed_at <= orders.placed_at) AS lapses,
    (SELECT json_agg(json_build_array(skus.id, skus.name, products.title, quantity, returned,
            order_lines.price, products.slug, products.artwork,
            (SELECT jsonb_build_object('name', assets.name, 'alt', alt, 'variants', variants)
             FROM assets WHERE assets.product_id = products.id AND state = 'ready'
             ORDER BY position, assets.id LIMIT 1)) ORDER BY skus.id)
     FROM order_lines JOIN skus ON skus.id = sku_id JOIN products ON products.id = product_id
     WHERE order_id = orders.id) AS lines,
    (SELECT json_agg(json_build_array(refund.at, refund.reason, refund.amount,
            (SELECT sum(CAST(value AS int)) FROM jsonb_each_text(units)),
            CASE WHEN payment_id IS NULL OR refunded >= back_in_all THEN 'refunded'
                ELSE payments.status END) ORDER BY refund.id)
     FROM order_refunds AS refund LEFT JOIN payments ON payments.id = payment_id
     WHERE refund.order_id = orders.id) AS refunds
FROM (SELECT clock_timestamp() AS now) AS clock, orders
JOIN drops ON drops.id = orders.drop_id JOIN creators ON creators.id = drops.creator_id
"""
ONE = text(VIEW + "WHERE orders.id = :order_id AND orders.user_id = :user_id")
# For whoever sold it (or, with no creator to be, for whoever looks after the house).
SOLD = text(
    VIEW + "WHERE orders.id = :order_id AND"
    " (CAST(:creator_id AS bigint) IS NULL OR drops.creator_id = :creator_id)"
)
IN_DROP = text(
    VIEW + "WHERE orders.drop_id = :drop_id AND orders.user_id = :user_id"
    " AND orders.status IN ('placed', 'confirmed') ORDER BY placed_at DESC, orders.id DESC"
)
WHOLE_OF_DROP = text(
    VIEW + "WHERE orders.drop_id = :drop_id AND (CAST(:at AS timestamptz) IS NULL"
    " OR (placed_at, orders.id) < (:at, CAST(:id AS uuid)))"
    " ORDER BY placed_at DESC, orders.id DESC LIMIT :limit"
)
MINE = text(
    VIEW + "WHERE orders.user_id = :user_id AND (CAST(:at AS timestamptz) IS NULL"
    " OR (placed_at, orders.id) < (:at, CAST(:id AS uuid)))"
    " ORDER BY placed_at DESC, orders.id DESC LIMIT :limit"
)


def stock_of_drop(drop_id: int) -> tuple[SkuStock, ...]:
    """What is left of each of the drop's SKUs, in the order of their ids; one statement."""
    return tuple(stock for _, stock in _stock(STOCK, drop_id=drop_id))


def stock_of_drops(drop_ids: Collection[int]) -> dict[int, tuple[SkuStock, ...]]:
    """As `stock_of_drop`, of each of these; one statement, none for no drops."""
    stock: dict[int, list[SkuStock]] = {drop_id: [] for drop_id in drop_ids}
    for drop_id, units in _stock(STOCKS, drop_ids=list(drop_ids)) if drop_ids else ():
        stock[drop_id].append(units)
    return {drop_id: tuple(skus) for drop_id, skus in stock.items()}


def levels_of_drops(drop_ids: Collection[int]) -> dict[int, Level]:
    """How much is left of each of these drops, in a word; one statement, none for no drops."""
    return {drop_id: level(skus) for drop_id, skus in stock_of_drops(drop_ids).items() if skus}


def _stock(statement: TextClause, **which: Any) -> Iterator[tuple[int, SkuStock]]:
    for drop_id, sku_id, declared, available, held in db.session.execute(statement, which):
        yield drop_id, SkuStock(sku_id, declared, available, held, declared - available - held)


def find_order(order_id: UUID, user_id: int) -> OrderView | None:
    """One's own order as it is now; None for anybody else's."""
    row = db.session.execute(ONE, {"order_id": order_id, "user_id": user_id}).one_or_none()
    return None if row is None else _view(row)


def find_sold_order(order_id: UUID, creator_id: int | None) -> OrderView | None:
    """An order in a drop of this creator, or with None of anybody; None if it is not there."""
    params = {"order_id": order_id, "creator_id": creator_id}
    row = db.session.execute(SOLD, params).one_or_none()
    return None if row is None else _view(row)


def standing_in_drop(drop_id: int, user_id: int) -> list[OrderView]:
    """One's own orders in a drop that count against its limit, the latest first; those that are due
    among them, as lapsed. There are no more than the limit and what nobody has swept yet."""
    rows = db.session.execute(IN_DROP, {"drop_id": drop_id, "user_id": user_id})
    return [_view(row) for row in rows]


def orders_of(user_id: int, before: tuple[datetime, UUID] | None, limit: int) -> list[OrderView]:
    """One's own orders, the latest first, from the one after `before` (placed_at, id) on."""
    at, order_id = before or (None, None)
    params = {"user_id": user_id, "at": at, "id": order_id, "limit": limit}
    return [_view(row) for row in db.session.execute(MINE, params)]


def whole_orders_of_drop(
    drop_id: int, before: tuple[datetime, UUID] | None, limit: int
) -> list[OrderView]:
    """As `orders_of`, of everybody in a drop, for whoever sends them out."""
    at, order_id = before or (None, None)
    params = {"drop_id": drop_id, "at": at, "id": order_id, "limit": limit}
    return [_view(row) for row in db.session.execute(WHOLE_OF_DROP, params)]


def _view(row: Any) -> OrderView:
    fields = dict(row._mapping)
    fields["lines"] = tuple(Line(*line) for line in fields["lines"] or ())
    fields["refunds"] = tuple(_back(*one) for one in fields["refunds"] or ())
    extended = fields.pop("own_extensions")
    most = OFFER_EXTENSIONS - extended if row.offer else EXTENSIONS
    fields["extensions_left"] = extensions_left(fields.pop("used"), fields.pop("lapses"), most=most)
    return OrderView(**fields)


def _back(at: str, *facts: Any) -> Back:
    return Back(datetime.fromisoformat(at), *facts)


@dataclass(frozen=True, slots=True)
class Sales:
    """A drop's takings so far, in minor units of its currency."""

    orders: int  # that stand
    confirmed: int
    units_sold: int
    takings: int  # confirmed lines, less what was returned


SALES = text("""
SELECT count(DISTINCT orders.id) AS orders,
    count(DISTINCT orders.id) FILTER (WHERE status = 'confirmed') AS confirmed,
    coalesce(sum(quantity - returned) FILTER (WHERE status = 'confirmed'), 0) AS units_sold,
    coalesce(sum((quantity - returned) * CAST(price AS bigint))
        FILTER (WHERE status = 'confirmed'), 0)::bigint AS takings
FROM orders JOIN order_lines ON order_id = orders.id
WHERE drop_id = :drop_id AND (status = 'confirmed'
    OR status = 'placed' AND due_at > clock_timestamp())
""")


def sales_of_drop(drop_id: int) -> Sales:
    return Sales(*db.session.execute(SALES, {"drop_id": drop_id}).one())


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """An order as whoever looks after the house finds it."""

    id: UUID
    status: str
    placed_at: datetime
    user_id: int
    handle: str
    drop_slug: str
    drop_title: str
    currency: str
    units: int
    total: int  # minor units


# A due order is lapsed, swept or not.
STATUS = """CASE WHEN status = 'placed' AND due_at <= clock_timestamp() THEN 'lapsed'
    ELSE status END AS status"""
WITH_LINES = """FROM orders JOIN users ON users.id = user_id
JOIN drops ON drops.id = drop_id, LATERAL (
    SELECT sum(quantity - returned) AS units, sum(quantity * CAST(price AS bigint))::bigint AS total
    FROM order_lines WHERE order_id = orders.id) AS line"""
FOUND = f"""
SELECT orders.id, {STATUS}, placed_at, user_id, users.handle, drops.slug, drops.title,
    drops.currency, line.units, line.total
{WITH_LINES}
"""
# By id, which is by time: no index more is paid for with every order.
LATEST = text(
    FOUND + "WHERE CAST(:id AS uuid) IS NULL OR orders.id < CAST(:id AS uuid)"
    " ORDER BY orders.id DESC LIMIT :limit"
)
OF_PERSON = text(
    FOUND + "WHERE user_id = :user_id AND (CAST(:at AS timestamptz) IS NULL"
    " OR (placed_at, orders.id) < (:at, CAST(:id AS uuid)))"
    " ORDER BY placed_at DESC, orders.id DESC LIMIT :limit"
)
OF_ANY_DROP = text(
    FOUND + "WHERE drop_id = :drop_id AND (CAST(:at AS timestamptz) IS NULL"
    " OR (placed_at, orders.id) < (:at, CAST(:id AS uuid)))"
    " ORDER BY placed_at DESC, orders.id DESC LIMIT :limit"
)


PAYMENTS = text("SELECT id FROM payments WHERE order_id = :order_id ORDER BY begun_at, id LIMIT 50")


def found_orders(
    before: tuple[datetime, UUID] | None,
    limit: int,
    *,
    user_id: int | None = None,
    drop_id: int | None = None,
) -> list[FoundOrder]:
    """Orders of a person, or of a drop, or else of everybody, the latest first, from the one after
    `before` (placed_at, id) on."""
    at, order_id = before or (None, None)
    params: dict[str, Any] = {"at": at, "id": order_id, "limit": limit}
    statement = LATEST
    if user_id is not None:
        statement, params["user_id"] = OF_PERSON, user_id
    elif drop_id is not None:
        statement, params["drop_id"] = OF_ANY_DROP, drop_id
    else:
        del params["at"]
    return [FoundOrder(*row) for row in db.session.execute(statement, params)]


def payments_of(order_id: UUID) -> list[UUID]:
    """The ids of an order's payments, the first one first."""
    return list(db.session.scalars(PAYMENTS, {"order_id": order_id}))


@dataclass(frozen=True, slots=True)
class PlaceInLine:
    """One's own place in the line for something of a live drop: first is 1."""

    sku_id: int
    name: str
    quantity: int
    position: int
    drop_slug: str
    drop_title: str
    creator_handle: str
    creator_name: str
    since: datetime
    turn: int  # the order of arrival


PLACES = text("""
SELECT sku_id, skus.name, quantity, 1 + (
        SELECT count(*) FROM waitlist_entries AS ahead
        WHERE ahead.sku_id = place.sku_id AND ahead.offer_id IS NULL AND ahead.turn < place.turn
    ) AS position, drops.slug, drops.title, handle, display_name, since, turn
FROM waitlist_entries AS place JOIN skus ON skus.id = sku_id JOIN drops ON drops.id = place.drop_id
JOIN creators ON creators.id = drops.creator_id
WHERE user_id = :user_id AND offer_id IS NULL AND drops.cancelled_at IS NULL
    AND ends_at > (SELECT clock_timestamp()) AND turn < :before
ORDER BY turn DESC LIMIT :most
""")
LATER_THAN_ANY = 2**62


def places_of(user_id: int, most: int = 20, before: int = LATER_THAN_ANY) -> list[PlaceInLine]:
    """Where this person stands in line, the latest first, from the one after the turn `before`
    on; no lines of drops that are over."""
    rows = db.session.execute(PLACES, {"user_id": user_id, "most": most, "before": before})
    return [PlaceInLine(*row) for row in rows]
