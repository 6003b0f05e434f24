"""Which state a drop is in: pure, from its facts and an instant of the database clock."""

from datetime import datetime
from typing import Literal, Protocol

State = Literal["draft", "scheduled", "live", "ended", "cancelled"]


class Facts(Protocol):
    """What a state is derived from; instants are aware UTC."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def published_at(self) -> datetime | None: ...
    @property
    def cancelled_at(self) -> datetime | None: ...


def state(drop: Facts, now: datetime) -> State:
    """The state at `now`: live from the start (inclusive) to the end (exclusive)."""
    if drop.cancelled_at:
        return "cancelled"
    if not drop.published_at:
        return "draft"
    if now < drop.starts_at:
        return "scheduled"
    return "live" if now < drop.ends_at else "ended"


def next_change(drop: Facts, now: datetime) -> datetime | None:
    """The next instant at which `state` will answer differently by the passing of time alone."""
    upcoming = {"scheduled": drop.starts_at, "live": drop.ends_at}
    return upcoming.get(state(drop, now))
