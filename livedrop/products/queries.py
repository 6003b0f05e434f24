"""Questions about products. One statement each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_

from livedrop.artwork.pictures import Picture, picture_of
from livedrop.creators.models import Creator
from livedrop.extensions import db
from livedrop.lib.paging import DEFAULT_LIMIT, Page, after, page
from livedrop.media.photos import Photo, photo_of
from livedrop.media.queries import photos_of
from livedrop.products.models import Product


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product and who makes it. What can be done with it now: `drops.queries`."""

    id: int
    slug: str
    title: str
    description: str
    created_at: datetime
    artwork: str
    creator_id: int
    creator_handle: str
    creator_name: str
    uploaded: Sequence[Mapping[str, Any]] | None = None  # in their order; None: none is ready

    @property
    def picture(self) -> Picture | Photo:
        """The first of its pictures."""
        return self.pictures[0]

    @property
    def pictures(self) -> list[Picture | Photo]:
        """Those that were uploaded, or else the one that the house draws."""
        photos = [photo for said in self.uploaded or () if (photo := photo_of(said))]
        return [*photos] or [picture_of(self.artwork, self.slug, self.creator_handle)]

    def owned_by(self, user_id: int | None) -> bool:
        return self.creator_id == user_id


CARDS = select(
    Product.id,
    Product.slug,
    Product.title,
    Product.description,
    Product.created_at,
    Product.artwork,
    Product.creator_id,
    Creator.handle,
    Creator.display_name,
    photos_of(Product.id),
).join(Creator, Creator.id == Product.creator_id)


def find_product(slug: str) -> ProductCard | None:
    row = db.session.execute(CARDS.where(Product.slug == slug)).one_or_none()
    return ProductCard(*row) if row else None


def product_of_id(product_id: int) -> ProductCard | None:
    row = db.session.execute(CARDS.where(Product.id == product_id)).one_or_none()
    return ProductCard(*row) if row else None


def products_of_ids(product_ids: Sequence[int]) -> list[ProductCard]:
    """These products, in the order of the ids."""
    rows = db.session.execute(CARDS.where(Product.id.in_(product_ids)))
    cards = {card.id: card for card in (ProductCard(*row) for row in rows)}
    return [cards[product_id] for product_id in product_ids if product_id in cards]


def products_page(
    *, creator_id: int | None = None, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[ProductCard]:
    """All products, or those of one creator, newest first."""
    name = "products" if creator_id is None else f"products:{creator_id}"
    statement = CARDS.order_by(Product.created_at.desc(), Product.id.desc()).limit(limit + 1)
    if creator_id is not None:
        statement = statement.where(Product.creator_id == creator_id)
    if key := after(cursor, name):
        order = tuple_(Product.created_at, Product.id)
        statement = statement.where(order < tuple_(datetime.fromisoformat(key[0]), key[1]))
    rows = [ProductCard(*row) for row in db.session.execute(statement)]
    return page(rows, limit, name, lambda card: (card.created_at, card.id))


def known_titles(creator_id: int, titles: Collection[str]) -> set[str]:
    """Of these titles, those that one of the creator's products has."""
    own = select(Product.title).where(Product.creator_id == creator_id, Product.title.in_(titles))
    return set(db.session.scalars(own))


def stories(product_ids: Collection[int]) -> dict[int, str]:
    """What is told of these products, by id."""
    told = select(Product.id, Product.description).where(Product.id.in_(product_ids))
    return {row.id: row.description for row in db.session.execute(told)}


def product_choices(creator_id: int, limit: int = 200) -> list[tuple[int, str]]:
    """Ids and titles of a creator's newest products, to choose from in a form."""
    statement = (
        select(Product.id, Product.title)
        .where(Product.creator_id == creator_id)
        .order_by(Product.created_at.desc(), Product.id.desc())
        .limit(limit)
    )
    return [(product_id, title) for product_id, title in db.session.execute(statement)]
