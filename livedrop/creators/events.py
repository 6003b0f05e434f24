"""What happens to creators."""

from dataclasses import dataclass
from typing import ClassVar

from livedrop.outbox.record import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class CreatorEvent(Event):
    about: ClassVar[str] = "creator"


class CreatorJoined(CreatorEvent):
    """A person became a creator."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CreatorVerified(CreatorEvent):
    """Somebody who looks after the house knows that they are who they say."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VerificationWithdrawn(CreatorEvent):
    reason: str


class ProfileEdited(CreatorEvent):
    """A creator changed what others see of them."""
