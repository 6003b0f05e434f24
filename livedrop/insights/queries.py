"""How a drop goes right now, for its creator."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from livedrop.extensions import db

MINUTES = 15  # shown one by one, the present one included
PRESENT = 6  # seconds for which what a process said of its sockets holds

BY_MINUTE = text(f"""
WITH clock AS MATERIALIZED (SELECT date_trunc('minute', clock_timestamp()) AS minute),
placed AS (
    SELECT date_trunc('minute', placed_at) AS minute, count(*) AS orders FROM orders
    WHERE drop_id = :drop_id
        AND placed_at >= (SELECT minute - interval '{MINUTES - 1} minutes' FROM clock)
    GROUP BY 1
),
refused AS (
    SELECT minute, sum(tries) AS refusals FROM refusal_counts
    WHERE drop_id = :drop_id
        AND minute >= (SELECT minute - interval '{MINUTES - 1} minutes' FROM clock)
    GROUP BY 1
)
SELECT each AS minute, coalesce(orders, 0) AS orders, coalesce(refusals, 0) AS refusals
FROM clock, generate_series(
    clock.minute - interval '{MINUTES - 1} minutes', clock.minute, interval '1 minute') AS each
LEFT JOIN placed ON placed.minute = each LEFT JOIN refused ON refused.minute = each
ORDER BY each
""")
REASONS = text(
    "SELECT reason, sum(tries) FROM refusal_counts WHERE drop_id = :drop_id"
    " GROUP BY reason ORDER BY 2 DESC, 1"
)
SOCKETS = text(
    "SELECT coalesce(sum(sockets), 0) FROM watching WHERE drop_id = :drop_id"
    f" AND at > clock_timestamp() - interval '{PRESENT} seconds'"
)


@dataclass(frozen=True, slots=True)
class Minute:
    minute: datetime  # when it began
    orders: int
    refusals: int


@dataclass(frozen=True, slots=True)
class Pulse:
    """`minutes` are the latest, the present one last; `reasons` how many tries were refused for
    which code in all, the most frequent first; `watching` the open pages that listen."""

    minutes: Sequence[Minute]
    reasons: dict[str, int]
    watching: int

    @property
    def refused(self) -> int:
        return Counter(self.reasons).total()


def pulse(drop_id: int) -> Pulse:
    """How a drop goes: at most two seconds old, orders not at all."""
    this = {"drop_id": drop_id}
    minutes = [Minute(*row) for row in db.session.execute(BY_MINUTE, this)]
    reasons = dict(tuple(row) for row in db.session.execute(REASONS, this))
    return Pulse(minutes, reasons, db.session.execute(SOCKETS, this).scalar_one())
