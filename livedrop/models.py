"""Every table there is, imported once so that metadata and migrations are complete."""

from livedrop.accounts.models import (
    AddressChange,
    Impersonation,
    PasswordReset,
    SignIn,
    User,
)
from livedrop.audit.models import AuditCheck, AuditEntry
from livedrop.creators.models import Creator
from livedrop.deliveries.models import Delivery, Planned
from livedrop.drops.models import Drop, DropChange, DropMark, Sku
from livedrop.follows.models import Follow, FollowerCount, FollowerDay
from livedrop.grants.models import Family, Ticket
from livedrop.idempotency.models import IdempotencyKey
from livedrop.insights.models import DropDay, RefusalCount, TurnedAway, Watching
from livedrop.inventory.models import Stock
from livedrop.media.models import Asset
from livedrop.notifications.models import (
    Announcement,
    DayMark,
    Inbox,
    Notification,
    Preference,
    Reminder,
)
from livedrop.orders.models import Order, OrderLine, Refund
from livedrop.outbox.models import OutboxAttempt, OutboxEvent
from livedrop.payments.models import Payment
from livedrop.payments.pretend.models import PretendOperation
from livedrop.products.models import Product
from livedrop.waitlist.models import Entry

__all__ = [
    "AddressChange",
    "Announcement",
    "Asset",
    "AuditCheck",
    "AuditEntry",
    "Creator",
    "DayMark",
    "Delivery",
    "Drop",
    "DropChange",
    "DropDay",
    "DropMark",
    "Entry",
    "Family",
    "Follow",
    "FollowerCount",
    "FollowerDay",
    "IdempotencyKey",
    "Impersonation",
    "Inbox",
    "Notification",
    "Order",
    "OrderLine",
    "OutboxAttempt",
    "OutboxEvent",
    "PasswordReset",
    "Payment",
    "Planned",
    "Preference",
    "PretendOperation",
    "Product",
    "Refund",
    "RefusalCount",
    "Reminder",
    "SignIn",
    "Sku",
    "Stock",
    "Ticket",
    "TurnedAway",
    "User",
    "Watching",
]
