"""Every component in every state, for those who work on them: in development only.

The pages and fragments are the real ones, shown samples instead of rows; nothing is read, and
nothing that is pressed here leads to an order.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from livedrop.artwork.pictures import Picture
from livedrop.drops.queries import DropCard, DropPage, OfferedSku
from livedrop.follows.queries import DAYS, Day
from livedrop.lib.errors import NotFound
from livedrop.lib.htmx import respond
from livedrop.lib.money import Money
from livedrop.media.queries import AssetCard
from livedrop.media.rules import FAILURES, State
from livedrop.notifications.kinds import ALL
from livedrop.notifications.queries import MANY, Told
from livedrop.orders.levels import level
from livedrop.orders.queries import Line, OrderView, SkuStock
from livedrop.waitlist.queries import Standing
from livedrop.web import errors
from livedrop.web.rendering import ACCENTS
from livedrop.web.storefront import numbers
from livedrop.web.storefront.order_steps import DeliveryForm
from livedrop.web.storefront.panels import order_panel
from livedrop.web.words import STATUSES

styleguide = Blueprint("styleguide", __name__, url_prefix="/styleguide")

DROP = ("styleguide/drop.html", "live/_drop_state.html")
ORDER = ("styleguide/order.html", "storefront/orders/_order.html")
MINUTE = 60
WINDOW = 90  # seconds to pay; offers have more
DAY = 24 * 60 * MINUTE

# name -> seconds until the start, units left, held, of sixty, and what the panel says
DROPS: dict[str, tuple[float, int, int, str]] = {
    "coming": (2 * DAY + 3700, 60, 0, "form"),
    "last-minutes": (3 * MINUTE, 60, 0, "form"),
    "live": (-MINUTE, 34, 4, "form"),
    "low": (-MINUTE, 5, 9, "visitor"),
    "all-held": (-MINUTE, 0, 7, "form"),
    "checking": (-MINUTE, 3, 9, "checking"),
    "not-answered": (-MINUTE, 3, 9, "not-answered"),
    "yours": (-MINUTE, 20, 12, "yours"),
    "paid": (-MINUTE, 20, 2, "paid"),
    "missed": (-MINUTE, 0, 7, "missed"),
    "missed-for-good": (-MINUTE, 0, 0, "missed-for-good"),
    "in-line": (-MINUTE, 0, 7, "in-line"),
    "sold-out": (-MINUTE, 0, 0, "form"),
    "ended": (-9 * DAY, 16, 0, "form"),
    "cancelled": (-MINUTE, 60, 0, "form"),
}
# name -> status, why, payment, seconds left to pay
ORDERS: dict[str, tuple[str, str | None, str | None, float]] = {
    "placed": ("placed", None, None, 90),
    "offer": ("placed", None, None, 900),
    "last-seconds": ("placed", None, None, 18),
    "paying": ("placed", None, "pending", 60),
    "declined": ("placed", None, "declined", 60),
    "confirmed": ("confirmed", None, "succeeded", 0),
    "lapsed": ("lapsed", "payment-lapsed", None, 0),
    "cancelled": ("cancelled", "by-shopper", None, 0),
    "refunded": ("refunded", "drop-cancelled", "refund_pending", 0),
}
REFUSED = {"missed": "all-held", "missed-for-good": "sold-out"}


@styleguide.get("")
def show() -> ResponseReturnValue:
    return render_template(
        "styleguide/show.html",
        drops=DROPS,
        orders=ORDERS,
        statuses=STATUSES,
        signs=[Picture("mark", number, number) for number in range(ACCENTS)],
        cards=[_card(name) for name in ("live", "coming", "ended")],
        levels={},
        days=[_day(number) for number in range(DAYS)],
        form=DeliveryForm(formdata=None),
        refused=_refused_form(),
        uploads=[_upload(number, failure) for number, failure in enumerate(("", *FAILURES))],
        told=[_told(number, kind.name) for number, kind in enumerate(ALL)],
        many=MANY,
        soon=datetime.now(UTC) + timedelta(hours=2),
    )


@styleguide.get("/drops/<name>")
def drop(name: str) -> ResponseReturnValue:
    """The drop page in one of its states; htmx, which asks again, gets the same state."""
    if name not in DROPS:
        raise NotFound
    return respond(*DROP, **_drop_context(name))


@styleguide.get("/orders/<name>")
def order(name: str) -> ResponseReturnValue:
    if name not in ORDERS:
        raise NotFound
    return respond(*ORDER, form=DeliveryForm(formdata=None), **order_panel(_order(*ORDERS[name])))


@styleguide.get("/errors/<int:status>")
def error(status: int) -> ResponseReturnValue:
    return errors.say("", status)


def _drop_context(name: str) -> dict[str, Any]:
    _, available, held, says = DROPS[name]
    sample = _drop(name)
    first = SkuStock(1, 40, min(available, 40), held, 40 - min(available, 40) - held)
    second = SkuStock(2, 20, max(0, available - 40), 0, 20 - max(0, available - 40))
    if 0 < available <= 40:
        second = SkuStock(2, 20, 0, 0, 20)
    stock = [first, second]
    waits = says == "in-line"
    status = {"yours": "placed", "paid": "confirmed"}.get(says)
    return {
        "drop": sample,
        "offers": [
            (sku, units, level([units])) for sku, units in zip(sample.skus, stock, strict=True)
        ],
        "level": level(stock),
        "totals": numbers.totals(stock),
        "here": f"/styleguide/drops/{name}",
        "topic": None,
        "seq": 0,
        "history": [],
        "next_drops": [_card("live"), _card("coming")],
        "levels": {},
        "says": says,
        "panel": {
            "offers": list(zip(sample.skus, stock, strict=True)),
            "person": None if says == "visitor" else "Ben",
            "mine": [_order(status, None, None, 75)] if status else [],
            "allowed": 0 if status else 2,
            "sold_out": level(stock) == "sold-out",
            "all_held": level(stock) == "all-held",
            "chosen": sample.skus[0],
            "quantity": 1,
            "key": "sample",
            "errors": {},
            "places": [(sample.skus[0], Standing(1, 1, 3, sample.now))] if waits else [],
            "gone": [
                sku
                for sku, units in zip(sample.skus, stock, strict=True)
                if not units.available and not (waits and sku.id == 1)
            ],
            "refusal": None,
            "moved": False,
            "joining": False,
        },
        "refused": REFUSED.get(says),
    }


def _day(number: int) -> Day:
    day = datetime.now(UTC).date() - timedelta(days=DAYS - 1 - number)
    return Day(day, gained=number * 7 % 23, lost=number % 5)


def _upload(number: int, failure: str) -> AssetCard:
    """One that is being made ready, or that failed for this reason."""
    state: State = "failed" if failure else "waiting"
    alt = "Harbour at dusk, framed in oak"
    return AssetCard(number, 1, "sample", state, alt, (), failure or None, 1, None)


def _told(number: int, kind: str) -> Told:
    """Every kind of news there is, some of them unread."""
    now = datetime.now(UTC)
    facts = {
        "starts_at": (now + timedelta(hours=2)).isoformat(),
        "ends_at": (now + timedelta(days=3)).isoformat(),
        "previous_starts_at": now.isoformat(),
        "reason": "The kiln broke.",
        "amount": 4800,
        "currency": "EUR",
        "day": now.date().isoformat(),
        "orders": 12,
        "units": 17,
        "amounts": {"EUR": 81600},
    }
    drop = ("sample-live", "Harbour at dusk", "ada", "Ada Okafor")
    about = drop if kind != "summary" else (None, None, None, None)
    return Told(number, kind, now, number > 2, facts, None, *about)


def _refused_form() -> DeliveryForm:
    form = DeliveryForm(formdata=None, data={"name": "Ben"})
    form.refuse({"postcode": "Postcode is needed.", "city": "Town or city is needed."})
    return form


def _drop(name: str) -> DropPage:
    seconds, *_ = DROPS[name]
    now = datetime.now(UTC)
    card = _facts(name, now + timedelta(seconds=seconds), now)
    return DropPage(
        **card,
        story="Cut in lino over a winter and printed by hand, sixty in all.\nEach is numbered.",
        limit_per_customer=2,
        payment_window_seconds=90,
        ships=True,
        cancel_reason="The kiln broke." if name == "cancelled" else None,
        skus=(
            OfferedSku(1, "Indigo edition", Money(4800, "EUR"), 40, 1, "sample", "Harbour at dusk"),
            OfferedSku(2, "Copper edition", Money(6200, "EUR"), 20, 1, "sample", "Harbour at dusk"),
        ),
    )


def _card(name: str) -> DropCard:
    now = datetime.now(UTC)
    return DropCard(**_facts(name, now + timedelta(seconds=DROPS[name][0]), now))


def _facts(name: str, starts_at: datetime, now: datetime) -> dict[str, Any]:
    return {
        "id": 1,
        "slug": f"sample-{name}",
        "title": "Harbour at dusk",
        "creator_id": 1,
        "creator_handle": "ada",
        "creator_name": "Ada Okafor",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(days=3),
        "created_at": now,
        "published_at": now,
        "cancelled_at": now if name == "cancelled" else None,
        "currency": "EUR",
        "lowest_price": 4800,
        "shown_slug": "sample",
        "shown_artwork": "",
        "now": now,
    }


def _order(status: str, reason: str | None, payment: str | None, seconds: float) -> OrderView:
    now = datetime.now(UTC)
    address = ("Ben Castellanos", "Elm Street 1", "", "12345", "Springwood", "Portugal")
    names = ("name", "line1", "line2", "postcode", "city", "country")
    return OrderView(
        id=UUID(int=7),
        status=status,
        reason=reason,
        placed_at=now,
        pay_by=now + timedelta(seconds=seconds),
        now=now,
        lines=(Line(1, "Indigo edition", "Harbour at dusk", 1, 0, 4800, "sample", ""),),
        delivery=dict(zip(names, address, strict=True)),
        extensions_left=1 if seconds > WINDOW else 9,
        payment_status=payment,
        drop_id=1,
        drop_slug="sample-live",
        drop_title="Harbour at dusk",
        creator_handle="ada",
        creator_name="Ada Okafor",
        currency="EUR",
        ships=True,
        window_seconds=900 if seconds > WINDOW else WINDOW,
        drop_cancelled=reason == "drop-cancelled",
        offer=seconds > WINDOW,
    )
