"""Steps that lock and change drops. Each takes the open transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, text

from livedrop.drops.models import Drop, DropChange, Sku
from livedrop.drops.rules import Draft, SkuDraft
from livedrop.inventory import stock
from livedrop.lib.db import Tx
from livedrop.lib.errors import Invalid, NotFound, Unavailable
from livedrop.products import steps as products

PATIENCE = 20  # edits of one draft that may overtake a caller who waits for it

# What is a week late is no news. The bound keeps the question small however many drops there were.
MARK_SOON = """
    INSERT INTO drop_marks (drop_id, kind, starts_at)
    SELECT id, 'soon', starts_at FROM drops
    WHERE published_at IS NOT NULL AND cancelled_at IS NULL
      AND starts_at <= (SELECT clock_timestamp() + interval '5 minutes')
      AND starts_at > (SELECT clock_timestamp())
"""
MARK_OPENED = """
    INSERT INTO drop_marks (drop_id, kind, starts_at)
    SELECT id, 'opened', starts_at FROM drops
    WHERE published_at IS NOT NULL AND cancelled_at IS NULL
      AND starts_at <= (SELECT clock_timestamp())
      AND starts_at > (SELECT clock_timestamp() - interval '7 days')
"""
MARK_ENDED = """
    INSERT INTO drop_marks (drop_id, kind, starts_at)
    SELECT id, 'ended', starts_at FROM drops
    WHERE published_at IS NOT NULL AND cancelled_at IS NULL
      AND ends_at <= (SELECT clock_timestamp())
      AND ends_at > (SELECT clock_timestamp() - interval '7 days')
"""
UNMARKED = """
      AND NOT EXISTS (SELECT FROM drop_marks WHERE drop_id = drops.id
                      AND kind = '{}' AND drop_marks.starts_at = drops.starts_at)
    ORDER BY id LIMIT :most
    ON CONFLICT (drop_id, kind, starts_at) DO NOTHING
    RETURNING drop_id, starts_at, (SELECT creator_id FROM drops WHERE id = drop_id)
"""
MARKS = {
    "soon": text(MARK_SOON + UNMARKED.format("soon")),
    "opened": text(MARK_OPENED + UNMARKED.format("opened")),
    "ended": text(MARK_ENDED + UNMARKED.format("ended")),
}


def lock(tx: Tx, drop_id: int) -> tuple[Drop, dict[int, stock.Units]]:
    """Lock the drop's stock, then its row, until the transaction ends; units are by SKU id.

    While we waited for the stock of a draft, an edit may have put other SKUs in its place: rows
    that are not ours yet. Taking them now, after the drop's row, would be the wrong order and a
    deadlock, so everything is let go and locked anew.
    """
    for _ in range(PATIENCE):
        savepoint = tx.session.begin_nested()
        units = stock.lock(tx, drop_id)
        drop = tx.session.scalar(select(Drop).where(Drop.id == drop_id).with_for_update())
        if drop is None:
            raise NotFound
        if units.keys() == set(tx.session.scalars(select(Sku.id).where(Sku.drop_id == drop_id))):
            savepoint.commit()
            return drop, units
        savepoint.rollback()
    raise Unavailable


def offer(tx: Tx, drop: Drop, skus: Sequence[SkuDraft]) -> None:
    """Add SKUs and their stock to a draft; what names no product gets a new one, shared."""
    chosen = {sku.product_id for sku in skus if sku.product_id is not None}
    if not products.are_of(tx, drop.creator_id, chosen):
        raise Invalid(skus="Choose among your own products.")
    new_product = None
    if any(sku.product_id is None for sku in skus):
        new_product = products.make(tx, drop.creator_id, drop.title, drop.story)
    declared = {}
    for sku in skus:  # one by one: ids follow the order of the form
        declared[_add(tx, drop.id, sku, sku.product_id or new_product)] = sku.quantity
    stock.declare(tx, drop.id, declared)


def withdraw(tx: Tx, sku_ids: Sequence[int]) -> None:
    """Take SKUs that nobody could order yet out of a draft. Needs the lock."""
    stock.remove(tx, list(sku_ids))
    tx.execute(delete(Sku).where(Sku.id.in_(sku_ids)))


def describe(drop: Drop, draft: Draft) -> None:
    """Write what a draft says into its row."""
    drop.title = draft.title
    drop.story = draft.story
    drop.starts_at = draft.starts_at
    drop.ends_at = draft.ends_at
    drop.currency = draft.currency
    drop.limit_per_customer = draft.limit_per_customer
    drop.payment_window_seconds = draft.payment_window_seconds
    drop.ships = draft.ships


def described(tx: Tx, drop: Drop, totals: Mapping[int, int]) -> Draft:
    """What a draft says, as it stands in its rows but for how many units there are of each SKU."""
    rows = tx.session.scalars(select(Sku).where(Sku.drop_id == drop.id).order_by(Sku.id))
    return Draft(
        title=drop.title,
        story=drop.story,
        starts_at=drop.starts_at,
        ends_at=drop.ends_at,
        currency=drop.currency,
        limit_per_customer=drop.limit_per_customer,
        payment_window_seconds=drop.payment_window_seconds,
        ships=drop.ships,
        skus=[
            SkuDraft(
                name=sku.name, price=sku.price, quantity=totals[sku.id], product_id=sku.product_id
            )
            for sku in rows
        ],
    )


def note(tx: Tx, drop_id: int, at: datetime, kind: str, facts: Mapping[str, Any]) -> None:
    """Add a line to the drop's public history."""
    tx.add(DropChange(drop_id=drop_id, at=at, kind=kind, facts=dict(facts)))


def mark(tx: Tx, kind: str, most: int) -> list[tuple[int, datetime, int]]:
    """Mark drops that start in five minutes (`soon`), or whose start (`opened`) or end (`ended`)
    has come: id, start and creator of each.

    Each is answered once per start, however many ask at the same moment.
    """
    return [(row[0], row[1], row[2]) for row in tx.execute(MARKS[kind], {"most": most})]


def _add(tx: Tx, drop_id: int, sku: SkuDraft, product_id: int | None) -> int:
    statement = insert(Sku).values(
        drop_id=drop_id, product_id=product_id, name=sku.name, price=sku.price
    )
    added: int = tx.session.execute(statement.returning(Sku.id)).scalar_one()
    return added
