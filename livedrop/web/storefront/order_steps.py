"""What one can do with one's order, each a noun under it: extension, delivery, payment and
cancellation. The answer is always the order as it is now."""

from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import InputRequired, Length, Optional

from livedrop.accounts.queries import last_delivery
from livedrop.lib.errors import DomainError
from livedrop.lib.forms import Form, accepting
from livedrop.lib.htmx import respond, see_other, wants_fragment
from livedrop.orders import commands
from livedrop.orders.queries import OrderView
from livedrop.web import access, errors
from livedrop.web.storefront.panels import order_panel

order_steps = Blueprint("order_steps", __name__, url_prefix="/orders/<uuid:order_id>")

TEMPLATES = ("storefront/orders/show.html", "storefront/orders/_order.html")


def address_field(label: str, token: str, longest: int, *, needed: bool = True) -> StringField:
    """A line of an address, filled in by the browser under its autofill token."""
    presence = InputRequired(f"{label} is needed.") if needed else Optional()
    return StringField(label, [presence, Length(max=longest)], render_kw={"autocomplete": token})


class DeliveryForm(Form):
    """Where an order goes."""

    name = address_field("Full name", "name", 120)
    line1 = address_field("Address", "address-line1", 160)
    line2 = address_field("Apartment or floor", "address-line2", 160, needed=False)
    postcode = address_field("Postcode", "postal-code", 20)
    city = address_field("Town or city", "address-level2", 100)
    country = address_field("Country", "country-name", 100)

    @property
    def address(self) -> dict[str, str]:
        names = ("name", "line1", "line2", "postcode", "city", "country")
        return {name: (self[name].data or "").strip() for name in names}


@order_steps.post("/extension")
def extend(order_id: UUID) -> ResponseReturnValue:
    """A new payment window, from now."""
    commands.extend(order_id=order_id, user_id=access.actor().user_id)
    return _order(order_id)


@order_steps.post("/cancellation")
def cancel(order_id: UUID) -> ResponseReturnValue:
    """Let go of the units."""
    commands.cancel(order_id=order_id, user_id=access.actor().user_id)
    return _order(order_id)


@order_steps.put("/delivery")
def deliver(order_id: UUID) -> ResponseReturnValue:
    """Say where it goes."""
    order, person = access.own_order(order_id), access.actor()
    with accepting(DeliveryForm(), *TEMPLATES, **order_panel(order)) as form:
        commands.set_delivery(order_id=order_id, user_id=person.user_id, delivery=form.address)
    return _order(order_id)


@order_steps.post("/payment")
def pay(order_id: UUID) -> ResponseReturnValue:
    """Begin to pay; the provider answers in a moment."""
    commands.begin_payment(
        order_id=order_id,
        user_id=access.actor().user_id,
        method="pretend",
        outcome="decline" if request.form.get("outcome") == "decline" else "success",
    )
    return _order(order_id)


def _order(order_id: UUID) -> ResponseReturnValue:
    if not wants_fragment():
        return see_other(url_for("orders.show", order_id=order_id))
    order = access.own_order(order_id)
    context = order_panel(order, moved=True)
    return respond(*TEMPLATES, form=delivery_form(order), **context)


def delivery_form(order: OrderView) -> DeliveryForm:
    """The address of this order, or else where the last one went."""
    known = order.delivery or last_delivery(access.person().user_id)
    return DeliveryForm(formdata=None, data=known)


@order_steps.errorhandler(DomainError)
def refuse(no: DomainError) -> ResponseReturnValue:
    """The order as it is, with why not; only a conflict is answered differently here."""
    if no.status != 409:
        return errors.answer(no)
    order = access.own_order(UUID(str((request.view_args or {})["order_id"])))
    context = order_panel(order, refusal=no.code)
    return respond(*TEMPLATES, 409, form=delivery_form(order), **context)
