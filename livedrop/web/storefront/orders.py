"""Placing an order, and one's own orders.

Placing takes the shortest way there is: the signed cookie says who, process memory says which
drop and SKUs are meant, and the batch says everything else. No statement of its own, no Redis.
"""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from livedrop.idempotency.keys import check_key, fingerprint
from livedrop.insights.tally import tally
from livedrop.lib import traces
from livedrop.lib.errors import Invalid, OutcomeUnknown, Unavailable
from livedrop.lib.htmx import respond, see_other, varied, wants_fragment
from livedrop.lib.paging import after, page
from livedrop.lib.ratelimit import Bucket
from livedrop.orders import queries
from livedrop.orders.combine import combiner
from livedrop.orders.rules import Attempt, Placed, Refused
from livedrop.outbox.record import origin
from livedrop.web import access, session
from livedrop.web.identity import sign_ins
from livedrop.web.storefront.order_steps import TEMPLATES, delivery_form
from livedrop.web.storefront.panels import PANEL, drop_order_panel, order_panel

orders = Blueprint("orders", __name__)

PER_PAGE = 20
LARGEST_QUANTITY = 100  # units of one SKU in one order
TRIES = Bucket("orders", "60/minute")
STATUS = {"not-found": 404, "key-reused": 422, "signed-out": 401, "suspended": 403}


@orders.get("/orders")
def index() -> ResponseReturnValue:
    """My orders, the latest first, and before them where I stand in line."""
    person = access.person()
    cursor = after(request.args.get("cursor"), "orders")
    before = (datetime.fromisoformat(cursor[0]), UUID(cursor[1])) if cursor else None
    found = queries.orders_of(person.user_id, before, PER_PAGE + 1)
    mine = page(found, PER_PAGE, "orders", lambda order: (order.placed_at, order.id))
    places = [] if cursor else queries.places_of(person.user_id)
    return render_template(
        "storefront/orders/index.html", orders=mine, places=places, first=cursor is None
    )


@orders.get("/orders/<uuid:order_id>")
def show(order_id: UUID) -> ResponseReturnValue:
    """One of my orders as it is now, and what can be done with it."""
    order = access.own_order(order_id)
    return respond(*TEMPLATES, form=delivery_form(order), **order_panel(order))


@orders.get("/drops/<slug>/orders/new")
def new(slug: str) -> ResponseReturnValue:
    """What this visitor can order of the drop now."""
    sku_id, quantity = request.args.get("sku", type=int), request.args.get("quantity", 1, int)
    drop, joining = access.published_drop(slug), "line" in request.args
    if "seen" in request.args:  # by the drop's page, once each time that it is opened
        tally().note_view(drop.id)
    return respond(*PANEL, **drop_order_panel(drop, sku_id, quantity, joining=joining))


@orders.post("/drops/<slug>/orders")
def create(slug: str) -> ResponseReturnValue:
    """Place an order: the redirect to it, or what is true instead and what can be done."""
    claimed = session.claimed_identity()
    if claimed is None:
        return _sign_in_first(slug)
    TRIES.spend(claimed[0])
    known = access.known_drop(slug)
    try:
        answer = combiner().place(_attempt(known, *claimed))
    except Invalid as invalid:
        return _with_words(slug, invalid.errors)
    except Unavailable as unavailable:
        return _ask_again(slug, unavailable)
    if isinstance(answer, Placed):
        return _placed(answer)
    return _refused(slug, known.id, claimed[0], answer)


def _attempt(known: access.KnownDrop, user_id: int, sign_in_id: UUID) -> Attempt:
    sku_id, quantity = _number("sku"), _number("quantity")
    if sku_id not in known.sku_ids:
        raise Invalid(sku="Choose what you would like.")
    if not 1 <= quantity <= LARGEST_QUANTITY:
        raise Invalid(quantity=f"Choose a number from 1 to {LARGEST_QUANTITY}.")
    return Attempt(
        drop_id=known.id,
        user_id=user_id,
        sign_in_id=None if session.remembered(sign_in_id) else sign_in_id,
        key=check_key(request.form.get("key")),
        fingerprint=fingerprint(["order", known.id, sku_id, quantity]),
        lines=((sku_id, quantity),),
        origin=origin.get(),
        trace=traces.current(),
    )


def _number(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _placed(answer: Placed) -> Response:
    response = see_other(url_for("orders.show", order_id=answer.order_id))
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _sign_in_first(slug: str) -> Response:
    return see_other(sign_ins.address(url_for("drops.show", slug=slug)))


def _refused(slug: str, drop_id: int, user_id: int, refused: Refused) -> ResponseReturnValue:
    if refused.code == "signed-out":
        return _sign_in_first(slug)
    if refused.code not in STATUS:
        tally().note(drop_id, refused.code, user_id)
    if refused.facts.get("in_line"):
        return respond(*PANEL, 409, **drop_order_panel(access.published_drop(slug), moved=True))
    short = refused.facts.get("sku_id"), refused.facts.get("available")
    html = _refusal(slug, refused.code, *short, wants_fragment())
    return varied(make_response(html, STATUS.get(refused.code, 409)))


@lru_cache(maxsize=512)
def _refusal(
    slug: str, code: str, sku_id: int | None, available: int | None, fragment: bool
) -> str:
    """A "no" reads the same for everybody who hears it, so each is rendered once."""
    name = "drops/_refusal.html" if fragment else "orders/refused.html"
    return render_template(
        f"storefront/{name}", slug=slug, code=code, sku_id=sku_id, available=available
    )


def _with_words(slug: str, errors: dict[str, str]) -> Response:
    """The panel once more, with words beside the fields and what was chosen."""
    drop, key = access.published_drop(slug), request.form.get("key")
    context = drop_order_panel(drop, _number("sku"), _number("quantity"), key=key, errors=errors)
    return respond(*PANEL, 422, **context)


def _ask_again(slug: str, unavailable: Unavailable) -> Response:
    """The very same request to send once more, which never buys twice; asks no database.

    When the outcome is unknown it is sent by itself, or by the button, until it tells.
    """
    fields = {name: request.form.get(name, "") for name in ("key", "sku", "quantity")}
    unknown = isinstance(unavailable, OutcomeUnknown)
    page, fragment = "storefront/orders/checking.html", "storefront/drops/_checking.html"
    response = respond(page, fragment, 503, slug=slug, fields=fields, unknown=unknown)
    response.headers["Retry-After"] = str(unavailable.retry_after)
    return response
