"""What happens to grants. The subject is the person."""

from dataclasses import dataclass
from typing import ClassVar

from livedrop.outbox.record import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class RefreshTokenReused(Event):
    """A refresh token came that had been exchanged before: two have it, so the sign-in ended."""

    about: ClassVar[str] = "user"
