"""Who is told what of an event: pure, from what is known of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from livedrop.notifications.kinds import KINDS, OF_EVENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An event, with the drop and the order that it is about; `user_id` is whose order it is."""

    id: int
    kind: str
    at: datetime
    actor_id: int | None
    payload: dict[str, Any]
    drop_id: int | None
    creator_id: int | None
    published_at: datetime | None
    currency: str | None
    order_id: UUID | None
    user_id: int | None
    reason: str | None  # why the order is no more


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing to be told: to all who follow a creator, to one person, or else to all who wanted
    to be reminded of the drop, `unless_following` that creator. `id` is given when it is written.
    """

    id: int | None = None
    event_id: int
    kind: str
    at: datetime
    drop_id: int | None
    order_id: UUID | None = None
    facts: dict[str, Any]
    creator_id: int | None = None
    user_id: int | None = None
    unless_following: int | None = None

    @property
    def reminds(self) -> bool:
        """Whether it is for those with a reminder, who are told in chunks."""
        return self.creator_id is None and self.user_id is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """News that were written: `creator_id`, whose followers may read it, or who was told.

    `news_id` is the largest, where several people were told.
    """

    kind: str
    news_id: int
    drop_id: int | None
    creator_id: int | None = None
    user_ids: tuple[int, ...] = ()


def news_of(event: Heard) -> Iterator[News]:
    """All that is told of an event."""
    for name in _kinds_of(event):
        news = News(
            event_id=event.id,
            kind=name,
            at=event.at,
            drop_id=event.drop_id,
            order_id=event.order_id,
            facts=_facts(event),
        )
        match KINDS[name].hears:
            case "followers":
                yield replace(news, creator_id=event.creator_id)
                if name in ALSO_REMINDED:
                    yield replace(news, unless_following=event.creator_id)
            case "shopper":
                yield replace(news, user_id=event.user_id)
            case "creator":
                yield replace(news, user_id=event.creator_id)
            case "reminded":
                yield news


def _kinds_of(event: Heard) -> tuple[str, ...]:
    # Who pressed it sees what came of it.
    if event.kind == "OrderCancelled" and event.actor_id == event.user_id:
        return ()
    # Who had all they may have when their turn came is told why their place is gone.
    if event.kind == "LineLeft" and event.payload.get("reason") == "limit":
        return ("line-dissolved",)
    # What nobody could see, nobody misses.
    if event.kind == "DropCancelled" and event.published_at is None:
        return ()
    # A drop that opens as it is published is told as open; that it opened then is not told again.
    if event.kind == "DropPublished" and _opened_at_once(event):
        return ("live",)
    return OF_EVENTS.get(event.kind, ())


def _opened_at_once(event: Heard) -> bool:
    starts_at = datetime.fromisoformat(event.payload["starts_at"])
    return event.published_at is not None and starts_at <= event.published_at


def _facts(event: Heard) -> dict[str, Any]:
    """What the words need and no other table says for good: see `words.py`."""
    facts = {name: value for name, value in event.payload.items() if name not in LEFT_OUT}
    if event.reason:  # what it says itself is said in somebody's own words
        facts.setdefault("reason", event.reason)
    if "amount" in facts:
        facts["currency"] = event.currency
    return facts


# Who waits for a drop hears of these too, and need not follow its creator.
ALSO_REMINDED = {"rescheduled", "drop-cancelled"}
LEFT_OUT = {"drop_id", "creator_id", "order_id", "user_id"}  # which are columns
