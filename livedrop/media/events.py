"""What happens to pictures that people upload."""

from dataclasses import dataclass
from typing import ClassVar

from livedrop.outbox.record import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureEvent(Event):
    about: ClassVar[str] = "picture"


class PictureUploaded(PictureEvent):
    """Somebody sent a picture; it has to be made ready."""


class PictureRetried(PictureEvent):
    """A picture that failed has to be made ready once more."""


class PictureReady(PictureEvent):
    """Its variants are there to be shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureFailed(PictureEvent):
    """It could not be made ready."""

    failure: str


class PictureDescribed(PictureEvent):
    """Its owner changed what it is said to show."""


class PictureRemoved(PictureEvent):
    """It is gone, and its files are."""
