"""What is said of a drop that is running, by the very transaction that makes it true.

Each is said once in a drop's life, and that something is back at most every ten minutes: the row
that marks it is the guard. Steps; each needs the drop's stock lock.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import text

from livedrop.drops.events import DropBack, DropEvent, DropRanLow, DropSoldOut, FirstSale
from livedrop.inventory import stock
from livedrop.inventory.stock import Units
from livedrop.lib.db import Tx
from livedrop.outbox.record import record

LOW = 10  # percent of what was declared, and at least one unit

EVENTS: dict[str, type[DropEvent]] = {
    "low": DropRanLow,
    "sold-out": DropSoldOut,
    "back": DropBack,
    "first-sale": FirstSale,
}

MARK = text(
    "INSERT INTO drop_marks AS mark (drop_id, kind, starts_at)"
    " SELECT id, kind, starts_at FROM drops, unnest(CAST(:kinds AS text[])) AS kind"
    " WHERE id = :drop_id AND published_at IS NOT NULL AND cancelled_at IS NULL"
    " AND starts_at <= clock_timestamp() AND (ends_at > clock_timestamp() OR kind = 'first-sale')"
    " ON CONFLICT (drop_id, kind, starts_at) DO UPDATE SET at = clock_timestamp()"
    "  WHERE mark.kind = 'back' AND mark.at <= clock_timestamp() - interval '10 minutes'"
    " RETURNING kind, (SELECT creator_id FROM drops WHERE id = :drop_id) AS creator_id"
)


def low(declared: int) -> int:
    """So many units, or fewer but one, are few of `declared`."""
    return max(1, declared * LOW // 100)


def crossed(before: int, after: int, declared: int) -> list[str]:
    """What is to be said when the free units of a whole drop go from `before` to `after`."""
    if before == 0 < after:
        return ["back"]
    return ["low"] if before > low(declared) >= after > 0 else []


def of_stock(tx: Tx, drop_id: int, before: Mapping[int, Units]) -> None:
    """Say what this transaction made true by changing the drop's stock, which was `before`.

    Records DropRanLow or DropBack, if it is news.
    """
    after = stock.lock(tx, drop_id)
    declared = sum(units.declared for units in after.values())
    say(tx, drop_id, crossed(_free(before), _free(after), declared))


def _free(units: Mapping[int, Units]) -> int:
    return sum(one.free for one in units.values())


def say(tx: Tx, drop_id: int, kinds: Collection[str]) -> None:
    """Record these of a drop that is live; a first sale also of one that is over. What was said
    before is not said again."""
    if kinds:
        said = tx.execute(MARK, {"drop_id": drop_id, "kinds": sorted(kinds)})
        for kind, creator_id in sorted(tuple(row) for row in said):
            record(tx, EVENTS[kind](id=drop_id, creator_id=creator_id))
