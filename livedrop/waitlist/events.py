"""What happens in lines. The subject is the SKU, the actor who joined or left."""

from dataclasses import dataclass
from typing import ClassVar

from livedrop.outbox.record import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class LineEvent(Event):
    about: ClassVar[str] = "sku"
    drop_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LineJoined(LineEvent):
    """Somebody waits for so many units, at the end of the line or where they stood before."""

    quantity: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LineLeft(LineEvent):
    """A place ended without an offer: `left` by a press, or its turn came and the person had all
    the `limit` allows or was `suspended`."""

    user_id: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LineDissolved(LineEvent):
    """The drop was cancelled, and with it this person's place."""

    user_id: int
