"""What was sold, for whoever sold it: found among millions, told in full, and packed.

A creator's orders are read drop by drop, the drops that ended last first, and no more of them than
a page needs: an order is never younger than its drop's end. So a list costs the same however many
orders there are before it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from livedrop.accounts.directory import ids_called
from livedrop.extensions import db
from livedrop.orders.queries import STATUS, WITH_LINES, payments_of

AT_ONCE = 20  # drops read in one statement
MOST_PEOPLE = 2000  # whose names may begin as what is searched for
SHORTEST = 8  # hexadecimal digits that are the beginning of an order's id

Place = tuple[datetime, UUID]  # the key of these lists
Numbers = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SoldOrder:
    """An order as the drop's creator sees it."""

    id: UUID
    status: str
    placed_at: datetime
    display_name: str
    handle: str
    units: int  # that stand
    total: int  # minor units
    drop_slug: str
    drop_title: str
    currency: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which orders: those in a status, in one drop, and that `words` may mean, if anything is said.

    Words are the beginning of an order's id or of its buyer's handle or name, or a part of what a
    line's product or variant is called.
    """

    words: str = ""
    status: str = ""
    drop_id: int | None = None


class TooMany(Exception):
    """More people are called so than can be looked through."""


# What each status is in rows: a due order is lapsed, swept or not.
PLACED = "status = 'placed' AND due_at > (SELECT now FROM clock)"
LAPSED, DUE = "status = 'lapsed'", "status = 'placed' AND due_at <= (SELECT now FROM clock)"
WHICH = {
    "": "true",
    "placed": PLACED,
    "confirmed": "status = 'confirmed'",
    "cancelled": "status = 'cancelled'",
    "lapsed": f"({LAPSED} OR {DUE})",
    "refunded": "status = 'refunded'",
}
CLOCK = "WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now)"
BEFORE = """(CAST(:at AS timestamptz) IS NULL
    OR (placed_at, orders.id) < (:at, CAST(:id AS uuid)))"""
LATEST_FIRST = "ORDER BY placed_at DESC, orders.id DESC LIMIT :most"
# Each of two statuses is asked for by itself, so that an index serves it.
MINE = f"""(SELECT orders.id, placed_at FROM orders
    WHERE orders.drop_id = mine.id AND {{which}} AND {BEFORE} {{among}} {LATEST_FIRST})"""
LINED = """AND EXISTS (SELECT FROM order_lines
    WHERE order_id = orders.id AND sku_id = ANY(CAST(:sku_ids AS bigint[])))"""
OF_DROPS = {
    (status, among): text(
        f"{CLOCK} SELECT placed_at, found.id FROM unnest(CAST(:drop_ids AS bigint[])) AS mine (id),"
        f" LATERAL ({' UNION ALL '.join(MINE.format(which=one, among=among) for one in some)})"
        " AS found ORDER BY 1 DESC, 2 DESC LIMIT :most"
    )
    for status, some in (
        {name: (which,) for name, which in WHICH.items()} | {"lapsed": (LAPSED, DUE)}
    ).items()
    for among in ("", LINED)
}
OWN = "creator_id = :creator_id AND (CAST(:drop_id AS bigint) IS NULL OR drop_id = :drop_id)"
OF_SOME = f"{CLOCK} SELECT placed_at, orders.id FROM orders JOIN drops ON drops.id = drop_id"
OF_PEOPLE = {
    status: text(
        f"{OF_SOME} WHERE user_id = ANY(CAST(:user_ids AS bigint[]))"
        f" AND {OWN} AND {which} AND {BEFORE} {LATEST_FIRST}"
    )
    for status, which in WHICH.items()
}
OF_ID = {
    status: text(
        f"{OF_SOME} WHERE orders.id BETWEEN CAST(:first AS uuid) AND CAST(:last AS uuid)"
        f" AND {OWN} AND {which} AND {BEFORE} {LATEST_FIRST}"
    )
    for status, which in WHICH.items()
}
DROPS = text("""
SELECT id, ends_at FROM drops WHERE creator_id = :creator_id AND published_at IS NOT NULL
    AND (CAST(:at AS timestamptz) IS NULL OR starts_at <= :at)
    AND (NOT :lined OR EXISTS (SELECT FROM skus
        WHERE skus.drop_id = drops.id AND skus.id = ANY(CAST(:sku_ids AS bigint[]))))
ORDER BY ends_at DESC, id DESC
""")
CALLED = text("""
SELECT skus.id FROM skus JOIN products ON products.id = product_id
WHERE creator_id = :creator_id
    AND (position(:words IN lower(skus.name)) > 0 OR position(:words IN lower(products.title)) > 0)
""")
SEEN = text(f"""
SELECT orders.id, {STATUS}, placed_at, users.display_name, users.handle, line.units, line.total,
    drops.slug, drops.title, drops.currency
{WITH_LINES}
WHERE orders.id = ANY(CAST(:ids AS uuid[])) AND creator_id = :creator_id
ORDER BY placed_at DESC, orders.id DESC
""")


def sold_orders(
    creator_id: int, wanted: Wanted, before: Place | None, limit: int
) -> list[SoldOrder]:
    """A creator's orders that are wanted, the latest first, from the one after `before` on.

    Raises `TooMany` where the words could be nearly anybody.
    """
    at, order_id = before or (None, None)
    facts: Numbers = {
        "creator_id": creator_id,
        "drop_id": wanted.drop_id,
        "at": at,
        "id": order_id,
        "most": limit,
    }
    places = set(_by_words(wanted, facts) if wanted.words else _by_drop(wanted, facts, None))
    return _seen(creator_id, sorted(places, reverse=True)[:limit])


def _by_words(wanted: Wanted, facts: Numbers) -> Iterator[Place]:
    words = wanted.words.lower().removeprefix("@")
    if ends := _ends(words):
        yield from _places(OF_ID[wanted.status], facts | ends)
    if user_ids := _called(words):
        yield from _places(OF_PEOPLE[wanted.status], facts | {"user_ids": user_ids})
    named = {"creator_id": facts["creator_id"], "words": words}
    if sku_ids := list(db.session.scalars(CALLED, named)):
        yield from _by_drop(wanted, facts, sku_ids)


def _by_drop(wanted: Wanted, facts: Numbers, sku_ids: list[int] | None) -> list[Place]:
    """Of drop after drop, until none that is left could have a later one."""
    lined = sku_ids is not None
    facts = facts | {"sku_ids": sku_ids or [], "lined": lined}
    statement = OF_DROPS[wanted.status, LINED if lined else ""]
    if facts["drop_id"] is not None:
        return _places(statement, facts | {"drop_ids": [facts["drop_id"]]})
    drops = db.session.execute(DROPS, facts).all()
    found: list[Place] = []
    for first in range(0, len(drops), AT_ONCE):
        if len(found) == facts["most"] and found[-1][0] >= drops[first].ends_at:
            break
        some = [drop.id for drop in drops[first : first + AT_ONCE]]
        found += _places(statement, facts | {"drop_ids": some})
        found = sorted(found, reverse=True)[: facts["most"]]
    return found


def _places(statement: TextClause, facts: Numbers) -> list[Place]:
    return [(row[0], row[1]) for row in db.session.execute(statement, facts)]


def _ends(words: str) -> Numbers | None:
    """Between which ids those lie that begin so, if it can be a beginning of one."""
    digits = words.replace("-", "")
    if not SHORTEST <= len(digits) <= 32 or set(digits) - set("0123456789abcdef"):
        return None
    return {"first": UUID(digits.ljust(32, "0")), "last": UUID(digits.ljust(32, "f"))}


def _called(words: str) -> list[int]:
    found = ids_called(words, MOST_PEOPLE + 1)
    if len(found) > MOST_PEOPLE:
        raise TooMany
    return found


def _seen(creator_id: int, places: Sequence[Place]) -> list[SoldOrder]:
    params = {"ids": [order_id for _, order_id in places], "creator_id": creator_id}
    return [SoldOrder(*row) for row in db.session.execute(SEEN, params)] if places else []


# --- who bought ---


@dataclass(frozen=True, slots=True)
class Buyer:
    user_id: int
    display_name: str
    handle: str


BUYER = text("""
SELECT users.id, display_name, handle FROM orders JOIN users ON users.id = user_id
WHERE orders.id = :order_id
""")


def buyer_of(order_id: UUID) -> Buyer:
    """Whose an order is that is there."""
    return Buyer(*db.session.execute(BUYER, {"order_id": order_id}).one())


def subjects_of(order_id: UUID) -> list[str]:
    """What the events of this order are about: itself, and its payments."""
    return [f"order:{order_id}", *(f"payment:{one}" for one in payments_of(order_id))]


# --- what is to be sent ---


@dataclass(frozen=True, slots=True)
class Parcel:
    """What of an order is to be sent, and where to."""

    id: UUID
    placed_at: datetime
    handle: str
    delivery: dict[str, str]
    units: tuple[tuple[str, int], ...]  # what, and how many


PARCELS = text("""
SELECT orders.id, placed_at, handle, orders.delivery, line.units
FROM orders JOIN users ON users.id = user_id, LATERAL (
    SELECT json_agg(json_build_array(products.title || ', ' || skus.name, quantity - returned)
        ORDER BY skus.id) AS units
    FROM order_lines JOIN skus ON skus.id = sku_id JOIN products ON products.id = product_id
    WHERE order_id = orders.id AND quantity > returned) AS line
WHERE orders.drop_id = :drop_id AND status = 'confirmed' AND orders.delivery IS NOT NULL
    AND (CAST(:at AS timestamptz) IS NULL OR (placed_at, orders.id) > (:at, CAST(:id AS uuid)))
ORDER BY placed_at, orders.id LIMIT :most
""")


def parcels(drop_id: int, after: Place | None, limit: int) -> list[Parcel]:
    """The drop's confirmed orders with an address, the first first, from the one after `after`."""
    at, order_id = after or (None, None)
    params = {"drop_id": drop_id, "at": at, "id": order_id, "most": limit}
    rows = db.session.execute(PARCELS, params)
    return [
        Parcel(id_, placed_at, handle, delivery, tuple((what, count) for what, count in units))
        for id_, placed_at, handle, delivery, units in rows
    ]


def every_parcel(drop_id: int, at_once: int = 500) -> Iterator[Parcel]:
    """All of them, so many in a statement."""
    after: Place | None = None
    while some := parcels(drop_id, after, at_once):
        yield from some
        after = (some[-1].placed_at, some[-1].id)
