"""What was sold: all of it, or in one drop; searched by words and narrowed down by status."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from livedrop.creators.queries import CreatorCard
from livedrop.drops.queries import DropPage
from livedrop.lib.paging import Page, after_instant, page
from livedrop.orders.models import STATUSES
from livedrop.orders.sold import SoldOrder, TooMany, Wanted, sold_orders
from livedrop.web import access

sales = Blueprint("sales", __name__)

PER_PAGE = 50
LONGEST = 120  # characters that are searched for


@sales.get("/orders")
def index() -> ResponseReturnValue:
    """Everything a creator sold, the latest first."""
    return _list(access.own_creator(), None)


@sales.get("/drops/<slug>/orders")
def of_drop(slug: str) -> ResponseReturnValue:
    """All orders of a drop, the latest first."""
    drop = access.own_drop(slug)
    return _list(access.own_creator(), drop)


def _list(creator: CreatorCard, drop: DropPage | None) -> str:
    status, cursor = request.args.get("status", ""), request.args.get("cursor")
    wanted = Wanted(
        words=" ".join(request.args.get("q", "")[:LONGEST].replace("\0", "").split()),
        status=status if status in STATUSES else "",
        drop_id=drop.id if drop else None,
    )
    too_many = False
    try:
        orders = _page(creator.id, wanted, cursor)
    except TooMany:
        orders, too_many = Page((), None), True
    return render_template(
        "studio/orders/index.html",
        orders=orders,
        wanted=wanted,
        too_many=too_many,
        drop=drop,
        cursor=cursor,
        here=request.path,
        zone=access.person().time_zone,
    )


def _page(creator_id: int, wanted: Wanted, cursor: str | None) -> Page[SoldOrder]:
    name = f"sales:{creator_id}:{wanted}"
    before = after_instant(cursor, name)
    found = sold_orders(creator_id, wanted, before, PER_PAGE + 1)
    return page(found, PER_PAGE, name, lambda order: (order.placed_at, order.id))
