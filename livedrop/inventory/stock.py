"""The only code that changes stock. Steps: each takes the open transaction.

Everything people race for is decided under one lock: all stock rows of a drop, in id order. Who
claims, gives back, confirms, extends, begins a payment, edits or changes a drop takes it first.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text

from livedrop.lib import failpoints
from livedrop.lib.db import Tx


@dataclass(frozen=True, slots=True)
class Units:
    """The stock of one SKU. Free are the units no standing order claims."""

    declared: int
    claimed: int

    @property
    def free(self) -> int:
        return self.declared - self.claimed


# Whoever holds a drop looks rows up and never reads a whole table. The planner thinks that cheap
# while a table is small, and keeps its plan, foreign keys' included, while the table grows.
LOCK = text(
    "SELECT sku_id, declared, claimed, set_config('enable_seqscan', 'off', true)"
    " FROM stock WHERE drop_id = :drop_id ORDER BY sku_id FOR UPDATE"
)
CLAIM = text(
    "UPDATE stock SET claimed = stock.claimed + change.units"
    " FROM json_to_recordset(CAST(:changes AS json)) AS change (sku_id bigint, units int)"
    " WHERE stock.sku_id = change.sku_id"
)
DECLARE = text(
    "INSERT INTO stock (sku_id, drop_id, declared)"
    " SELECT sku_id, :drop_id, units"
    " FROM unnest(CAST(:sku_ids AS bigint[]), CAST(:units AS int[])) AS new (sku_id, units)"
    " ORDER BY sku_id"
    " ON CONFLICT (sku_id) DO UPDATE SET declared = excluded.declared"
)
REMOVE = text("DELETE FROM stock WHERE sku_id = ANY(CAST(:sku_ids AS bigint[])) AND claimed = 0")


def lock(tx: Tx, drop_id: int) -> dict[int, Units]:
    """Lock the drop's stock until the transaction ends; the units of each SKU by its id.

    What else decides (the clock, orders, the drop's facts) must be read afterwards, in a new
    statement: this one sees the world from before the wait.
    """
    rows = tx.execute(LOCK, {"drop_id": drop_id})
    return {row.sku_id: Units(row.declared, row.claimed) for row in rows}


def claim(tx: Tx, units: Mapping[int, int]) -> None:
    """Add `units` (by SKU id; negative gives back) to what is claimed. Needs the lock.

    The table's CHECK refuses (as `IntegrityError`) what would oversell or give back twice.
    """
    changes = [{"sku_id": sku_id, "units": count} for sku_id, count in units.items() if count]
    if changes:
        failpoints.reach("before_stock")
        tx.execute(CLAIM, {"changes": json.dumps(changes)})
        failpoints.reach("after_stock")


def give_back(tx: Tx, units: Mapping[int, int]) -> None:
    """Take `units` (by SKU id) from what is claimed. Needs the lock."""
    claim(tx, {sku_id: -count for sku_id, count in units.items()})


def declare(tx: Tx, drop_id: int, units: Mapping[int, int]) -> None:
    """Set how many units of each SKU are promised; the CHECK refuses less than is claimed.

    For SKUs that have stock already the lock is needed first.
    """
    tx.execute(
        DECLARE,
        {"drop_id": drop_id, "sku_ids": list(units), "units": list(units.values())},
    )


def remove(tx: Tx, sku_ids: list[int]) -> None:
    """Forget SKUs of a draft that nobody ever ordered."""
    tx.execute(REMOVE, {"sku_ids": sku_ids})
