"""Pictures of nothing in particular: a creator's sign, and cut paper for what is still unknown."""

from random import Random

from livedrop.artwork.palette import Colour
from livedrop.artwork.sitting import Sitting
from livedrop.artwork.studio import cast_edge
from livedrop.artwork.svg import Sheet, smooth


def mark(sitting: Sitting) -> str:
    """Four quarters, each a plain shape, that read as one sign."""
    chance, sheet = sitting.thing, Sheet()
    sheet.fill(sitting.first.at(0.93, min(sitting.first.chroma * 0.25, 0.03)))
    inks = [sitting.first, sitting.second, sitting.first.shade(-0.12), sitting.second.at(0.86)]
    chance.shuffle(inks)
    side = 330.0
    corners = [(500 - side, 500 - side), (500.0, 500 - side), (500 - side, 500.0), (500.0, 500.0)]
    for (x, y), ink in zip(corners, inks, strict=True):
        shape = chance.choice(["arc", "arc", "leaf", "dot", "half"])
        _quarter(sheet, x, y, side, ink, shape, chance.randrange(4))
    return sheet.document()


def _quarter(
    sheet: Sheet, x: float, y: float, side: float, ink: Colour, shape: str, turns: int
) -> None:
    shapes = {
        "arc": f"M0 0H{side}A{side} {side} 0 0 1 0 {side}Z",
        "leaf": f"M0 0A{side} {side} 0 0 1 {side} {side}A{side} {side} 0 0 1 0 0Z",
        "dot": f"M{side / 2} 0A{side / 2} {side / 2} 0 1 1 {side / 2 - 0.1} 0Z",
        "half": f"M0 {side}V{side / 2}A{side / 2} {side / 2} 0 0 1 {side} {side / 2}V{side}Z",
    }
    turn = f"translate({x} {y}) rotate({90 * turns} {side / 2} {side / 2})"
    sheet.path(shapes[shape], fill=ink, transform=turn)


def cover(sitting: Sitting) -> str:
    """Sheets of coloured paper, cut and laid over each other, each with its shadow."""
    chance, family, sheet = sitting.thing, sitting.family, Sheet()
    base = family.main.at(0.30, min(family.main.chroma, 0.06)) if sitting.bold else family.ground
    stops = [(0.0, base.shade(0.03), 1.0), (1.0, base.shade(-0.04), 1.0)]
    sheet.fill(sheet.linear((0, 0), (1000, 1000), stops))
    tones = [
        sitting.second.at(0.88, sitting.second.chroma * 0.5),
        sitting.first,
        sitting.second,
        sitting.first.at(0.72, sitting.first.chroma * 0.7),
    ]
    level = chance.uniform(330, 420)
    for number, tone in enumerate(tones):
        _paper(sheet, _hill(chance, level + number * 150), tone)
        if number == 0:
            _paper(sheet, _disc(chance), family.paper.shade(-0.02))
    return sheet.document()


def _hill(chance: Random, level: float) -> str:
    points = [(x, level + chance.uniform(-95, 95)) for x in range(-100, 1200, 240)]
    return smooth(points) + "L1200 1200L-100 1200Z"


def _disc(chance: Random) -> str:
    x, y, r = chance.uniform(300, 700), chance.uniform(230, 360), chance.uniform(100, 165)
    return (
        f"M{x - r:.1f} {y:.1f}a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0"
        f"a{r:.1f} {r:.1f} 0 1 0 {-2 * r:.1f} 0Z"
    )


def _paper(sheet: Sheet, shape: str, tone: Colour) -> None:
    cast_edge(sheet, shape, tone.at(0.15, 0.03), reach=30)
    sheet.path(shape, fill=tone, stroke=tone.shade(0.07), stroke_width=2)
