"""Lines: for what a live drop has none of at the moment."""

from flask import Blueprint
from pydantic import Field

from livedrop.drops.queries import published_drop_of_sku
from livedrop.insights.tally import tally
from livedrop.lib.errors import DomainError, NotFound
from livedrop.lib.paging import after, page
from livedrop.orders import commands
from livedrop.orders.queries import LATER_THAN_ANY, PlaceInLine, places_of
from livedrop.waitlist.queries import Standing, place_of
from livedrop.web import access
from livedrop.web.api import shapes
from livedrop.web.api.lists import Place, listed
from livedrop.web.api.operations import List, Wish, operation
from livedrop.web.api.shapes import Entry
from livedrop.web.storefront.lines import PRESSES

lines = Blueprint("lines", __name__)

GONE = {"sku_id": "GONE_SKU_ID"}


class Wanted(Wish):
    quantity: int = Field(ge=1, le=100)


@lines.put("/skus/<id:sku_id>/waitlist")
@operation(
    Entry,
    tag="Lines",
    no=("not-found", "suspended", "available", "not-live", "limit-reached"),
    example={"quantity": 1},
    replaced=GONE,
)
def join(sku_id: int, json: Wanted) -> Entry:
    """Wait for so many. For more than before I go to the end, else I keep my place."""
    user_id = _presses(sku_id)
    commands.join_line(sku_id=sku_id, user_id=user_id, quantity=json.quantity)
    if drop_id := published_drop_of_sku(sku_id):
        tally().note_waiting(drop_id, user_id)
    place = place_of(sku_id, user_id)
    if place is None:  # their turn has come already, and the offer is among their orders
        raise DomainError("available")
    return shapes.entry(place)


@lines.delete("/skus/<id:sku_id>/waitlist")
@operation(None, 204, tag="Lines", no=("not-found", "suspended"), replaced=GONE)
def leave(sku_id: int) -> None:
    """Give my place up; where there is none, there is none."""
    commands.leave_line(sku_id=sku_id, user_id=_presses(sku_id))


@lines.get("/me/waitlist")
@operation(List[Entry], tag="Lines", no=("bad-cursor",))
def index(query: Place) -> List[Entry]:
    """Where I wait, the latest first."""
    user_id = access.person().user_id
    key = after(query.cursor, "lines")
    found = places_of(user_id, query.limit + 1, int(key[0]) if key else LATER_THAN_ANY)
    return listed(page(found, query.limit, "lines", lambda place: (place.turn,)), _entry)


def _entry(place: PlaceInLine) -> Entry:
    return shapes.entry(Standing(place.sku_id, place.quantity, place.position, place.since))


def _presses(sku_id: int) -> int:
    """Who asks, for something that a published drop offers."""
    if published_drop_of_sku(sku_id) is None:
        raise NotFound
    user_id = access.actor().user_id
    PRESSES.spend(user_id)
    return user_id
