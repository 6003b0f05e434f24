"""Local times: what a person types beside a clock on their wall, as the one instant it means.

Where clocks are put forward some times never come, and where they are put back some come twice.
Neither is guessed at: a drop that opens an hour off its word is worse than a question.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


class LocalTimeError(ValueError):
    """This local time is not one instant; the text says why, for the person who typed it."""


class NeverComes(LocalTimeError):
    """Clocks jump over this time."""


class ComesTwice(LocalTimeError):
    """Clocks show this time twice; `offsets` tell the two apart, the earlier instant first."""

    def __init__(self, words: str, offsets: tuple[str, str]) -> None:
        super().__init__(words)
        self.offsets = offsets


@cache
def zone_names() -> tuple[str, ...]:
    """The names of all places there are clocks for, such as `Europe/Lisbon`, and UTC."""
    places = {name for name in available_timezones() if "/" in name}
    return ("UTC", *sorted(name for name in places if not name.startswith(("Etc/", "SystemV/"))))


def instants(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants, UTC, at which clocks in `zone` show `local` (naive): none, one or two."""
    found = []
    for fold in (0, 1):
        instant = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        shown = instant.astimezone(zone).replace(tzinfo=None, fold=0)
        if shown == local.replace(fold=0) and instant not in found:
            found.append(instant)
    return found


def instant_of(local: datetime, zone: ZoneInfo, offset: str | None = None) -> datetime:
    """The one instant, UTC, that is meant. `offset` chooses between two and is else ignored.

    Raises `NeverComes` or `ComesTwice`.
    """
    found = instants(local, zone)
    if not found:
        raise NeverComes(_never(local, zone))
    by_offset = {offset_at(instant, zone): instant for instant in found}
    if len(found) == 1:
        return found[0]
    if offset in by_offset:
        return by_offset[offset]
    earlier, later = by_offset
    raise ComesTwice(
        f"Clocks in {zone.key} show {local:%H:%M} twice that day. Choose which one you mean.",
        (earlier, later),
    )


def offset_at(instant: datetime, zone: ZoneInfo) -> str:
    """How far clocks in `zone` are ahead of UTC then: `+02:00`."""
    ahead = instant.astimezone(zone).utcoffset() or timedelta(0)
    minutes = round(ahead.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _never(local: datetime, zone: ZoneInfo) -> str:
    """Read with the offset from before the jump, the time is shown as far behind it as typed."""
    shown = local.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)
    return (
        f"There is no {local:%H:%M} in {zone.key} that day: clocks are put forward,"
        f" and it is {shown:%H:%M} then."
    )
