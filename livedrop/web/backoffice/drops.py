"""Drops: listed by state or creator, looked at, and called off."""

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from livedrop.audit.queries import latest_of
from livedrop.creators.queries import find_creator
from livedrop.drops import commands
from livedrop.drops.queries import DropCard, DropPage, drop_of_id, drops_page, find_drop
from livedrop.lib.errors import NotFound
from livedrop.lib.htmx import see_other
from livedrop.lib.paging import Page
from livedrop.orders.queries import sales_of_drop, stock_of_drop
from livedrop.web import access
from livedrop.web.backoffice import deeds
from livedrop.web.backoffice.deeds import About, Deed
from livedrop.web.backoffice.naming import named

drops = Blueprint("drops", __name__, url_prefix="/drops")

PER_PAGE = 50
LATEST = 10
STATES = {
    "": "All that are published",
    "live": "Live",
    "scheduled": "Scheduled",
    "ended": "Ended",
    "cancelled": "Cancelled",
}


def _cancel(*, drop_id: int, reason: str, by: int) -> None:
    commands.cancel(drop_id=drop_id, actor_id=by, reason=reason)


CANCELLATION = Deed(
    "Cancel {name}",
    "This cannot be undone. Orders that are not paid are cancelled, and what was paid is given"
    " back. Everybody reads the reason on the drop's page.",
    "Cancel this drop for good",
    "Cancelled.",
    _cancel,
)


@drops.get("")
def index() -> ResponseReturnValue:
    """In a state, or of a creator by their handle; the name in a drop's address finds that one."""
    access.admin()
    words, state = request.args.get("q", "").strip(), request.args.get("state", "")
    creator = find_creator(words.removeprefix("@")) if words else None
    if words and not creator and (drop := find_drop(words)):
        return see_other(url_for(".show", drop_id=drop.id))
    cursor = request.args.get("cursor")
    found: Page[DropCard] = Page((), None)
    if creator or not words:
        found = drops_page(
            state=state if state in STATES and state else None,
            creator_id=creator.id if creator else None,
            cursor=cursor,
            limit=PER_PAGE,
        )
    return render_template(
        "backoffice/drops/index.html",
        drops=found,
        words=words,
        state=state,
        choices=STATES,
        cursor=cursor,
    )


@drops.get("/<int:drop_id>")
def show(drop_id: int) -> ResponseReturnValue:
    access.admin()
    drop = _drop(drop_id)
    entries = latest_of([f"drop:{drop_id}"], LATEST)
    return render_template(
        "backoffice/drops/show.html",
        drop=drop,
        stock={stock.sku_id: stock for stock in stock_of_drop(drop_id)},
        sales=sales_of_drop(drop_id),
        entries=entries,
        names=named(entries),
        done=CANCELLATION if "done" in request.args else None,
    )


@drops.get("/<int:drop_id>/cancellation/new")
def new(drop_id: int) -> Response:
    access.acting_admin()
    return deeds.ask(CANCELLATION, _about(_drop(drop_id)))


@drops.post("/<int:drop_id>/cancellation")
def create(drop_id: int) -> Response:
    admin, drop = access.acting_admin(), _drop(drop_id)
    return deeds.carry_out(CANCELLATION, _about(drop), by=admin.user_id, drop_id=drop_id)


def _drop(drop_id: int) -> DropPage:
    drop = drop_of_id(drop_id) if drop_id < 2**63 else None
    if drop is None:
        raise NotFound
    return drop


def _about(drop: DropPage) -> About:
    return About(
        name=f"{drop.title} by {drop.creator_name}",
        action=url_for(".create", drop_id=drop.id),
        back=url_for(".show", drop_id=drop.id),
        page=url_for(".show", drop_id=drop.id, done=1),
    )
