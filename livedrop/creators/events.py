"""What happens to creators."""

from dataclasses import dataclass
from typing import ClassVar

from livedrop.outbox.record import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class CreatorEvent(Event):
    about: ClassVar[str] = "creator"


class CreatorJoined(CreatorEvent):
    """A person became a creator."""


class ProfileEdited(CreatorEvent):
    """A creator changed what others see of them."""
