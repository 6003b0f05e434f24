"""Orders: found by their id, their person or their drop, each with its story, and refunded."""

from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from livedrop.accounts.directory import id_of
from livedrop.audit.queries import latest_of
from livedrop.drops.queries import find_drop
from livedrop.lib.htmx import see_other
from livedrop.lib.paging import Page, after_instant, page
from livedrop.orders import commands
from livedrop.orders.queries import FoundOrder, OrderView, find_sold_order, found_orders
from livedrop.orders.sold import buyer_of, subjects_of
from livedrop.web import access
from livedrop.web.backoffice import deeds
from livedrop.web.backoffice.deeds import About, Deed
from livedrop.web.backoffice.naming import named

orders = Blueprint("orders", __name__, url_prefix="/orders")

PER_PAGE = 50
STORY = 100  # entries shown of one order


def _refund(*, order_id: UUID, reason: str, by: int) -> None:
    commands.refund(order_id=order_id, reason=reason, actor_id=by)


REFUND = Deed(
    "Refund {name}",
    "All that stands of it comes back to the drop, and what was paid for it goes back. Its shopper"
    " is told the reason.",
    "Refund it all",
    "The money is on its way back.",
    _refund,
)


@orders.get("")
def index() -> ResponseReturnValue:
    """Everybody's, the latest first; those of a person, by handle, address or id; those in a drop,
    by the name in its address. An order's own id leads to it."""
    access.admin()
    words, cursor = request.args.get("q", "").strip(), request.args.get("cursor")
    if (order_id := _as_id(words)) and find_sold_order(order_id, None):
        return see_other(url_for(".show", order_id=order_id))
    found = _found(words, cursor)
    return render_template("backoffice/orders/index.html", orders=found, words=words, cursor=cursor)


@orders.get("/<uuid:order_id>")
def show(order_id: UUID) -> ResponseReturnValue:
    """All that is known of an order, and what happened to it, the first thing first."""
    access.admin()
    order = access.sold_order(order_id)
    entries = latest_of(subjects_of(order_id), STORY)[::-1]
    return render_template(
        "backoffice/orders/show.html",
        order=order,
        done=REFUND if "done" in request.args else None,
        buyer=buyer_of(order_id),
        entries=entries,
        names=named(entries),
    )


@orders.get("/<uuid:order_id>/refund/new")
def new(order_id: UUID) -> Response:
    access.acting_admin()
    return deeds.ask(REFUND, _about(access.sold_order(order_id)))


@orders.post("/<uuid:order_id>/refund")
def create(order_id: UUID) -> Response:
    admin, order = access.acting_admin(), access.sold_order(order_id)
    return deeds.carry_out(REFUND, _about(order), by=admin.user_id, order_id=order_id)


def _about(order: OrderView) -> About:
    return About(
        name=f"this order in {order.drop_title}",
        action=url_for(".create", order_id=order.id),
        back=url_for(".show", order_id=order.id),
        page=url_for(".show", order_id=order.id, done=1),
    )


def _found(words: str, cursor: str | None) -> Page[FoundOrder]:
    drop = find_drop(words) if words else None
    user_id = id_of(words) if words and not drop else None
    if words and not drop and user_id is None:
        return Page((), None)
    name = f"orders:{words}"
    before = after_instant(cursor, name)
    found = found_orders(before, PER_PAGE + 1, user_id=user_id, drop_id=drop.id if drop else None)
    return page(found, PER_PAGE, name, lambda order: (order.placed_at, order.id))


def _as_id(words: str) -> UUID | None:
    try:
        return UUID(words)
    except ValueError:
        return None
