"""One order that was sold: what it is, what happened to it, and giving back all or some of it.

Money moves only for who typed their password lately: the page asks for that before anything else
is typed.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from livedrop.lib.errors import DomainError
from livedrop.lib.forms import accepting
from livedrop.lib.htmx import respond, see_other
from livedrop.lib.money import Money
from livedrop.orders import commands
from livedrop.orders.queries import OrderView
from livedrop.orders.sold import buyer_of
from livedrop.web import access, errors
from livedrop.web.settings.proofs import address as proof
from livedrop.web.studio.refunds import RefundForm, refund_form
from livedrop.web.studio.story import story
from livedrop.web.words import Words, words_for

orders = Blueprint("orders", __name__, url_prefix="/orders/<uuid:order_id>")

SHOW = ("studio/orders/show.html", "studio/orders/_order.html")
REFUND = ("studio/orders/refund.html", "studio/orders/_refund.html")


@orders.get("")
def show(order_id: UUID) -> ResponseReturnValue:
    return respond(*SHOW, **_all_of(access.own_sale(order_id)))


@orders.post("/refund")
def refund(order_id: UUID) -> ResponseReturnValue:
    """Asks once more before anything moves: what goes back, to whom and why."""
    actor, order = access.proved(), access.own_sale(order_id)
    about: dict[str, Any] = {"order": order, "buyer": buyer_of(order_id)}
    with accepting(refund_form(order)(), *REFUND, sure=None, **about) as form:
        if "sure" not in request.form:
            return respond(*REFUND, form=form, sure=_goes_back(order, form), **about)
        commands.refund(
            order_id=order.id,
            actor_id=actor.user_id,
            reason=form.reason.data or "",
            quantities=form.quantities,
        )
    return see_other(_page(order_id))


@orders.errorhandler(access.NotProved)
def prove(_: access.NotProved) -> ResponseReturnValue:
    """To the page that asks for the password, and back to the order: what was sent has no page."""
    return see_other(proof(_page((request.view_args or {})["order_id"])))


@orders.errorhandler(DomainError)
def refuse(no: DomainError) -> ResponseReturnValue:
    """The order as it is now, with why not."""
    if no.status != 409:
        return errors.answer(no)
    order = access.own_sale((request.view_args or {})["order_id"])
    return respond(*SHOW, 409, **_all_of(order, words_for(no.code, 409)))


def _all_of(order: OrderView, refusal: Words | None = None) -> dict[str, Any]:
    buyer = buyer_of(order.id)
    return {
        "order": order,
        "buyer": buyer,
        "refusal": refusal,
        "form": refund_form(order)(formdata=None),
        "sure": None,
        "proof": None if access.is_proved(access.person().sign_in_id) else proof(_page(order.id)),
        "total": Money(order.total, order.currency),
        "story": story(order, buyer, access.person()),
        "zone": access.person().time_zone,
    }


def _page(order_id: UUID) -> str:
    return f"/studio/orders/{order_id}"


def _goes_back(order: OrderView, form: RefundForm) -> Money:
    units = form.quantities
    amount = sum(line.price * units.get(line.sku_id, 0) for line in order.lines)
    return Money(amount, order.currency)
