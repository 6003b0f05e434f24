"""Drops for everybody: all of them by state, one of them, and how it stands this very moment."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from livedrop.creators.queries import CreatorCard
from livedrop.drops import queries
from livedrop.drops.queries import DropCard, DropPage
from livedrop.lib.clock import milliseconds
from livedrop.lib.errors import NotFound
from livedrop.orders.levels import level
from livedrop.orders.queries import SkuStock
from livedrop.web import access, public
from livedrop.web.public import public as everybodys
from livedrop.web.storefront import cards, numbers
from livedrop.web.storefront.grids import PARAMETERS, grid

drops = Blueprint("drops", __name__)

STATES = ("live", "scheduled", "ended", "cancelled")
NEXT = 3  # drops that a page points to


@drops.get("/drops")
@everybodys("state", "creator", *PARAMETERS)
def index() -> ResponseReturnValue:
    state, creator = _asked_state(), _asked_creator()

    def load(cursor: str | None, limit: int) -> Any:
        creator_id = creator.id if creator else None
        return queries.drops_page(state=state, creator_id=creator_id, cursor=cursor, limit=limit)

    found = grid(load, state=state, creator=creator.handle if creator else None)
    return render_template(
        "storefront/drops/index.html",
        grid=found,
        levels=cards.levels(cards.until_they_change(found.items)),
        state=state,
        creator=creator,
        states=STATES,
    )


@drops.get("/drops/<slug>")
@everybodys()
def show(slug: str) -> ResponseReturnValue:
    drop = _kept_until_it_changes(access.published_drop(slug))
    others = _others(drop)
    levels = cards.levels(others)
    others.sort(key=lambda other: levels.get(other.id) == "sold-out")
    return render_template(
        "storefront/drops/show.html",
        history=queries.history(drop.id),
        next_drops=cards.until_they_change(others[:NEXT]),
        levels=levels,
        **how_it_stands(drop),
    )


@drops.get("/drops/<slug>/state")
@everybodys()
def state(slug: str) -> ResponseReturnValue:
    """The fragment that an open page refreshes; opened by itself it leads to the page."""
    drop = _kept_until_it_changes(access.published_drop(slug))
    return render_template("live/_drop_state.html", **how_it_stands(drop))


def how_it_stands(drop: DropPage, units: Sequence[SkuStock] | None = None) -> dict[str, Any]:
    """All that `live/_drop_state.html` shows: page, fragment and whoever pushes it ask here.

    Needs no request, and knows nobody. `units` are what is left, if the caller knows better than
    what is remembered for everybody. `seq` is when all of it was true, in ms since 1970: of two
    the higher one is the newer, whichever way they come.
    """
    left, seq = (units, milliseconds(drop.now)) if units else numbers.dated_stock_of(drop.id)
    stock = {sku.sku_id: sku for sku in left}
    return {
        "drop": drop,
        "offers": [(sku, stock[sku.id], level([stock[sku.id]])) for sku in drop.skus],
        "level": level(stock.values()),
        "totals": numbers.totals(stock.values()),
        "here": f"/drops/{drop.slug}/state",
        "topic": f"drop:{drop.slug}",
        "seq": seq,
    }


def _kept_until_it_changes(drop: DropPage) -> DropPage:
    public.changes_at(drop.next_change, drop.now)
    return drop


def _others(drop: DropPage) -> list[DropCard]:
    """Where to go from a drop that is over, or not for everybody: live or coming, theirs first."""
    found: dict[int, DropCard] = {}
    for creator_id in (drop.creator_id, None):
        for state in ("live", "scheduled"):
            page = queries.drops_page(state=state, creator_id=creator_id, limit=NEXT + 1)
            found |= {card.id: card for card in page.items if card.id not in found}
    found.pop(drop.id, None)
    return list(found.values())


def _asked_state() -> str | None:
    state = request.args.get("state")
    if state is not None and state not in STATES:
        raise NotFound
    return state


def _asked_creator() -> CreatorCard | None:
    handle = request.args.get("creator")
    if handle is None:
        return None
    return access.creator(handle)
