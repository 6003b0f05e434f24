"""What can happen to an order and its payments."""

from dataclasses import dataclass
from typing import ClassVar

from livedrop.outbox.record import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderEvent(Event):
    about: ClassVar[str] = "order"
    drop_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderPlaced(OrderEvent):
    units: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferMade(OrderEvent):
    """The house placed an order for whoever stood first in line for a SKU."""

    sku_id: int
    user_id: int
    units: int


class OrderLapsed(OrderEvent):
    """Its window passed unpaid; the units are back."""


class OrderExtended(OrderEvent):
    """A new payment window, counted from the press."""


class OrderCancelled(OrderEvent):
    """By the shopper, or by the house when its drop was cancelled; the units are back."""


class OrderConfirmed(OrderEvent):
    """Paid, in time or late with units to spare."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderRefunded(OrderEvent):
    """Lines were returned for `amount` minor units; `units` are back."""

    units: int
    amount: int
    reason: str


class DeliverySet(OrderEvent):
    """Where the order goes was written down; the address itself is no event's business."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentEvent(Event):
    about: ClassVar[str] = "payment"
    order_id: str


class PaymentBegun(PaymentEvent):
    """The provider is asked for the money as soon as this is committed."""


class PaymentSucceeded(PaymentEvent):
    """The provider took the money."""


class PaymentDeclined(PaymentEvent):
    """The provider took nothing."""


class RefundBegun(PaymentEvent):
    """The provider is asked to give money back as soon as this is committed."""


class RefundSucceeded(PaymentEvent):
    """The money is back with the shopper."""


class RefundFailed(PaymentEvent):
    """The provider could not give it back; it is asked again."""
