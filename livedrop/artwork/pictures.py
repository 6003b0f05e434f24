"""Which picture a thing has: a value that names all there is to know for drawing it again."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from random import Random

from livedrop.artwork import ceramic, mark, objects, prints, textile, vinyl
from livedrop.artwork.palette import FAMILIES, family_number
from livedrop.artwork.sitting import Sitting

NAME = re.compile(r"(?P<kind>[a-z]+)-(?P<seed>[0-9a-f]{8})-(?P<family>\d\d)(?P<bold>[bs])")


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of thing that can be drawn.

    `words` say what is seen, with its first and second colour; `in_title` are words by which a
    title tells that this is the thing.
    """

    style: str
    draw: Callable[[Sitting], str]
    words: str
    bold_words: str = ""
    in_title: str = ""


KINDS = {
    "harbour": Kind(
        "print",
        prints.harbour,
        "A print of a harbour with cranes at dusk, in {first} and {second}",
        "A framed print of a harbour with cranes at dusk, in {first} and {second}",
        "harbour harbor quay",
    ),
    "lighthouse": Kind(
        "print",
        prints.lighthouse,
        "A print of a lighthouse at night, in {first} and {second}",
        "A framed print of a lighthouse at night, in {first} and {second}",
        "lighthouse",
    ),
    "boat": Kind(
        "print",
        prints.boat,
        "A print of a small boat under sail, in {first} and {second}",
        "A framed print of a small boat under sail, in {first} and {second}",
        "boat boats ship sail",
    ),
    "tides": Kind(
        "print",
        prints.tides,
        "Twelve small prints of waves and moons, in {first} and {second}",
        in_title="tide tides calendar moon moons",
    ),
    "moths": Kind(
        "print",
        prints.moths,
        "A poster of moths in rows, in {first} and {second}",
        "A framed poster of moths in rows, in {first} and {second}",
        "moths butterflies poster",
    ),
    "leaves": Kind(
        "print",
        prints.leaves,
        "A linocut of leafy stems, in {first} and {second}",
        "A framed linocut of leafy stems, in {first} and {second}",
        "linocut leaves botanical fern herbarium",
    ),
    "shapes": Kind(
        "print",
        prints.shapes,
        "A print of arches, discs and bars, in {first} and {second}",
        "A framed print of arches, discs and bars, in {first} and {second}",
        "print prints riso risograph screenprint etching",
    ),
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
        "vase vases bottle jug carafe pot pots",
    ),
    "plate": Kind(
        "ceramic",
        ceramic.plate,
        "A wide dish in {first} glaze",
        "Two wide dishes, in {first} and {second} glaze",
        "plate plates dish dishes",
    ),
    "record": Kind(
        "vinyl",
        vinyl.record,
        "A black record half out of a sleeve in {first} and {second}",
        "A record in {second} vinyl half out of a sleeve in {first} and {second}",
        "record records vinyl lp album",
    ),
    "cassette": Kind(
        "vinyl",
        vinyl.cassette,
        "A cassette in {first} on its printed card",
        "Two cassettes, in {first} and {second}",
        "cassette cassettes tape tapes mixtape",
    ),
    "throw": Kind(
        "textile",
        textile.throw,
        "A folded throw of {first} wool with a fringe",
        "A folded throw of {first} wool in a paper band",
        "throw throws blanket plaid rug",
    ),
    "scarf": Kind(
        "textile",
        textile.scarf,
        "A striped scarf of {first} wool, hung over a rail",
        in_title="scarf scarves shawl stole",
    ),
    "cloth": Kind(
        "textile",
        textile.cloth,
        "A square of {first} cloth with a corner turned over",
        in_title="cloth towel napkin napkins textile linen bandana",
    ),
    "pin": Kind(
        "object",
        objects.pin,
        "An enamel moth pin in {first} and {second} on its card",
        in_title="pin pins badge brooch moth",
    ),
    "zine": Kind(
        "object",
        objects.zine,
        "A stapled zine with a cover in {first} and {second}",
        in_title="zine zines booklet comic chapbook magazine pages",
    ),
    "lamp": Kind(
        "object",
        objects.lamp,
        "A table lamp with a {first} dome, lit",
        in_title="lamp lamps lantern",
    ),
    "candle": Kind(
        "object",
        objects.candle,
        "A candle in a {first} tumbler, lit",
        in_title="candle candles",
    ),
    "box": Kind(
        "object",
        objects.box,
        "A {first} box with a {second} band",
        in_title="box boxes kit parcel",
    ),
    "cover": Kind("mark", mark.cover, "Cut-paper shapes in {first} and {second}"),
    "mark": Kind("mark", mark.mark, "A sign of four shapes in {first} and {second}"),
}
ANYTHING = "cover"  # shows no thing, so it is wrong of none
NAMED = {word: name for name, kind in KINDS.items() for word in kind.in_title.split()}


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
    def drawing(self) -> str:
        """It, as SVG: always the same."""
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


def cover_of(handle: str) -> Picture:
    """What stands behind a creator's sign, where there is room."""
    return picture_of("cover", handle, handle)


def named(name: str) -> Picture | None:
    """The picture of this name, if there is any."""
    found = NAME.fullmatch(name)
    if not found or found["kind"] not in KINDS or int(found["family"]) >= len(FAMILIES):
        return None
    return Picture(
        found["kind"], int(found["seed"], 16), int(found["family"]), found["bold"] == "b"
    )


def kind_of(title: str, story: str = "") -> str:
    """The kind of thing that a title names by its last telling word, else the story's first
    sentences by their first; else the one for anything."""
    words = [*reversed(_words(title)), *_words(". ".join(story.split(".")[:2]))]
    return next((NAMED[word] for word in words if word in NAMED), ANYTHING)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower())


def _version() -> str:
    digest = blake2b(digest_size=6)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


# Changes with the way pictures are drawn, so that their addresses do.
VERSION = _version()
