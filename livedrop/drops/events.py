"""What happens to drops. Instants are RFC 3339 text; units are counted by SKU id."""

from dataclasses import dataclass
from typing import ClassVar

from livedrop.outbox.record import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class DropEvent(Event):
    about: ClassVar[str] = "drop"
    creator_id: int


class DropDrafted(DropEvent):
    """A creator began a drop; nobody else sees it yet."""


class DraftEdited(DropEvent):
    """What a draft says or offers changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DropPublished(DropEvent):
    """Everybody may know of it; price, limit, window and the set of SKUs are frozen."""

    starts_at: str
    ends_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DropRescheduled(DropEvent):
    """Start or end moved, while nobody could order yet."""

    starts_at: str
    ends_at: str
    previous_starts_at: str
    previous_ends_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitsAdded(DropEvent):
    """More units were promised: how many more of which SKU."""

    added: dict[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class DropCancelled(DropEvent):
    """No order is taken or confirmed any more; those that stand are to be undone."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DropSoon(DropEvent):
    """The start is a few minutes ahead. For reminders."""

    starts_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DropOpened(DropEvent):
    """The start has come. For news: the drop opens without it."""

    starts_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DropEnded(DropEvent):
    """The end has come. For news: the drop ends without it."""

    starts_at: str


class DropRanLow(DropEvent):
    """For the first time only a tenth of its units, or one, is still to be had."""


class DropSoldOut(DropEvent):
    """For the first time every unit is paid for."""


class DropBack(DropEvent):
    """Units came back when there was nothing to be had."""


class FirstSale(DropEvent):
    """The first of its orders is confirmed."""
