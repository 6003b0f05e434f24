"""What came of a creator's drops: who looked, who tried, who bought, and who would have.

Orders are counted in indexes, by what they are no longer; units and takings come from the stock.
So it costs the same however many orders there are in all.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from livedrop.extensions import db
from livedrop.lib.paging import Page, after, page

NUMBERS = text("""
WITH mine AS MATERIALIZED (
    SELECT id, slug, title, currency, starts_at FROM drops
    WHERE creator_id = :creator_id AND published_at IS NOT NULL
        AND (CAST(:drop_id AS bigint) IS NULL OR id = :drop_id)
        AND (CAST(:at AS timestamptz) IS NULL OR (starts_at, id) < (:at, CAST(:id AS bigint)))
    ORDER BY starts_at DESC, id DESC LIMIT :most
)
SELECT mine.id, slug, title, currency, mine.starts_at,
    coalesce(day.views, 0)::bigint AS views, coalesce(day.refused, 0)::bigint AS refused,
    coalesce(day.turned_away, 0)::bigint AS turned_away, ordered.orders,
    ordered.orders - unpaid.orders - gone.orders AS paid,
    coalesce(units.declared, 0) AS declared, coalesce(units.sold, 0)::bigint AS sold,
    coalesce(units.takings, 0)::bigint AS takings, sold_out.at - mine.starts_at AS sold_out_after
FROM mine
CROSS JOIN LATERAL (
    SELECT sum(number) FILTER (WHERE what = 'view') AS views,
        sum(number) FILTER (WHERE what = 'refused') AS refused,
        sum(number) FILTER (WHERE what = 'turned-away') AS turned_away
    FROM drop_days WHERE drop_id = mine.id) AS day
CROSS JOIN LATERAL (SELECT count(*) AS orders FROM orders WHERE drop_id = mine.id) AS ordered
CROSS JOIN LATERAL (
    SELECT count(*) AS orders FROM orders
    WHERE drop_id = mine.id AND status = 'placed') AS unpaid
CROSS JOIN LATERAL (
    SELECT count(*) AS orders FROM orders
    WHERE drop_id = mine.id AND status IN ('cancelled', 'lapsed')) AS gone
CROSS JOIN LATERAL (
    SELECT sum(declared) AS declared, sum(claimed - coalesce(held.units, 0)) AS sold,
        sum((claimed - coalesce(held.units, 0)) * CAST(price AS bigint)) AS takings
    FROM stock JOIN skus ON skus.id = stock.sku_id LEFT JOIN (
        SELECT sku_id, sum(quantity - returned) AS units
        FROM orders JOIN order_lines ON order_id = orders.id
        WHERE orders.drop_id = mine.id AND status = 'placed' GROUP BY sku_id
    ) AS held ON held.sku_id = stock.sku_id
    WHERE stock.drop_id = mine.id) AS units
CROSS JOIN LATERAL (
    SELECT min(at) AS at FROM drop_marks
    WHERE drop_id = mine.id AND kind = 'sold-out' AND drop_marks.starts_at = mine.starts_at
) AS sold_out
ORDER BY mine.starts_at DESC, mine.id DESC
""")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of one drop. Who ordered and was refused is counted by the try, who was turned away once."""

    drop_id: int
    slug: str
    title: str
    currency: str
    starts_at: datetime
    views: int
    refused: int  # tries
    turned_away: int  # people who were refused for want of units, or stood in line
    orders: int
    paid: int  # whatever was given back later
    declared: int  # units
    sold: int
    takings: int  # minor units, less what was given back
    sold_out_after: timedelta | None

    @property
    def attempts(self) -> int:
        return self.orders + self.refused

    @property
    def funnel(self) -> list[tuple[str, int]]:
        return [
            ("Views", self.views),
            ("Attempts", self.attempts),
            ("Orders", self.orders),
            ("Paid", self.paid),
        ]


def numbers_page(creator_id: int, *, cursor: str | None = None, limit: int) -> Page[Numbers]:
    """Of a creator's published drops, those that start last first. One statement."""
    name = f"numbers:{creator_id}"
    key = after(cursor, name)
    place = {"at": key[0] if key else None, "id": key[1] if key else None}
    found = _numbers(creator_id=creator_id, drop_id=None, most=limit + 1, **place)
    return page(found, limit, name, lambda one: (one.starts_at, one.drop_id))


def numbers_of(creator_id: int, drop_id: int) -> Numbers:
    """Of one published drop of this creator."""
    (found,) = _numbers(creator_id=creator_id, drop_id=drop_id, most=1, at=None, id=None)
    return found


def _numbers(**params: object) -> list[Numbers]:
    return [Numbers(*row) for row in db.session.execute(NUMBERS, params)]
