"""The one list of what people can be told: of which events, who hears it, and by which channels.

A channel is `page` (the inbox and what appears on an open page) or `email`; what stands here is
what holds until somebody wants it otherwise.
"""

from dataclasses import dataclass
from typing import Literal

# Followers share one announcement; everybody else gets a notification of their own.
Hears = Literal["followers", "reminded", "shopper", "creator"]


@dataclass(frozen=True, slots=True)
class Kind:
    """`name` in kebab-case; `says` is what it is to whom chooses whether to hear it."""

    name: str
    hears: Hears
    says: str
    page: bool = True
    email: bool = True


ALL = (
    # Creators whom one follows.
    Kind("announced", "followers", "A new drop is announced"),
    Kind("rescheduled", "followers", "A drop moves to another time"),
    Kind("live", "followers", "A drop opens"),
    Kind("low", "followers", "A drop is nearly gone", email=False),
    Kind("sold-out", "followers", "A drop is sold out", email=False),
    Kind("drop-cancelled", "followers", "A drop is cancelled"),
    # Drops of which one wanted to be reminded.
    Kind("reminder-soon", "reminded", "It opens in five minutes"),
    Kind("reminder-now", "reminded", "It is open", email=False),
    Kind("back", "reminded", "Something of it is available again"),
    # One's own orders and places in line.
    Kind("order-confirmed", "shopper", "An order is paid and confirmed"),
    Kind("order-lapsed", "shopper", "An order was not paid in time"),
    Kind("order-cancelled", "shopper", "An order is cancelled"),
    Kind("order-refunded", "shopper", "Money goes back to you"),
    Kind("payment-declined", "shopper", "A payment is declined", email=False),
    Kind("offer", "shopper", "It is your turn in a line"),
    Kind("line-dissolved", "shopper", "A line you stood in is no more"),
    # One's own drops.
    Kind("first-sale", "creator", "A drop sells its first order"),
    Kind("sold-out-yours", "creator", "A drop of yours is sold out"),
    Kind("summary", "creator", "What a day of sales came to"),
)
KINDS = {kind.name: kind for kind in ALL}
FOLLOWED = tuple(kind.name for kind in ALL if kind.hears == "followers")

# Which kinds follow from which event, by its class name.
OF_EVENTS = {
    "DropPublished": ("announced",),
    "DropRescheduled": ("rescheduled",),
    "DropSoon": ("reminder-soon",),
    "DropOpened": ("live", "reminder-now"),
    "DropRanLow": ("low",),
    "DropSoldOut": ("sold-out", "sold-out-yours"),
    "DropBack": ("back",),
    "DropCancelled": ("drop-cancelled",),
    "OrderConfirmed": ("order-confirmed",),
    "OrderLapsed": ("order-lapsed",),
    "OrderCancelled": ("order-cancelled",),
    "OrderRefunded": ("order-refunded",),
    "PaymentDeclined": ("payment-declined",),
    "OfferMade": ("offer",),
    "LineDissolved": ("line-dissolved",),
    "FirstSale": ("first-sale",),
    "DayEnded": ("summary",),
}
