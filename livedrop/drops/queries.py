"""Questions about drops. Each state is judged by the database clock in the statement that reads.

How many units are available, held and sold is known above, where orders are:
`orders.queries.stock_of_drop`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute, aliased

from livedrop.artwork.pictures import Picture, picture_of
from livedrop.creators.models import Creator
from livedrop.drops import schedule
from livedrop.drops.models import Drop, DropChange, Sku
from livedrop.extensions import db
from livedrop.follows.models import Follow
from livedrop.inventory.models import Stock
from livedrop.lib.money import Money
from livedrop.lib.paging import DEFAULT_LIMIT, Key, Page, after, page
from livedrop.media.photos import Photo, photo_of
from livedrop.media.queries import photo_of_product
from livedrop.products.models import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class DropCard:
    """A drop as lists show it, and the instant (`now`) for which that is true."""

    id: int
    slug: str
    title: str
    creator_id: int
    creator_handle: str
    creator_name: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    published_at: datetime | None
    cancelled_at: datetime | None
    currency: str
    lowest_price: int | None  # minor units; None while nothing is offered
    shown_slug: str | None  # of the product that it offers first; None while nothing is offered
    shown_artwork: str | None
    shown_photo: Mapping[str, Any] | None = None  # its own, if it has one
    now: datetime

    @property
    def state(self) -> schedule.State:
        return schedule.state(self, self.now)

    @property
    def next_change(self) -> datetime | None:
        """When `state` will answer differently by the passing of time alone."""
        return schedule.next_change(self, self.now)

    @property
    def price_from(self) -> Money | None:
        return None if self.lowest_price is None else Money(self.lowest_price, self.currency)

    @property
    def picture(self) -> Picture | Photo:
        """What it offers first; where the house draws it, dressed for the occasion."""
        if photo := photo_of(self.shown_photo):
            return photo
        kind, slug = self.shown_artwork or "", self.shown_slug or self.slug
        return picture_of(kind, slug, self.creator_handle, bold=True)

    def owned_by(self, user_id: int | None) -> bool:
        return self.creator_id == user_id


@dataclass(frozen=True, slots=True)
class OfferedSku:
    """One variant that a drop offers, the product it is one of, and how many were promised."""

    id: int
    name: str
    price: Money
    declared: int
    product_id: int
    product_slug: str
    product_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DropPage(DropCard):
    """All a drop says, and what it offers."""

    story: str
    limit_per_customer: int
    payment_window_seconds: int
    ships: bool
    cancel_reason: str | None
    skus: tuple[OfferedSku, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the public history. Kinds: published, rescheduled, units-added, cancelled."""

    at: datetime
    kind: str
    facts: dict[str, Any]


# --- one drop ---


def find_drop(slug: str) -> DropPage | None:
    """The drop of this public name, drafts included. Two statements."""
    return _whole(Drop.slug == slug)


def drop_of_id(drop_id: int) -> DropPage | None:
    """As `find_drop`, by id."""
    return _whole(Drop.id == drop_id)


def slug_of(drop_id: int) -> str:
    """The public name of a drop that is there."""
    slug: str = db.session.execute(select(Drop.slug).where(Drop.id == drop_id)).scalar_one()
    return slug


def history(drop_id: int, limit: int = 100) -> list[Change]:
    """The public history, newest first."""
    statement = (
        select(DropChange.at, DropChange.kind, DropChange.facts)
        .where(DropChange.drop_id == drop_id)
        .order_by(DropChange.id.desc())
        .limit(limit)
    )
    return [Change(*row) for row in db.session.execute(statement)]


# --- lists, each in one statement ---

# A clock read once is one instant for the whole statement, and a value that an index can be
# searched for; read per row it would be neither.
CLOCK = select(func.clock_timestamp().label("now")).cte("clock")
NOW = select(CLOCK.c.now).scalar_subquery()
PUBLISHED = Drop.published_at.is_not(None)
STANDING = PUBLISHED & Drop.cancelled_at.is_(None)


@dataclass(frozen=True, slots=True)
class Listing:
    """Which drops are in a list and by which instant they are ordered, before their id."""

    among: ColumnElement[bool]
    by: str
    descending: bool


LISTS = {
    # Those that end first come first. By start, every drop that ever ended would be searched.
    "live": Listing(STANDING & (Drop.starts_at <= NOW) & (Drop.ends_at > NOW), "ends_at", False),
    "scheduled": Listing(STANDING & (Drop.starts_at > NOW), "starts_at", False),
    "ended": Listing(STANDING & (Drop.ends_at <= NOW), "ends_at", True),
    "cancelled": Listing(PUBLISHED & Drop.cancelled_at.is_not(None), "cancelled_at", True),
    "published": Listing(PUBLISHED, "starts_at", True),
}


def drops_page(
    *,
    state: str | None = None,
    creator_id: int | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[DropCard]:
    """Published drops in one state, or in any (`None`), of everybody or of one creator.

    Live: ends first; scheduled: starts first; ended, cancelled and any: latest first.
    """
    statement = _cards()
    if creator_id is not None:
        statement = statement.where(Drop.creator_id == creator_id)
    name = f"drops:{state}:{creator_id}"
    return _page(statement, LISTS[state or "published"], name, cursor, limit)


def followed_drops(follower_id: int, *, state: str, limit: int) -> list[DropCard]:
    """The first published drops in a state by creators whom this person follows."""
    follows = exists().where(
        Follow.follower_id == follower_id, Follow.creator_id == Drop.creator_id
    )
    name = f"followed:{state}:{follower_id}"
    return list(_page(_cards().where(follows), LISTS[state], name, None, limit).items)


def creator_drops(
    creator_id: int, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[DropCard]:
    """All drops of a creator, drafts included, latest first: for their own eyes."""
    own = Listing(Drop.creator_id == creator_id, "created_at", True)
    return _page(_cards(), own, f"studio:{creator_id}", cursor, limit)


def product_drops(product_id: int, limit: int = DEFAULT_LIMIT) -> list[DropCard]:
    """The published drops that offer a product, latest start first."""
    offering = select(Sku.drop_id).where(Sku.product_id == product_id)
    statement = _cards().where(Drop.id.in_(offering), PUBLISHED)
    return _list(statement.order_by(Drop.starts_at.desc(), Drop.id.desc()).limit(limit))


def drops_of_products(product_ids: Collection[int]) -> dict[int, DropCard]:
    """For each product the drop that matters most now: live, else next, else the last one."""
    if not product_ids:
        return {}
    offered = (
        select(Sku.product_id, Drop.id.label("drop_id"))
        .join(Drop, Drop.id == Sku.drop_id)
        .where(Sku.product_id.in_(product_ids), STANDING)
        .ext(distinct_on(Sku.product_id))
        .order_by(
            Sku.product_id,
            Drop.ends_at <= NOW,  # what is over comes last
            Drop.starts_at > NOW,
            func.abs(func.extract("epoch", Drop.starts_at - NOW)),
            Drop.id,
        )
        .subquery()
    )
    statement = _cards().join(offered, offered.c.drop_id == Drop.id)
    rows = db.session.execute(statement.add_columns(offered.c.product_id)).mappings()
    return {
        row["product_id"]: DropCard(**{name: row[name] for name in row if name != "product_id"})
        for row in rows
    }


def drops_of_ids(drop_ids: Sequence[int]) -> list[DropCard]:
    """The published ones of these drops, in the order of the ids."""
    cards = {card.id: card for card in _list(_cards().where(Drop.id.in_(drop_ids), PUBLISHED))}
    return [cards[drop_id] for drop_id in drop_ids if drop_id in cards]


# --- what people order most, lately: in drops that are live or ended within the last week ---

# By units claimed, which is one row a SKU, rather than by orders, which may be a million a day.
LATELY = STANDING & (Drop.starts_at <= NOW) & (Drop.ends_at > NOW - timedelta(days=7))


def popular_drops(limit: int) -> list[int]:
    """Ids of drops, the one with the most units ordered first."""
    return _most_claimed(Drop.id, limit)


def popular_products(limit: int) -> list[int]:
    """Ids of products, the one of which most units were ordered first."""
    return _most_claimed(Sku.product_id, limit)


def _most_claimed(thing: InstrumentedAttribute[int], limit: int) -> list[int]:
    units = func.sum(Stock.claimed)
    statement = (
        select(thing)
        .select_from(Drop)
        .join(Sku, Sku.drop_id == Drop.id)
        .join(Stock, Stock.sku_id == Sku.id)
        .where(LATELY)
        .group_by(thing)
        .having(units > 0)
        .order_by(units.desc(), thing.desc())
        .limit(limit)
    )
    return list(db.session.scalars(statement))


# --- how they are read ---

SHOWN = aliased(Product)


def _cards() -> Select[*tuple[Any, ...]]:
    """The fields of a card, each under its name."""
    lowest = select(func.min(Sku.price)).where(Sku.drop_id == Drop.id).scalar_subquery()
    first = (
        select(Sku.product_id)
        .where(Sku.drop_id == Drop.id)
        .order_by(Sku.id)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Drop.id,
            Drop.slug,
            Drop.title,
            Drop.creator_id,
            Creator.handle.label("creator_handle"),
            Creator.display_name.label("creator_name"),
            Drop.starts_at,
            Drop.ends_at,
            Drop.created_at,
            Drop.published_at,
            Drop.cancelled_at,
            Drop.currency,
            lowest.label("lowest_price"),
            SHOWN.slug.label("shown_slug"),
            SHOWN.artwork.label("shown_artwork"),
            photo_of_product(first).label("shown_photo"),
            NOW.label("now"),
        )
        .join(Creator, Creator.id == Drop.creator_id)
        .outerjoin(SHOWN, SHOWN.id == first)
    )


def _list(statement: Select[*tuple[Any, ...]]) -> list[DropCard]:
    return [DropCard(**row) for row in db.session.execute(statement).mappings()]


def _page(
    statement: Select[*tuple[Any, ...]], order: Listing, name: str, cursor: str | None, limit: int
) -> Page[DropCard]:
    by = getattr(Drop, order.by)
    place = tuple_(by, Drop.id)
    statement = statement.where(order.among).limit(limit + 1)
    if key := after(cursor, name):
        start = tuple_(datetime.fromisoformat(key[0]), key[1])
        statement = statement.where(place < start if order.descending else place > start)
    columns = (by.desc(), Drop.id.desc()) if order.descending else (by, Drop.id)
    cards = _list(statement.order_by(*columns))

    def key_of(card: DropCard) -> Key:
        return (getattr(card, order.by), card.id)

    return page(cards, limit, name, key_of)


def whole_drops(cards: Sequence[DropCard]) -> list[DropPage]:
    """All that these drops say and offer, in the same order. Two statements, none for none."""
    found = _wholes(Drop.id.in_([card.id for card in cards])) if cards else {}
    return [found[card.id] for card in cards if card.id in found]


def _whole(which: ColumnElement[bool]) -> DropPage | None:
    return next(iter(_wholes(which).values()), None)


def _wholes(which: ColumnElement[bool]) -> dict[int, DropPage]:
    statement = _cards().add_columns(
        Drop.story,
        Drop.limit_per_customer,
        Drop.payment_window_seconds,
        Drop.ships,
        Drop.cancel_reason,
    )
    rows = db.session.execute(statement.where(which)).mappings().all()
    skus = _skus({row["id"]: row["currency"] for row in rows})
    return {row["id"]: DropPage(**row, skus=tuple(skus[row["id"]])) for row in rows}


def _skus(currencies: Mapping[int, str]) -> dict[int, list[OfferedSku]]:
    """What drops offer, in the order in which its creator put it; nothing is asked for none."""
    offered: dict[int, list[OfferedSku]] = {drop_id: [] for drop_id in currencies}
    if not offered:
        return offered
    statement = (
        select(
            Sku.drop_id,
            Sku.id,
            Sku.name,
            Sku.price,
            Stock.declared,
            Product.id,
            Product.slug,
            Product.title,
        )
        .join(Stock, Stock.sku_id == Sku.id)
        .join(Product, Product.id == Sku.product_id)
        .where(Sku.drop_id.in_(list(currencies)))
        .order_by(Sku.id)
    )
    for drop_id, sku_id, name, price, declared, *of in db.session.execute(statement).all():
        product: Any = of
        money = Money(price, currencies[drop_id])
        offered[drop_id].append(OfferedSku(sku_id, name, money, declared, *product))
    return offered


def published_drop_of_sku(sku_id: int) -> int | None:
    """The published drop that offers this."""
    found: int | None = db.session.scalar(
        select(Sku.drop_id).join(Drop, Drop.id == Sku.drop_id).where(Sku.id == sku_id, PUBLISHED)
    )
    return found
