"""One order that was sold: what it is, what happened to it, and giving back all or some of it.

Money moves only for who typed their password lately: the page asks for that before anything else
is typed.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from livedrop.idempotency.guard import Once
from livedrop.idempotency.keys import check_key, fingerprint
from livedrop.lib.errors import DomainError
from livedrop.lib.forms import accepting
from livedrop.lib.htmx import respond, see_other
from livedrop.lib.ids import new_token
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
    """Asks once more before anything moves: what goes back, to whom and why.

    Each such question has a key of its own. Its answer, sent again because nothing came back, gives
    nothing back again.
    """
    actor, order, sure = access.proved(), access.own_sale(order_id), "sure" in request.form
    about: dict[str, Any] = {"order": order, "buyer": buyer_of(order_id)}
    if order.status != "confirmed" and not sure:
        raise DomainError("not-refundable")
    with accepting(refund_form(order, sure=sure)(), *REFUND, sure=None, **about) as form:
        if not sure:
            back, key = Money(order.worth(form.quantities), order.currency), new_token()
            return respond(*REFUND, form=form, sure=back, key=key, **about)
        once = _intention(actor.user_id, order, form)
        commands.refund(
            order_id=order.id,
            actor_id=actor.user_id,
            reason=form.reason.data or "",
            quantities=form.quantities,
            once=once,
        )
    response = see_other(_page(order_id))
    if once.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


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
        "proof": None if access.has_proved() else proof(_page(order.id)),
        "total": Money(order.total, order.currency),
        "story": story(order, buyer, access.person()),
        "zone": access.person().time_zone,
    }


def _page(order_id: UUID) -> str:
    return f"/studio/orders/{order_id}"


def _intention(user_id: int, order: OrderView, form: RefundForm) -> Once[UUID]:
    said = ["refund", str(order.id), form.quantities, form.reason.data]
    return Once(user_id, check_key(request.form.get("key")), fingerprint(said), freeze=str)
