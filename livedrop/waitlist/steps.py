"""The steps of a line. Each takes the open transaction and needs the drop's stock lock, under
which all lines of the drop stand still."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select, text

from livedrop.lib.db import Tx
from livedrop.outbox.record import record
from livedrop.waitlist.events import LineDissolved
from livedrop.waitlist.models import Entry

CHUNK = 500  # places dissolved in one statement

ADD = text("""
    INSERT INTO waitlist_entries (sku_id, user_id, drop_id, quantity, since)
    VALUES (:sku_id, :user_id, :drop_id, :quantity, :now)
""")
LOWER = text("""
    UPDATE waitlist_entries SET quantity = :quantity WHERE sku_id = :sku_id AND user_id = :user_id
""")
TAKE = text("""
    UPDATE waitlist_entries AS entry SET offer_id = offer.order_id
    FROM json_to_recordset(CAST(:offers AS json))
        AS offer (sku_id bigint, user_id bigint, order_id uuid)
    WHERE entry.sku_id = offer.sku_id AND entry.user_id = offer.user_id
""")
DROP = text("""
    DELETE FROM waitlist_entries AS entry
    USING json_to_recordset(CAST(:places AS json)) AS place (sku_id bigint, user_id bigint)
    WHERE entry.sku_id = place.sku_id AND entry.user_id = place.user_id AND offer_id IS NULL
""")
DISSOLVE = text("""
    DELETE FROM waitlist_entries AS entry USING (
        SELECT sku_id, user_id FROM waitlist_entries
        WHERE drop_id = :drop_id AND offer_id IS NULL ORDER BY since LIMIT :most
    ) AS place
    WHERE entry.sku_id = place.sku_id AND entry.user_id = place.user_id
    RETURNING entry.sku_id, entry.user_id
""")
END = text("DELETE FROM waitlist_entries WHERE offer_id = ANY(CAST(:offers AS uuid[]))")


def place_of(tx: Tx, sku_id: int, user_id: int) -> Entry | None:
    return tx.session.get(Entry, (sku_id, user_id), populate_existing=True)


def waits(tx: Tx, drop_id: int) -> bool:
    """Whether somebody waits for anything of the drop."""
    waiting = exists().where(Entry.drop_id == drop_id, Entry.offer_id.is_(None))
    return bool(tx.session.scalar(select(waiting)))


def wanted(tx: Tx, drop_id: int) -> int:
    """Units of the drop that people wait for."""
    waiting = (Entry.drop_id == drop_id, Entry.offer_id.is_(None))
    return (
        tx.session.scalar(select(func.coalesce(func.sum(Entry.quantity), 0)).where(*waiting)) or 0
    )


def waited_for(tx: Tx, sku_ids: Collection[int]) -> bool:
    """Whether somebody waits for one of these SKUs."""
    waiting = exists().where(Entry.sku_id.in_(list(sku_ids)), Entry.offer_id.is_(None))
    return bool(tx.session.scalar(select(waiting)))


def add(tx: Tx, *, drop_id: int, sku_id: int, user_id: int, quantity: int, now: datetime) -> None:
    """Put a person at the end of a line."""
    tx.execute(
        ADD,
        {
            "drop_id": drop_id,
            "sku_id": sku_id,
            "user_id": user_id,
            "quantity": quantity,
            "now": now,
        },
    )


def lower(tx: Tx, *, sku_id: int, user_id: int, quantity: int) -> None:
    """Let a person wait for fewer, where they stand."""
    tx.execute(LOWER, {"sku_id": sku_id, "user_id": user_id, "quantity": quantity})


def take(tx: Tx, offers: Mapping[tuple[int, int], UUID]) -> None:
    """These places, by SKU and person, got an offer and wait no more."""
    rows = [
        {"sku_id": sku_id, "user_id": user_id, "order_id": str(order_id)}
        for (sku_id, user_id), order_id in offers.items()
    ]
    if rows:
        tx.execute(TAKE, {"offers": json.dumps(rows)})


def drop(tx: Tx, places: Iterable[tuple[int, int]]) -> None:
    """These places, by SKU and person, end without an offer."""
    rows = [{"sku_id": sku_id, "user_id": user_id} for sku_id, user_id in places]
    if rows:
        tx.execute(DROP, {"places": json.dumps(rows)})


def end(tx: Tx, offers: Iterable[UUID]) -> None:
    """The places to which these offers were made end with them."""
    ids = list(offers)
    if ids:
        tx.execute(END, {"offers": ids})


def dissolve(tx: Tx, drop_id: int) -> bool:
    """End places in a cancelled drop, at most `CHUNK`; whether there were any.

    Records `LineDissolved` for each who waited: who has an offer hears of that order.
    """
    gone = tx.execute(DISSOLVE, {"drop_id": drop_id, "most": CHUNK}).all()
    for sku_id, user_id in gone:
        record(tx, LineDissolved(id=sku_id, drop_id=drop_id, user_id=user_id))
    return bool(gone)
