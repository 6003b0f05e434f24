"""What happens to letters nobody could deliver."""

from dataclasses import dataclass
from typing import ClassVar

from livedrop.outbox.record import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadLetterRequeued(Event):
    """A job will be tried again with the event of this id; the operator needs no reason."""

    about: ClassVar[str] = "event"
    job: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadLetterDiscarded(Event):
    """A job will never be done with the event of this id, and somebody said why."""

    about: ClassVar[str] = "event"
    job: str
    reason: str
