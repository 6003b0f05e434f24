"""Bowls, cups, vases and plates: turned shapes in a dipped glaze, lit from the left."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from livedrop.artwork.palette import Colour
from livedrop.artwork.sitting import Sitting
from livedrop.artwork.studio import BLACK, WHITE, Stage, backdrop, stage
from livedrop.artwork.svg import Point, Sheet, smooth

TILT = 0.2  # height of an ellipse seen from the camera, as a part of its width
CLAY = (Colour(0.60, 0.055, 55), Colour(0.76, 0.035, 75), Colour(0.42, 0.03, 45))


@dataclass(frozen=True, slots=True)
class Pot:
    """A turned shape: its outline as (height above the table, radius), rim first."""

    x: float  # of its axis
    y: float  # of the table under it
    outline: Sequence[Point]
    glaze: Colour
    clay: Colour
    dip: float  # height of the lower edge of the glaze

    @property
    def rim(self) -> Point:
        """Its height on the canvas and its radius."""
        height, radius = self.outline[0]
        return self.y - height, radius

    @property
    def widest(self) -> float:
        return max(radius for _, radius in self.outline)

    @property
    def foot(self) -> float:
        return self.outline[-1][1]


def bowl(sitting: Sitting) -> str:
    """A bowl on a narrow foot."""
    wide = sitting.thing.uniform(285, 330)
    tall = sitting.thing.uniform(0.74, 0.92) * wide
    round_ = sitting.thing.uniform(0.86, 0.96)
    outline = [
        (tall, wide),
        (tall * 0.8, wide * (0.975 + 0.02 * round_)),
        (tall * 0.52, wide * round_ * 0.95),
        (tall * 0.25, wide * round_ * 0.74),
        (tall * 0.09, wide * 0.47),
        (tall * 0.06, wide * 0.42),
        (0, wide * 0.40),
    ]
    return _photograph(sitting, outline, scale=0.56)


def cup(sitting: Sitting) -> str:
    """A straight cup without a handle."""
    wide, tall = sitting.thing.uniform(165, 195), sitting.thing.uniform(360, 420)
    waist = sitting.thing.uniform(0.93, 1.0)
    outline = [
        (tall, wide),
        (tall * 0.7, wide * waist),
        (tall * 0.35, wide * waist * 0.99),
        (tall * 0.1, wide * 0.95),
        (tall * 0.02, wide * 0.84),
        (0, wide * 0.80),
    ]
    return _photograph(sitting, outline, scale=0.82)


def vase(sitting: Sitting) -> str:
    """A bottle with a belly and a narrow neck."""
    belly, tall = sitting.thing.uniform(190, 235), sitting.thing.uniform(540, 600)
    neck = sitting.thing.uniform(58, 82)
    outline = [
        (tall, neck * 1.18),
        (tall * 0.95, neck),
        (tall * 0.80, neck * 1.02),
        (tall * 0.66, neck * 1.7),
        (tall * 0.45, belly),
        (tall * 0.22, belly * 0.93),
        (tall * 0.05, belly * 0.60),
        (0, belly * 0.52),
    ]
    return _photograph(sitting, outline, scale=0.72)


def plate(sitting: Sitting) -> str:
    """A wide dish, low on its foot."""
    wide, tall = sitting.thing.uniform(350, 385), sitting.thing.uniform(105, 130)
    outline = [
        (tall, wide),
        (tall * 0.82, wide * 0.965),
        (tall * 0.45, wide * 0.74),
        (tall * 0.2, wide * 0.52),
        (0, wide * 0.48),
    ]
    return _photograph(sitting, outline, scale=0.62)


def _photograph(sitting: Sitting, outline: list[Point], scale: float) -> str:
    """One alone or, when it is bold, with a smaller one behind it in the other glaze."""
    place, thing = stage(sitting), sitting.thing
    clay, tall = thing.choice(CLAY), outline[0][0]
    dip = thing.choice([0.12, 0.24, 0.34]) * tall
    table = min(560 + tall * 0.5, 780)  # what is low stands further from us
    pots = [Pot(500, table, outline, sitting.first, clay, dip)]
    if sitting.bold:
        side = sitting.view.choice([-1, 1])
        small = [(height * scale, radius * scale) for height, radius in outline]
        pots = [
            Pot(
                500 + side * pots[0].widest * 0.72,
                table - 70,
                small,
                sitting.second,
                clay,
                dip * scale,
            ),
            Pot(500 - side * pots[0].widest * 0.24, table + 20, outline, sitting.first, clay, dip),
        ]
    sheet = backdrop(place)
    for pot in pots:
        _shadows(sheet, pot, place)
        _turned(sheet, pot, thing)
    return sheet.document()


def _shadows(sheet: Sheet, pot: Pot, stage: Stage) -> None:
    """The long soft one it casts to the right, and the dark line where it stands."""
    wide, foot, floor = pot.widest, pot.foot, pot.y + pot.foot * TILT * 0.4
    sheet.soft(pot.x + wide * 0.55, floor - 6, wide * 1.75, wide * 0.40, stage.shade, stage.depth)
    sheet.soft(pot.x + wide * 0.12, floor, wide * 1.15, wide * 0.26, stage.shade, stage.depth)
    dark = stage.shade.shade(-0.08)
    sheet.soft(pot.x + 8, floor + 4, foot * 1.35, foot * TILT * 1.45, dark, stage.depth + 0.2)


def _turned(sheet: Sheet, pot: Pot, chance: Random) -> None:
    inside = Sheet(sheet)
    _clay(inside, pot, chance)
    _glaze(inside, pot, chance)
    _light(inside, pot)
    _gleam(inside, pot)
    sheet.group(inside, clip_path=sheet.clip("path", d=_silhouette(pot)))
    _mouth(sheet, pot)


def _silhouette(pot: Pot) -> str:
    left = [(pot.x - radius, pot.y - height) for height, radius in pot.outline]
    right = [(pot.x + radius, pot.y - height) for height, radius in reversed(pot.outline)]
    sag = pot.foot * TILT
    foot = [(pot.x - pot.foot * 0.72, pot.y + sag * 0.68), (pot.x, pot.y + sag)]
    foot.append((pot.x + pot.foot * 0.72, pot.y + sag * 0.68))
    path = smooth([*left, *foot, *right])
    rim, radius = pot.rim
    return f"{path}A{radius:.1f} {radius * TILT:.1f} 0 0 1 {pot.x - radius:.1f} {rim:.1f}Z"


def _clay(sheet: Sheet, pot: Pot, chance: Random) -> None:
    sheet.fill(pot.clay)
    for _ in range(60):
        x, y = pot.x + chance.uniform(-1, 1) * pot.widest, pot.y - chance.uniform(-40, 160)
        sheet.circle(x, y, chance.uniform(0.8, 2.4), fill=pot.clay.shade(-0.16), fill_opacity=0.6)


def _glaze(sheet: Sheet, pot: Pot, chance: Random) -> None:
    """Dipped upside down: it ends in a wandering line, thicker and darker there."""
    top, _ = pot.rim
    edge = pot.y - pot.dip
    steps = range(-6, 7)
    wander = [chance.uniform(-1, 1) * pot.dip * 0.08 for _ in steps]
    drips = [chance.random() ** 6 * pot.dip * 0.5 for _ in steps]
    line = [
        (
            pot.x + step / 6 * pot.widest * 1.1,
            edge + (1 - (step / 6) ** 2) * pot.widest * TILT * 0.8 + shift + drip,
        )
        for step, shift, drip in zip(steps, wander, drips, strict=True)
    ]
    wide = pot.widest * 1.2
    left, right = pot.x - wide, pot.x + wide
    path = smooth(line) + f"L{right:.1f} {top - 120:.1f}L{left:.1f} {top - 120:.1f}Z"
    glaze = pot.glaze
    sheet.path(
        path,
        fill=sheet.linear(
            (0, top),
            (0, edge + 40),
            [
                (0, glaze.shade(0.09, 0.8), 1),
                (0.25, glaze.shade(0.03), 1),
                (0.75, glaze, 1),
                (1, glaze.shade(-0.07), 1),
            ],
        ),
        stroke=glaze.shade(-0.14),
        stroke_opacity=0.5,
        stroke_width=3,
    )
    for _ in range(int(150 * chance.uniform(0.5, 1.4))):
        x = pot.x + chance.gauss(0, 0.5) * pot.widest
        y = chance.uniform(top - 10, edge + 20)
        dark = chance.random() < 0.75
        sheet.circle(
            x, y, chance.uniform(0.8, 3.0) ** 1.1,
            fill=glaze.shade(-0.22) if dark else glaze.shade(0.18),
            fill_opacity=chance.uniform(0.25, 0.75),
        )  # fmt: skip
    for _ in range(9):
        y, sag = chance.uniform(top + 30, pot.y - 10), wide * TILT * 1.7
        sheet.path(
            f"M{left:.1f} {y:.1f}Q{pot.x:.1f} {y + sag:.1f} {right:.1f} {y:.1f}",
            fill="none", stroke=BLACK, stroke_opacity=0.05, stroke_width=chance.uniform(2, 7),
        )  # fmt: skip


def _light(sheet: Sheet, pot: Pot) -> None:
    """Round: bright on the left, dark towards the right, a little light back from the wall."""
    left, right = pot.x - pot.widest, pot.x + pot.widest
    sheet.fill(
        sheet.linear(
            (left, 0),
            (right, 0),
            [
                (0, BLACK, 0.26),
                (0.10, BLACK, 0.08),
                (0.26, WHITE, 0.17),
                (0.42, WHITE, 0.03),
                (0.60, BLACK, 0.12),
                (0.86, BLACK, 0.46),
                (1, BLACK, 0.34),
            ],
        )
    )
    sheet.fill(sheet.linear((0, pot.y - 150), (0, pot.y + 40), [(0, BLACK, 0), (1, BLACK, 0.36)]))


def _mouth(sheet: Sheet, pot: Pot) -> None:
    """The rim, where the glaze is thin, and the wall behind it, lit on the right."""
    top, radius = pot.rim
    glaze, lip = pot.glaze, max(radius * 0.028, 5)
    edge = glaze.towards(pot.clay, 0.55).shade(0.06)
    sheet.ellipse(
        pot.x, top, radius, radius * TILT,
        fill=sheet.linear(
            (pot.x - radius, top), (pot.x + radius, top),
            [(0, edge.shade(0.04), 1), (0.35, edge.shade(0.14), 1), (1, edge.shade(-0.12), 1)],
        ),
    )  # fmt: skip
    hole = (pot.x, top + lip * 0.35, radius - lip, (radius - lip) * TILT - lip * 0.2)
    clip = sheet.clip("ellipse", cx=hole[0], cy=hole[1], rx=hole[2], ry=hole[3])
    inside = Sheet(sheet)
    inside.ellipse(
        *hole,
        fill=sheet.linear(
            (pot.x - radius, top),
            (pot.x + radius, top),
            [
                (0, glaze.shade(-0.26), 1),
                (0.35, glaze.shade(-0.16), 1),
                (0.8, glaze.shade(0.02), 1),
                (1, glaze.shade(0.08), 1),
            ],
        ),
    )
    deep = min(pot.outline[0][0] / radius, 2)
    inside.ellipse(
        pot.x - radius * 0.1, top + radius * TILT * (0.25 + 0.35 * deep), radius * 0.95,
        radius * TILT * 0.95,
        fill=sheet.radial(
            (pot.x - radius * 0.1, top + radius * TILT * (0.25 + 0.35 * deep)), radius * 0.95,
            [(0, glaze.shade(-0.30), 0.9), (0.7, glaze.shade(-0.25), 0.6), (1, glaze, 0)],
            squash=TILT,
        ),
    )  # fmt: skip
    sheet.group(inside, clip_path=clip)


def _gleam(sheet: Sheet, pot: Pot) -> None:
    """A tall window's reflection on the shoulder."""
    (top, _), tall = pot.rim, pot.outline[0][0]
    x, y = pot.x - pot.widest * 0.50, top + tall * 0.40
    lean = f"rotate(6 {x:.0f} {y:.0f})"
    sheet.soft(x, y, pot.widest * 0.17, tall * 0.36, WHITE, 0.30, transform=lean)
    sheet.soft(x, y - tall * 0.02, pot.widest * 0.055, tall * 0.24, WHITE, 0.55, transform=lean)
