"""What news say and where they lead, the same in an inbox, on an open page and in a mail.

Kinds are those of `kinds.py`. Times are told in UTC: the words are the same for everybody. Where
they can be told by the reader's own clocks, `pieces` finds them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from livedrop.lib.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the words are made of; of a day's summary there is no drop."""

    kind: str
    facts: Mapping[str, Any]
    drop_slug: str | None = None
    drop_title: str = ""
    creator_name: str = ""
    order_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A line, what to know besides, and the path to what can be done about it."""

    title: str
    body: str
    path: str


def words_of(about: About) -> Words:
    """The words for one thing that is told."""
    title, body = SAID[about.kind](about)
    return Words(title, body, _path(about))


def _path(about: About) -> str:
    if about.kind == "summary":
        return "/studio"
    if about.kind in {"first-sale", "sold-out-yours"}:
        return f"/studio/drops/{about.drop_slug}"
    if about.order_id is not None:
        return f"/orders/{about.order_id}"
    return f"/drops/{about.drop_slug}"


FIRST_COME = "First come, first served."


def _announced(about: About) -> tuple[str, str]:
    opens = _instant(about.facts["starts_at"])
    return f"{about.creator_name} announced {about.drop_title}", f"It opens {opens}."


def _rescheduled(about: About) -> tuple[str, str]:
    starts, before = about.facts["starts_at"], about.facts["previous_starts_at"]
    if starts == before:
        return f"{about.drop_title} ends at another time", (
            f"It opens {_instant(starts)} as before, and ends {_instant(about.facts['ends_at'])}."
        )
    return f"{about.drop_title} moves", f"It opens {_instant(starts)}, not {_instant(before)}."


def _cancelled(about: About) -> tuple[str, str]:
    reason = about.facts.get("reason", "")
    return f"{about.drop_title} is cancelled", f"{about.creator_name} says: “{reason}”"


def _soon(about: About) -> tuple[str, str]:
    opens = _instant(about.facts["starts_at"])
    return f"{about.drop_title} opens in a few minutes", f"It opens {opens}."


def _order_cancelled(about: About) -> tuple[str, str]:
    why = {"drop-cancelled": "The drop was cancelled. "}.get(about.facts.get("reason", ""), "")
    return f"Your order of {about.drop_title} is cancelled", f"{why}You pay nothing for it."


def _refunded(about: About) -> tuple[str, str]:
    money = Money(about.facts["amount"], about.facts["currency"])
    units, reason = _counted(about.facts["units"], "unit"), about.facts["reason"]
    why = "The drop was cancelled." if reason == "drop-cancelled" else f"The reason: “{reason}”"
    return f"{money} goes back to you", (
        f"For {units} of {about.drop_title}, on the way you paid. {why}"
    )


def _line(about: About) -> tuple[str, str]:
    if about.facts.get("reason") == "limit":
        return (
            f"Your place in line for {about.drop_title} is gone",
            "When your turn came you had as many as one person may have.",
        )
    return (
        f"Nobody waits for {about.drop_title} any more",
        "It was cancelled, and the line with it. You paid nothing.",
    )


def _summary(about: About) -> tuple[str, str]:
    day = date.fromisoformat(about.facts["day"])
    orders, units = about.facts["orders"], about.facts["units"]
    money = " and ".join(str(Money(sum_, unit)) for unit, sum_ in about.facts["amounts"].items())
    return (
        f"{day.day} {day:%b}: {_counted(orders, 'order')}",
        f"{_counted(units, 'unit')} for {money} were paid for that day.",
    )


SAID: dict[str, Callable[[About], tuple[str, str]]] = {
    "announced": _announced,
    "rescheduled": _rescheduled,
    "live": lambda about: (
        f"{about.drop_title} is open",
        f"By {about.creator_name}. {FIRST_COME}",
    ),
    "low": lambda about: (f"{about.drop_title} is nearly gone", f"Few are left. {FIRST_COME}"),
    "sold-out": lambda about: (f"{about.drop_title} is sold out", "Every unit is paid for."),
    "drop-cancelled": _cancelled,
    "reminder-soon": _soon,
    "reminder-now": lambda about: (
        f"{about.drop_title} is open",
        f"You wanted to be reminded. {FIRST_COME}",
    ),
    "back": lambda about: (
        f"{about.drop_title} is back",
        f"Something of it is available again. {FIRST_COME}",
    ),
    "order-confirmed": lambda about: (f"{about.drop_title} is yours", "Paid, and it stays yours."),
    "order-lapsed": lambda about: (
        f"Your order of {about.drop_title} ran out",
        "It was not paid in time, and went back to the others. You pay nothing for it.",
    ),
    "order-cancelled": _order_cancelled,
    "order-refunded": _refunded,
    "payment-declined": lambda about: (
        f"Your payment for {about.drop_title} was declined",
        "Nothing was taken. Try again while the order is yours.",
    ),
    "offer": lambda about: (
        f"It is your turn: {about.drop_title}",
        "It is held for you until the time on its page runs out.",
    ),
    "line-dissolved": _line,
    "first-sale": lambda about: (
        f"First sale of {about.drop_title}",
        "Somebody has paid for the first order.",
    ),
    "sold-out-yours": lambda about: (
        f"{about.drop_title} is sold out",
        "Every unit you promised is paid for.",
    ),
    "summary": _summary,
}


INSTANT = re.compile(r"(\d{1,2} [A-Z][a-z]{2} \d{4}, \d\d:\d\d UTC)")


def _instant(text: str) -> str:
    at = datetime.fromisoformat(text).astimezone(UTC)
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def pieces(words: str) -> Iterator[str | datetime]:
    """What is said, with each time in it as the instant that it is, to the minute."""
    for piece in filter(None, INSTANT.split(words)):
        try:
            yield datetime.strptime(piece, "%d %b %Y, %H:%M UTC").replace(tzinfo=UTC)
        except ValueError:  # other words, which may be anybody's
            yield piece


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
