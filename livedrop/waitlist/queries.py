"""What is true of lines. Nothing here writes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text

from livedrop.extensions import db
from livedrop.waitlist.models import Entry


@dataclass(frozen=True, slots=True)
class Standing:
    """One's own place in a line: first is 1."""

    sku_id: int
    quantity: int
    position: int
    since: datetime


# The people ahead are counted for one's own few places only.
IN_DROP = text("""
SELECT sku_id, quantity, 1 + (
        SELECT count(*) FROM waitlist_entries AS ahead
        WHERE ahead.sku_id = place.sku_id AND ahead.offer_id IS NULL AND ahead.turn < place.turn
    ) AS position, since
FROM waitlist_entries AS place
WHERE user_id = :user_id AND drop_id = :drop_id AND offer_id IS NULL ORDER BY sku_id
""")


def places_in_drop(drop_id: int, user_id: int) -> dict[int, Standing]:
    """Where this person waits in the drop, by SKU; who has an offer waits no more."""
    rows = db.session.execute(IN_DROP, {"drop_id": drop_id, "user_id": user_id})
    return {row.sku_id: Standing(*row) for row in rows}


def place_of(sku_id: int, user_id: int) -> Standing | None:
    """Where this person waits for a SKU; who has an offer waits no more."""
    drop_id = db.session.scalar(
        select(Entry.drop_id).where(Entry.sku_id == sku_id, Entry.user_id == user_id)
    )
    return places_in_drop(drop_id, user_id).get(sku_id) if drop_id is not None else None


def lengths(drop_id: int) -> dict[int, int]:
    """How many people wait for each SKU of the drop that anybody waits for."""
    rows = db.session.execute(
        select(Entry.sku_id, func.count())
        .where(Entry.drop_id == drop_id, Entry.offer_id.is_(None))
        .group_by(Entry.sku_id)
    )
    return {row[0]: row[1] for row in rows}
