"""Standing in line for what a live drop has none of at the moment."""

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from livedrop.insights.tally import tally
from livedrop.lib.errors import DomainError, NotFound
from livedrop.lib.htmx import respond, see_other, wants_fragment
from livedrop.lib.http import safe_path
from livedrop.lib.ratelimit import Bucket
from livedrop.orders import commands
from livedrop.web import access, errors
from livedrop.web.storefront.panels import PANEL, drop_order_panel

lines = Blueprint("lines", __name__, url_prefix="/drops/<slug>/line/<int:sku_id>")

PRESSES = Bucket("lines", "60/minute")


@lines.put("")
def join(slug: str, sku_id: int) -> ResponseReturnValue:
    """Wait for so many; the place is kept unless more are wanted than before."""
    user_id = _presses(slug, sku_id)
    quantity = request.form.get("quantity", 1, int)
    commands.join_line(sku_id=sku_id, user_id=user_id, quantity=max(1, quantity))
    tally().note_waiting(access.known_drop(slug).id, user_id)
    return _panel(slug)


@lines.delete("")
def leave(slug: str, sku_id: int) -> ResponseReturnValue:
    """Give the place up."""
    commands.leave_line(sku_id=sku_id, user_id=_presses(slug, sku_id))
    return _panel(slug)


def _presses(slug: str, sku_id: int) -> int:
    """Who presses, for a SKU that the drop offers."""
    if sku_id not in access.known_drop(slug).sku_ids:
        raise NotFound
    user_id = access.actor().user_id
    PRESSES.spend(user_id)
    return user_id


def _panel(slug: str) -> Response:
    if not wants_fragment():
        return see_other(safe_path(request.form.get("next"), url_for("orders.new", slug=slug)))
    return respond(*PANEL, **drop_order_panel(access.published_drop(slug), moved=True))


@lines.errorhandler(DomainError)
def refuse(no: DomainError) -> ResponseReturnValue:
    """What can be ordered now, with why not; only a conflict is answered differently here."""
    if no.status != 409:
        return errors.answer(no)
    drop = access.published_drop((request.view_args or {})["slug"])
    return respond(*PANEL, 409, **drop_order_panel(drop, refusal=no.code))
