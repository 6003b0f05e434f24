"""Steps that write products. Each takes the open transaction."""

from collections.abc import Collection

from sqlalchemy import func, insert, select, update

from livedrop.artwork.pictures import kind_of
from livedrop.lib.db import Tx
from livedrop.lib.errors import NotFound
from livedrop.lib.ids import new_slug
from livedrop.outbox.record import record
from livedrop.products.events import ProductCreated
from livedrop.products.models import Product


def make(tx: Tx, creator_id: int, title: str, description: str) -> int:
    """Add a product to the creator's grid and record it; its id."""
    product_id: int = tx.session.execute(
        insert(Product)
        .values(
            slug=new_slug(title),
            creator_id=creator_id,
            title=title,
            description=description,
            artwork=kind_of(title, description),
        )
        .returning(Product.id)
    ).scalar_one()
    record(tx, ProductCreated(id=product_id, actor_id=creator_id, creator_id=creator_id))
    return product_id


def change(tx: Tx, product_id: int, creator_id: int, title: str, description: str) -> None:
    """Change a product of this creator; another's is not found."""
    changed = tx.execute(
        update(Product)
        .where(Product.id == product_id, Product.creator_id == creator_id)
        .values(title=title, description=description)
    )
    if not changed.rowcount:
        raise NotFound


def titled(tx: Tx, creator_id: int, titles: Collection[str]) -> dict[str, int]:
    """The creator's products of these titles, by title; of two alike the newer one."""
    found = select(Product.title, Product.id).where(
        Product.creator_id == creator_id, Product.title.in_(titles)
    )
    rows = tx.session.execute(found.order_by(Product.id))
    return {row.title: row.id for row in rows}


def lock(tx: Tx, product_id: int, creator_id: int) -> None:
    """Let nobody else change this product of the creator until the end. Raises `NotFound`."""
    mine = select(Product.id).where(Product.id == product_id, Product.creator_id == creator_id)
    if tx.session.scalar(mine.with_for_update()) is None:
        raise NotFound


def are_of(tx: Tx, creator_id: int, product_ids: Collection[int]) -> bool:
    """Whether every one of these products is this creator's."""
    wanted = set(product_ids)
    found = tx.session.scalar(
        select(func.count()).where(Product.id.in_(wanted), Product.creator_id == creator_id)
    )
    return found == len(wanted)
