"""Orders: placed, paid, extended, cancelled and refunded.

Placing takes the same short way as on pages: the token says who, process memory says which drop and
SKUs are meant, and the batch says everything else. No statement of its own, no Redis.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from flask import Blueprint, Response, request
from pydantic import Field

from livedrop.idempotency.keys import check_key, fingerprint
from livedrop.insights.tally import tally
from livedrop.lib import traces
from livedrop.lib.checks import REASON_LENGTH
from livedrop.lib.errors import DomainError, Invalid
from livedrop.orders import commands
from livedrop.orders.combine import combiner
from livedrop.orders.queries import orders_of
from livedrop.orders.rules import Attempt, Placed, Refused
from livedrop.outbox.record import origin
from livedrop.waitlist.queries import place_of
from livedrop.web import access, session
from livedrop.web.api import shapes
from livedrop.web.api.lists import Place, listed, orders_page
from livedrop.web.api.once import KEY, created, once
from livedrop.web.api.operations import List, Wish, operation
from livedrop.web.api.shapes import Address, Line, Money, Order
from livedrop.web.api.wishes import Id
from livedrop.web.storefront.orders import LARGEST_QUANTITY, STATUS, TRIES

orders = Blueprint("orders", __name__)

ONE = {"order_id": "ORDER_ID"}
STEP = ("not-found", "suspended", "lapsed", "cancelled")


class NewLine(Wish):
    sku_id: Id
    quantity: int = Field(ge=1, le=LARGEST_QUANTITY)


class Delivery(Wish):
    """Where it goes."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    line1: Annotated[str, Field(min_length=1, max_length=160)]
    line2: Annotated[str, Field(max_length=160)] = ""
    postcode: Annotated[str, Field(min_length=1, max_length=20)]
    city: Annotated[str, Field(min_length=1, max_length=100)]
    country: Annotated[str, Field(min_length=1, max_length=100)]


class NewOrder(Wish):
    drop_id: Id
    lines: list[NewLine] = Field(
        min_length=1, max_length=100, description="Lines that name one SKU twice are added up."
    )
    delivery: Delivery | None = Field(None, description="Needed to pay, if the drop ships.")


class NewRefund(Wish):
    reason: str = Field(min_length=1, max_length=REASON_LENGTH, description="The shopper is told.")
    lines: list[NewLine] | None = Field(
        None,
        min_length=1,
        max_length=100,
        description="What comes back; without them all that is left of the order.",
    )


class NewPayment(Wish):
    method: Literal["pretend"]
    outcome: Literal["success", "decline"] = Field(
        "success", description="What the pretend provider shall do."
    )


@orders.post("/orders")
@operation(
    Order,
    201,
    tag="Orders",
    needs="claim",
    key="needed",
    no=(
        "idempotency-key-missing",
        "idempotency-key-invalid",
        "signed-out",
        "suspended",
        "not-found",
        "not-started",
        "ended",
        "cancelled",
        "limit-reached",
        "sold-out",
        "all-held",
        "not-enough",
        "in-progress",
        "key-reused",
        "outcome-unknown",
    ),
    example={"drop_id": "$DROP_ID", "lines": [{"sku_id": "$SKU_ID", "quantity": 1}]},
)
def create(json: NewOrder) -> Response:
    """Place an order: all lines of it or none.

    The units are yours until `pay_by`. Repeat the call with the same key until it is answered: it
    is carried out once.
    """
    claimed = session.claimed_identity()
    assert claimed is not None
    key = check_key(request.headers.get(KEY))
    TRIES.spend(claimed[0])
    known = access.known_drop_of_id(int(json.drop_id))
    answer = combiner().place(_attempt(json, known, key, *claimed))
    if isinstance(answer, Placed):
        said = _told(known, answer.outcome, json.delivery)
        return created(said.model_dump_json(), replayed=answer.replayed)
    raise _refusal(known.id, claimed[0], answer)


def _attempt(
    json: NewOrder, known: access.KnownDrop, key: str, user_id: int, sign_in_id: UUID
) -> Attempt:
    lines = _added_up(json.lines)
    if lines.keys() - known.sku_ids:
        raise Invalid(lines="This drop does not offer that.")
    if max(lines.values()) > LARGEST_QUANTITY:
        raise Invalid(lines=f"At most {LARGEST_QUANTITY} of one thing, please.")
    delivery = json.delivery.model_dump() if json.delivery else None
    return Attempt(
        drop_id=known.id,
        user_id=user_id,
        sign_in_id=None if session.remembered(sign_in_id) else sign_in_id,
        key=key,
        fingerprint=fingerprint(["order by JSON", known.id, list(lines.items()), delivery]),
        lines=tuple(lines.items()),
        delivery=delivery,
        origin=origin.get(),
        trace=traces.current(),
    )


def _added_up(lines: Sequence[NewLine]) -> dict[int, int]:
    """Units by SKU id."""
    units: dict[int, int] = {}
    for line in lines:
        units[int(line.sku_id)] = units.get(int(line.sku_id), 0) + line.quantity
    return units


def _told(known: access.KnownDrop, outcome: Mapping[str, Any], delivery: Delivery | None) -> Order:
    """The order as it was placed, from what is stored under its key: the same for ever.

    An offer, which whoever waited in line is answered with, goes nowhere yet.
    """
    lines = [
        Line(
            sku_id=str(sku_id),
            name=known.names[sku_id],
            quantity=quantity,
            returned=0,
            price=Money(amount=price, currency=known.currency),
        )
        for sku_id, quantity, price in outcome["lines"]
    ]
    total = sum(line.quantity * line.price.amount for line in lines)
    goes = delivery if outcome["code"] == "placed" else None
    return Order(
        id=UUID(outcome["order_id"]),
        drop_id=str(known.id),
        status="placed",
        lines=lines,
        total=Money(amount=total, currency=known.currency),
        placed_at=datetime.fromisoformat(outcome["placed_at"]),
        pay_by=datetime.fromisoformat(outcome["pay_by"]),
        extensions_left=outcome["extensions_left"],
        reason=None,
        payment=None,
        delivery=Address(**goes.model_dump()) if goes else None,
    )


def _refusal(drop_id: int, user_id: int, refused: Refused) -> DomainError:
    """Why not, with what helps to go on; for who waits in line, where they stand."""
    facts = dict(refused.facts)
    if refused.code not in STATUS:
        tally().note(drop_id, refused.code, user_id)
    if facts.pop("in_line", False) and (place := place_of(facts["sku_id"], user_id)):
        facts["position"] = place.position
    return DomainError(refused.code, STATUS.get(refused.code, 409), **facts)


@orders.get("/orders")
@operation(List[Order], tag="Orders", no=("bad-cursor",))
def index(query: Place) -> List[Order]:
    """My orders, the latest first."""
    user_id = access.person().user_id
    found = orders_page("orders", query, lambda before, limit: orders_of(user_id, before, limit))
    return listed(found, shapes.order)


@orders.get("/orders/<uuid:order_id>")
@operation(Order, tag="Orders", no=("not-found",), replaced=ONE)
def show(order_id: UUID) -> Order:
    """One of my orders as it is now: due reads lapsed."""
    return read(order_id)


@orders.post("/orders/<uuid:order_id>/extension")
@operation(
    Order,
    201,
    tag="Orders",
    no=(*STEP, "no-extension-left", "payment-pending", "not-placed"),
    replaced=ONE,
)
def extend(order_id: UUID) -> Order:
    """A new payment window, from now."""
    commands.extend(order_id=order_id, user_id=access.actor().user_id)
    return read(order_id)


@orders.post("/orders/<uuid:order_id>/payment")
@operation(
    Order,
    201,
    tag="Orders",
    key="taken",
    no=(
        *STEP,
        "already-paid",
        "payment-pending",
        "delivery-missing",
        "idempotency-key-invalid",
        "key-reused",
    ),
    example={"method": "pretend"},
    replaced=ONE,
)
def pay(order_id: UUID, json: NewPayment) -> Response:
    """Begin to pay; what becomes of it is seen by `GET`."""
    user_id = access.actor().user_id
    return once(
        json,
        lambda _: read(order_id),
        lambda key: commands.begin_payment(
            order_id=order_id,
            user_id=user_id,
            method=json.method,
            outcome=json.outcome,
            once=key,
        ),
    )


@orders.post("/orders/<uuid:order_id>/cancellation")
@operation(
    Order,
    201,
    tag="Orders",
    no=("not-found", "suspended", "not-cancellable"),
    replaced=ONE,
)
def cancel(order_id: UUID) -> Order:
    """Let go of what is not paid yet."""
    commands.cancel(order_id=order_id, user_id=access.actor().user_id)
    return read(order_id)


@orders.post("/orders/<uuid:order_id>/refund")
@operation(
    Order,
    201,
    tag="Orders",
    no=("not-found", "suspended", "not-proved", "not-refundable"),
    example={"reason": "It broke on the way.", "lines": [{"sku_id": "$SKU_ID", "quantity": 1}]},
    replaced={"order_id": "SOLD_ORDER_ID"},
)
def refund(order_id: UUID, json: NewRefund) -> Order:
    """Take back what was paid, all or some of it: for the drop's creator and admins.

    The units are free again at once; the money goes back the way it came. More than is left of
    the order is refused (422). Money moves for who typed their password within ten minutes: later,
    however often the token was refreshed since, sign in anew first. An `Idempotency-Key` means
    nothing here: if an answer was lost, read how much was `returned` before asking again.
    """
    actor, order = access.proved(), access.sold_order(order_id)
    commands.refund(
        order_id=order.id,
        actor_id=actor.user_id,
        reason=json.reason,
        quantities=None if json.lines is None else _added_up(json.lines),
    )
    return shapes.order(access.sold_order(order_id))


def read(order_id: UUID) -> Order:
    return shapes.order(access.own_order(order_id))
