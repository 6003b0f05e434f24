"""What templates know beyond what views hand them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined
from markupsafe import Markup

from livedrop.artwork.palette import FAMILIES, family_number
from livedrop.lib.money import Money
from livedrop.notifications.words import pieces

ACCENTS = len(FAMILIES)  # static/css/accents.css


def init_app(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined  # a misspelt name is an error, not a hole
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        money=money,
        instant=instant,
        clock=clock,
        local=local,
        iso=iso,
        stamp=stamp,
        accent=accent,
        ordinal=ordinal,
        pieces=pieces,
        span=span,
    )
    app.jinja_env.globals.update(csrf_header=csrf_header)


def money(amount: int, currency: str) -> str:
    """`4500|money("EUR")`: €45."""
    return str(Money(amount, currency))


def instant(at: datetime) -> str:
    """As people read it, in UTC: `22 Nov 2026, 18:00 UTC`."""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def clock(at: datetime) -> str:
    """The time of day alone, to the second: `18:04:30 UTC`."""
    return f"{at.astimezone(UTC):%H:%M:%S} UTC"


def local(at: datetime, zone: str) -> str:
    """By the clocks of a zone: `22 Nov 2026, 19:00`."""
    at = at.astimezone(ZoneInfo(zone))
    return f"{at.day} {at:%b %Y, %H:%M}"


def span(length: timedelta) -> str:
    """How long, in its two largest units: `3 min 20 s`."""
    left = max(0, round(length.total_seconds()))
    said: list[str] = []
    for unit, seconds in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, left = divmod(left, seconds)
        if count or said or seconds == 1:
            said.append(f"{count} {unit}")
    return " ".join(said[:2])


def iso(at: datetime) -> str:
    """As machines read it: the value of a `<time datetime>`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stamp(at: datetime) -> str:
    """To the second, as it is compared with a log: `2026-11-22 18:04:30`, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def ordinal(number: int) -> str:
    """A place among others: `3|ordinal` is 3rd."""
    teens = number % 100 in {11, 12, 13}
    return f"{number:,}" + ("th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th"))


def accent(handle: str) -> str:
    """The classes that give an element and all in it the colour of this creator."""
    return f"accent accent-{family_number(handle)}"


def csrf_header() -> Markup:
    """The attribute that lets the htmx buttons inside an element send the person's token.

    Only for fragments that are nobody else's: the token is the session's.
    """
    return Markup("""hx-headers:inherited='{{"X-CSRFToken": "{}"}}'""").format(generate_csrf())
