"""What happens around news that others may want to know."""

from dataclasses import dataclass
from typing import ClassVar

from livedrop.outbox.record import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class ReminderEvent(Event):
    about: ClassVar[str] = "drop"


class ReminderSet(ReminderEvent):
    """Somebody wants to be told before a drop opens."""


class ReminderDropped(ReminderEvent):
    """Somebody does not want to be told any more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DayEnded(Event):
    """What a creator sold on a day of their time zone that is over: its confirmed orders.

    `amounts` are minor units by currency.
    """

    about: ClassVar[str] = "creator"
    day: str
    orders: int
    units: int
    amounts: dict[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class PreferencesChanged(Event):
    """Somebody wants to hear of other things, or in another way, than before."""

    about: ClassVar[str] = "user"
