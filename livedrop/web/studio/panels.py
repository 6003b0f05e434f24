"""What the page of one's own drop shows: made here for the page and for its refreshing part."""

from dataclasses import dataclass
from typing import Any

from livedrop.drops.queries import DropPage, OfferedSku, history
from livedrop.insights.numbers import numbers_of
from livedrop.insights.queries import pulse
from livedrop.lib.money import Money
from livedrop.orders import queries
from livedrop.orders.queries import SkuStock
from livedrop.orders.sold import Wanted, sold_orders
from livedrop.waitlist import queries as waitlist
from livedrop.web import access
from livedrop.web.words import Words

LATEST = 10  # orders shown beside the numbers
REFRESH = 2  # seconds, while live
FORESEEABLE = 3600  # seconds before its start in which a page waits for a drop to open


@dataclass(frozen=True, slots=True)
class Offer:
    """A SKU and its numbers as they are now."""

    sku: OfferedSku
    stock: SkuStock
    waiting: int  # people in line for it


def drop_panel(drop: DropPage, refusal: Words | None = None) -> dict[str, Any]:
    """`refusal` says why what was just tried is not possible."""
    stock = {units.sku_id: units for units in queries.stock_of_drop(drop.id)}
    lengths = waitlist.lengths(drop.id) if drop.state == "live" else {}
    sales = queries.sales_of_drop(drop.id)
    return {
        "drop": drop,
        "refusal": refusal,
        "refresh": _refresh(drop),
        "asks": REFRESH if drop.state == "live" else None,
        "offers": [Offer(sku, stock[sku.id], lengths.get(sku.id, 0)) for sku in drop.skus],
        "waited_for": bool(lengths),
        "sales": sales,
        "pulse": None if drop.state in {"draft", "scheduled"} else pulse(drop.id),
        "numbers": numbers_of(drop.creator_id, drop.id) if drop.published_at else None,
        "takings": Money(sales.takings, drop.currency),
        "orders": sold_orders(drop.creator_id, Wanted(drop_id=drop.id), None, LATEST),
        "history": history(drop.id),
        "names": {str(sku.id): sku.name for sku in drop.skus},
        "zone": access.person().time_zone,
    }


def _refresh(drop: DropPage) -> str | None:
    """When the panel asks for itself again: in turn, and when it is told to; never, once nothing
    changes by itself any more."""
    if drop.state == "live":
        return f"every {REFRESH}s, live:ask from:body throttle:500ms"
    if drop.state == "scheduled":
        seconds = (drop.starts_at - drop.now).total_seconds()
        if seconds < FORESEEABLE:
            return f"load delay:{round(seconds * 1000) + 200}ms"
    return None
