"""The two fragments about orders, and all they show: made here for page and update alike."""

from typing import Any

from livedrop.drops.queries import DropPage
from livedrop.lib.ids import new_token
from livedrop.lib.money import Money
from livedrop.orders import queries
from livedrop.orders.queries import OrderView
from livedrop.waitlist.queries import places_in_drop
from livedrop.web import session

STANDING = {"placed", "confirmed"}
PANEL = ("storefront/orders/new.html", "storefront/drops/_drop_order_panel.html")


def drop_order_panel(
    drop: DropPage,
    sku_id: int | None = None,
    quantity: int = 1,
    *,
    key: str | None = None,
    errors: dict[str, str] | None = None,
    refusal: str | None = None,
    moved: bool = False,
    joining: bool = False,
) -> dict[str, Any]:
    """What this visitor can order of the drop now or wait for, with what they chose before.

    `refusal` is the code of why one cannot wait. `moved` says that the person just joined or left
    a line: the focus goes to what has become of it. `joining`, that they would like to: it goes
    to the button.
    """
    person = session.current()
    stock = {units.sku_id: units for units in queries.stock_of_drop(drop.id)}
    orders = queries.standing_in_drop(drop.id, person.user_id) if person else []
    mine = [order for order in orders if order.status in STANDING]
    allowed = drop.limit_per_customer - sum(line.standing for order in mine for line in order.lines)
    offers = [(sku, stock[sku.id]) for sku in drop.skus]
    wanted = [sku for sku in drop.skus if sku.id == sku_id]
    places = places_in_drop(drop.id, person.user_id) if person else {}
    offered = {line.sku_id for order in mine if order.offer for line in order.lines}
    to_be_had = [sku for sku, units in offers if units.available]
    return {
        "drop": drop,
        "offers": offers,
        "person": person,
        "mine": mine,
        "allowed": allowed,
        "sold_out": all(units.sold_out for units in stock.values()),
        "all_held": not to_be_had and any(units.held for units in stock.values()),
        "chosen": [*wanted, *to_be_had, *drop.skus][0],
        "quantity": max(1, min(quantity, allowed)),
        "key": key or new_token(),
        "errors": errors or {},
        "places": [(sku, places[sku.id]) for sku in drop.skus if sku.id in places],
        "gone": [
            sku
            for sku, units in offers
            if not units.available and sku.id not in places and sku.id not in offered
        ],
        "refusal": refusal,
        "moved": moved,
        "joining": joining,
    }


def order_panel(
    order: OrderView, *, refusal: str | None = None, moved: bool = False
) -> dict[str, Any]:
    """One's order and the next thing to do.

    `refusal` is the code of what was just refused. `moved` says that the person just moved it on:
    the button they pressed may be gone, so the focus goes to what has become of it.
    """
    total = Money(order.total, order.currency)
    return {"order": order, "total": total, "refusal": refusal, "moved": moved}
