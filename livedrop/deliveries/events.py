"""What people did about letters."""

from dataclasses import dataclass
from typing import ClassVar

from livedrop.outbox.record import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class Unsubscribed(Event):
    """Somebody wants no more letters of a group: `followers`, `reminded`, `shopper`, `creator`."""

    about: ClassVar[str] = "user"
    group: str
