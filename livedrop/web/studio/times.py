"""An instant as a creator types it: beside the clocks of their own time zone."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import StringField
from wtforms.validators import ValidationError
from wtforms.widgets import DateTimeLocalInput

from livedrop.lib import zones

YEARS = range(2000, 2200)
WHAT_IT_LOOKS_LIKE = "A date and a time, please, such as 2027-05-31 18:00."


class InstantField(StringField):
    """A local date and time; `instant` is what is meant, once `validate` has found nothing wrong.

    Where clocks show the typed time twice, `offsets` are the two that are asked about, and the
    answer comes under the field's name with `-offset` behind it.
    """

    widget = DateTimeLocalInput()
    zone: ZoneInfo
    instant: datetime

    def __init__(self, label: str, **settings: Any) -> None:
        super().__init__(label, **settings)
        self.current: datetime | None = None  # what stands now; kept to the microsecond
        self.offset: str | None = None
        self.offsets: Sequence[str] = ()

    @property
    def offset_name(self) -> str:
        return f"{self.name}-offset"

    def process(self, formdata: Any, *settings: Any, **more: Any) -> None:
        super().process(formdata, *settings, **more)
        self.offset = formdata.get(self.offset_name) if formdata else None

    def process_data(self, value: datetime | None) -> None:
        self.current, self.data = value, None

    def beside(self, zone: ZoneInfo) -> None:
        """Say whose clocks these are. Needed before the field is shown or validated."""
        self.zone = zone
        self.description = f"In {zone.key} time."
        if self.current and not self.raw_data:
            self.data = shown(self.current, zone)
            self.offset = zones.offset_at(self.current, zone)
            self._ask(datetime.fromisoformat(self.data))
        if self.current:
            self.description += f" Now {self.current.astimezone(UTC):%Y-%m-%d %H:%M} UTC."

    def pre_validate(self, form: Any) -> None:
        if self.current and self._is_unchanged():
            self.instant = self.current
            return
        local = _local(self.data)
        self._ask(local)
        try:
            self.instant = zones.instant_of(local, self.zone, self.offset)
        except zones.LocalTimeError as no:
            raise ValidationError(str(no)) from no

    def _is_unchanged(self) -> bool:
        """What was shown leaves out fractions of seconds: sent back, it means what stands."""
        assert self.current
        offsets = {None, zones.offset_at(self.current, self.zone)}
        return self.data == shown(self.current, self.zone) and self.offset in offsets

    def _ask(self, local: datetime) -> None:
        found = zones.instants(local, self.zone)
        self.offsets = [zones.offset_at(at, self.zone) for at in found] if len(found) > 1 else ()


def shown(instant: datetime, zone: ZoneInfo) -> str:
    """As browsers want it in a `datetime-local`; with seconds only where there are some."""
    local = instant.astimezone(zone)
    return f"{local:%Y-%m-%dT%H:%M:%S}" if local.second else f"{local:%Y-%m-%dT%H:%M}"


def _local(text: str | None) -> datetime:
    try:
        local = datetime.fromisoformat((text or "").strip())
    except ValueError:
        raise ValidationError(WHAT_IT_LOOKS_LIKE) from None
    if local.tzinfo or local.year not in YEARS:
        raise ValidationError(WHAT_IT_LOOKS_LIKE)
    return local
