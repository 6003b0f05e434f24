"""What happened to an order, told to whoever sold it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from livedrop.accounts.queries import SignedIn
from livedrop.audit.story import Happened, story_of
from livedrop.lib.money import Money
from livedrop.orders.queries import OrderView
from livedrop.orders.sold import Buyer, subjects_of


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, in words; `said` is what somebody gave as the reason."""

    at: datetime
    words: str
    said: str = ""


Words = Callable[[str, Mapping[str, Any]], str]  # of who did it, and the facts

SAID: dict[str, Words] = {
    "OrderPlaced": lambda who, facts: f"{who} ordered {_units(facts)}.",
    "OfferMade": lambda who, facts: f"{_units(facts)} came free and were offered to the next.",
    "OrderExtended": lambda who, facts: f"{who} took more time to pay.",
    "DeliverySet": lambda who, facts: f"{who} said where it goes.",
    "PaymentBegun": lambda who, facts: f"{who} began to pay.",
    "PaymentDeclined": lambda who, facts: "The payment was declined.",
    "PaymentSucceeded": lambda who, facts: "The payment went through.",
    "OrderConfirmed": lambda who, facts: "Paid: the order is confirmed.",
    "OrderLapsed": lambda who, facts: "The time to pay ran out, and the units are free again.",
    "OrderCancelled": lambda who, facts: f"{who} cancelled the order, and the units are free.",
    "OrderRefunded": lambda who, facts: f"{who} took {_units(facts)} back: {facts['money']}.",
    "RefundBegun": lambda who, facts: "The money is on its way back.",
    "RefundSucceeded": lambda who, facts: "The money is back with the buyer.",
    "RefundFailed": lambda who, facts: "The money could not be given back yet; it is tried again.",
}
HOUSE_SAYS = {"drop-cancelled": "The drop was cancelled."}


def story(order: OrderView, buyer: Buyer, reader: SignedIn) -> list[Step]:
    """All that happened to the order, the first first."""
    names = {None: "The shop", buyer.user_id: buyer.display_name, reader.user_id: "You"}
    return [
        _step(event, names.get(event.actor_id, "An admin"), order.currency)
        for event in story_of(subjects_of(order.id))
        if event.kind in SAID
    ]


def _step(event: Happened, who: str, currency: str) -> Step:
    facts = event.payload
    if "amount" in facts:
        facts = facts | {"money": Money(facts["amount"], currency)}
    reason = str(facts.get("reason", ""))
    return Step(event.at, SAID[event.kind](who, facts), HOUSE_SAYS.get(reason, reason))


def _units(facts: Mapping[str, Any]) -> str:
    count = facts["units"]
    return f"{count:,} unit" if count == 1 else f"{count:,} units"
