"""What of a drop is to be sent, and where to: a table for programs, and pages to print."""

from collections.abc import Iterator

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from livedrop.drops.queries import DropPage
from livedrop.lib.errors import NotFound
from livedrop.lib.paging import after_instant, page
from livedrop.lib.sheets import Row
from livedrop.orders.sold import every_parcel, parcels
from livedrop.web import access
from livedrop.web.sheets import download

packing = Blueprint("packing", __name__, url_prefix="/drops/<slug>/packing-list")

PER_PAGE = 200
ADDRESS = ("name", "line1", "line2", "postcode", "city", "country")
HEAD = ("Order", "Handle", "Units", "Name", "Address", "Address 2", "Postcode", "City", "Country")


@packing.get("")
def index(slug: str) -> ResponseReturnValue:
    """The first first, as they are packed."""
    drop, cursor = _shipping(slug), request.args.get("cursor")
    place = after_instant(cursor, f"packing:{drop.id}")
    found = parcels(drop.id, place, PER_PAGE + 1)
    some = page(found, PER_PAGE, f"packing:{drop.id}", lambda one: (one.placed_at, one.id))
    return render_template("studio/packing/index.html", drop=drop, parcels=some, cursor=cursor)


@packing.get("/table.csv")
def export(slug: str) -> ResponseReturnValue:
    """All of it as one table."""
    drop = _shipping(slug)
    return download(f"packing-list-{drop.slug}", _table(drop))


def _table(drop: DropPage) -> Iterator[Row]:
    yield HEAD
    for parcel in every_parcel(drop.id):
        units = "; ".join(f"{count} x {what}" for what, count in parcel.units)
        address = (parcel.delivery.get(name, "") for name in ADDRESS)
        yield (str(parcel.id), parcel.handle, units, *address)


def _shipping(slug: str) -> DropPage:
    drop = access.own_drop(slug)
    if not drop.ships or drop.published_at is None:
        raise NotFound
    return drop
