"""What a process remembers of a SKU with nothing left, to say so without asking Postgres.

Set from what a batch read under the stock lock; good until the earliest of a quarter second, the
next instant units may come back by themselves, and the drop's end. Postgres stays the only truth:
this answers only those who surely have no order in the drop, and only what was just true.
"""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from livedrop.orders.commands.place import Sold
from livedrop.orders.rules import Attempt, Refused

DROPS_REMEMBERED = 64
# The database's clock may be set back a little; buyers read twice do no harm.
OVERLAP = timedelta(seconds=2)


@dataclass(slots=True)
class _Drop:
    limit: int
    seen: datetime | None = None  # buyers are complete up to here
    buyers: set[int] = field(default_factory=set)
    empty: dict[int, tuple[Refused, float]] = field(default_factory=dict)  # until, monotonic


class Latch:
    """One per process; `seconds` bounds how old an answer may be."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._drops: OrderedDict[int, _Drop] = OrderedDict()
        self._lock = threading.Lock()

    def answer(self, attempt: Attempt) -> Refused | None:
        """The refusal that was true less than `seconds` ago, if this attempt may be told it."""
        drop = self._drops.get(attempt.drop_id)
        if drop is None or len(attempt.lines) != 1:
            return None
        ((sku_id, quantity),) = attempt.lines
        known = drop.empty.get(sku_id)
        if not known or quantity > drop.limit or attempt.user_id in drop.buyers:
            return None
        refused, until = known
        return refused if time.monotonic() < until else None

    def buyers_since(self, drop_id: int) -> datetime | None:
        """From when on a batch must read the buyers to complete what is remembered."""
        drop = self._drops.get(drop_id)
        return drop.seen - OVERLAP if drop and drop.seen else None

    def learn(self, drop_id: int, sold: Sold, since: datetime | None) -> None:
        """Take over what a committed batch found that read the buyers from `since` on."""
        with self._lock:
            if since and drop_id not in self._drops:
                return  # forgotten meanwhile: what was read completes nothing
            drop = self._drops.setdefault(drop_id, _Drop(sold.limit))
            self._drops.move_to_end(drop_id)
            drop.buyers.update(sold.buyers)
            kept = {sku: known for sku, known in drop.empty.items() if sku not in sold.free}
            drop.empty = kept | {
                exhausted.sku_id: (
                    Refused(exhausted.code, {"sku_id": exhausted.sku_id}),
                    sold.read_at + min(self._seconds, exhausted.seconds),
                )
                for exhausted in sold.exhausted
            }
            if sold.exhausted:
                drop.seen = sold.now
            while len(self._drops) > DROPS_REMEMBERED:
                self._drops.popitem(last=False)
