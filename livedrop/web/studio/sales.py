"""Who ordered in a drop."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from livedrop.lib.paging import after, page
from livedrop.orders import queries
from livedrop.web import access

sales = Blueprint("sales", __name__, url_prefix="/drops/<slug>/orders")

PER_PAGE = 50


@sales.get("")
def index(slug: str) -> ResponseReturnValue:
    """All orders of a drop, the latest first."""
    drop, cursor = access.own_drop(slug), request.args.get("cursor")
    key = after(cursor, f"sales:{drop.id}")
    before = (datetime.fromisoformat(key[0]), UUID(key[1])) if key else None
    found = queries.orders_of_drop(drop.id, before, PER_PAGE + 1)
    orders = page(found, PER_PAGE, f"sales:{drop.id}", lambda order: (order.placed_at, order.id))
    zone = access.person().time_zone
    return render_template(
        "studio/drops/orders.html", drop=drop, orders=orders, cursor=cursor, zone=zone
    )
