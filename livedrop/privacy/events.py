"""What happens to what is known of people."""

from dataclasses import dataclass
from typing import ClassVar

from livedrop.outbox.record import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonErased(Event):
    """From now on a number stands for them. `reason` names nobody: it is kept for ever."""

    about: ClassVar[str] = "user"
    reason: str
