"""Which picture a thing has: a value that names all there is to know for drawing it again."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from random import Random

from livedrop.artwork import ceramic, mark
from livedrop.artwork.palette import FAMILIES, family_number
from livedrop.artwork.sitting import Sitting
from livedrop.artwork.svg import Scene

NAME = re.compile(r"(?P<kind>[a-z]+)-(?P<seed>[0-9a-f]{8})-(?P<family>\d\d)(?P<bold>[bs])")


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of thing that can be drawn.

    `words` say what is seen, with its first and second colour; `in_title` are words by which a
    title tells that this is the thing.
    """

    style: str
    draw: Callable[[Sitting], Scene]
    words: str
    bold_words: str = ""
    in_title: str = ""


KINDS = {
    "bowl": Kind(
        "ceramic",
        ceramic.bowl,
        "A stoneware bowl in {first} glaze",
        "Two stoneware bowls, in {first} and {second} glaze",
        "bowl bowls chawan",
    ),
    "cup": Kind(
        "ceramic",
        ceramic.cup,
        "A straight cup in {first} glaze",
        "Two straight cups, in {first} and {second} glaze",
        "cup cups mug mugs tumbler beaker",
    ),
    "vase": Kind(
        "ceramic",
        ceramic.vase,
        "A bottle vase in {first} glaze",
        "Two bottle vases, in {first} and {second} glaze",
        "vase vases bottle jug carafe",
    ),
    "plate": Kind(
        "ceramic",
        ceramic.plate,
        "A wide dish in {first} glaze",
        "Two wide dishes, in {first} and {second} glaze",
        "plate plates dish dishes",
    ),
    "cover": Kind("mark", mark.cover, "Cut-paper shapes in {first} and {second}"),
    "mark": Kind("mark", mark.mark, "A sign of four shapes in {first} and {second}"),
}
ANYTHING = "cover"  # shows no thing, so it is wrong of none


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture. The same kind, seed and family are the same thing; `bold` is another view of
    it: dressed for an occasion."""

    kind: str
    seed: int
    family: int
    bold: bool = False

    @property
    def style(self) -> str:
        return KINDS[self.kind].style

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.seed:08x}-{self.family:02}{'b' if self.bold else 's'}"

    @property
    def words(self) -> str:
        """What it shows, for those who do not see it."""
        kind, family = KINDS[self.kind], FAMILIES[self.family]
        colours = (family.main_word, family.accent_word)
        first, second = reversed(colours) if self._turned else colours
        words = (self.bold and kind.bold_words) or kind.words
        return words.format(first=first, second=second)

    @property
    def scene(self) -> Scene:
        """It, drawn: always the same."""
        family = FAMILIES[self.family]
        colours = (family.main, family.accent)
        first, second = reversed(colours) if self._turned else colours
        view = self.seed * 2 + self.bold
        return KINDS[self.kind].draw(
            Sitting(family, first, second, self.bold, Random(self.seed), Random(view))
        )

    @property
    def _turned(self) -> bool:
        """Whether the family's accent comes first."""
        return self.seed % 3 == 2


def picture_of(kind: str, slug: str, handle: str, *, bold: bool = False) -> Picture:
    """The picture of a creator's thing; `kind` as `kind_of` told it, or empty if nobody asked."""
    seed = int.from_bytes(blake2b(slug.encode(), digest_size=4).digest(), "big")
    return Picture(kind if kind in KINDS else ANYTHING, seed, family_number(handle), bold)


def mark_of(handle: str) -> Picture:
    """The sign of a creator."""
    return picture_of("mark", handle, handle)


def named(name: str) -> Picture | None:
    """The picture of this name, if there is any."""
    found = NAME.fullmatch(name)
    if not found or found["kind"] not in KINDS or int(found["family"]) >= len(FAMILIES):
        return None
    return Picture(
        found["kind"], int(found["seed"], 16), int(found["family"]), found["bold"] == "b"
    )


def kind_of(title: str) -> str:
    """The kind of thing that a title names, by its last telling word; else the one for anything."""
    for word in reversed(re.findall(r"[^\W\d_]+", title.lower())):
        for name, kind in KINDS.items():
            if word in kind.in_title.split():
                return name
    return ANYTHING


def _version() -> str:
    digest = blake2b(digest_size=6)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


# Changes with the way pictures are drawn, so that their addresses do.
VERSION = _version()
