"""What happens between people and creators. The subject is the creator, the actor who follows."""

from dataclasses import dataclass
from typing import ClassVar

from livedrop.outbox.record import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowEvent(Event):
    about: ClassVar[str] = "creator"


class Followed(FollowEvent):
    """Somebody began to follow a creator."""


class Unfollowed(FollowEvent):
    """Somebody follows a creator no more."""
