"""An uploaded picture as pages show it: what it shows, and the files to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from livedrop.media.rules import Name
from livedrop.media.store import picture_key


@dataclass(frozen=True, slots=True)
class Variant:
    name: Name
    width: int
    height: int
    key: str  # in the store


@dataclass(frozen=True, slots=True)
class Photo:
    """`words` say what it shows, in its owner's words; the variants' smallest comes first."""

    words: str
    variants: tuple[Variant, ...]

    def named(self, name: str) -> Variant:
        return next(one for one in self.variants if one.name == name)


def photo_of(said: Mapping[str, Any] | None) -> Photo | None:
    """The picture of a row's column, if it has one."""
    if said is None:
        return None
    name = said["name"]
    return Photo(
        said["alt"],
        tuple(
            Variant(one["name"], one["width"], one["height"], picture_key(name, one["name"]))
            for one in said["variants"]
        ),
    )
