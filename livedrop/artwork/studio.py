"""The photographer's studio: a seamless backdrop, light from the upper left, soft shadows."""

from dataclasses import dataclass

from livedrop.artwork.palette import Colour
from livedrop.artwork.sitting import Sitting
from livedrop.artwork.svg import SIZE, Sheet, num

Box = tuple[float, float, float, float]  # left, top, width, height

BLACK, WHITE = "#000", "#fff"
SOFT = 16  # outlines that make an edge soft


@dataclass(frozen=True, slots=True)
class Stage:
    """Before what, and in how much light, a thing is shown."""

    ground: Colour
    dark: bool

    @property
    def shade(self) -> Colour:
        """The colour of its shadows: never plain black."""
        return self.ground.at(0.13 if self.dark else 0.30, min(self.ground.chroma * 1.2, 0.06))

    @property
    def depth(self) -> float:
        """How opaque shadows are."""
        return 0.75 if self.dark else 0.5


def stage(sitting: Sitting) -> Stage:
    """Dark or tinted for an occasion, else mostly in plain light."""
    first, second = sitting.first, sitting.second
    grounds = {
        "light": Stage(sitting.family.ground, dark=False),
        "tinted": Stage(second.at(0.80, min(second.chroma * 0.55, 0.07)), dark=False),
        "dark": Stage(first.at(0.31, min(first.chroma * 0.5, 0.045)), dark=True),
    }
    choice = ("dark", "tinted", "dark") if sitting.bold else ("light", "light", "tinted")
    return grounds[sitting.view.choice(choice)]


def backdrop(stage: Stage, horizon: float = 620) -> Sheet:
    """Wall and floor in one sweep; `horizon` is where one becomes the other."""
    ground, sheet = stage.ground, Sheet()
    middle = horizon / SIZE
    sheet.fill(
        sheet.linear(
            (0, 0),
            (0, SIZE),
            [
                (0, ground.shade(-0.035), 1),
                (middle - 0.16, ground.shade(0.005), 1),
                (middle, ground.shade(0.022), 1),
                (middle + 0.1, ground.shade(0.03), 1),
                (1, ground.shade(-0.02), 1),
            ],
        )
    )
    glow = 0.16 if stage.dark else 0.42
    sheet.fill(sheet.radial((300, 300), 760, [(0, WHITE, glow), (1, WHITE, 0)]))
    edge = stage.shade
    sheet.fill(sheet.radial((470, 470), 800, [(0.5, edge, 0), (1, edge, 0.20)]))
    return sheet


def tabletop(stage: Stage) -> Sheet:
    """A surface seen from above, lit from the upper left."""
    ground, sheet = stage.ground, Sheet()
    sheet.fill(
        sheet.linear(
            (0, 0), (SIZE, SIZE), [(0, ground.shade(0.04), 1), (1, ground.shade(-0.05), 1)]
        )
    )
    glow = 0.12 if stage.dark else 0.35
    sheet.fill(sheet.radial((220, 160), 900, [(0, WHITE, glow), (1, WHITE, 0)]))
    sheet.fill(sheet.radial((440, 430), 850, [(0.55, stage.shade, 0), (1, stage.shade, 0.18)]))
    return sheet


def wall(stage: Stage) -> Sheet:
    """A plain wall with the light of a window falling on it."""
    ground, sheet = stage.ground, Sheet()
    sheet.fill(
        sheet.linear(
            (0, 0), (SIZE, SIZE), [(0, ground.shade(0.03), 1), (1, ground.shade(-0.05), 1)]
        )
    )
    light = 0.06 if stage.dark else 0.20
    pane = [(0, WHITE, 0), (0.12, WHITE, light), (0.88, WHITE, light), (1, WHITE, 0)]
    for left in (10, 410):
        fill = sheet.linear((left, 0), (left + 300, 0), pane)
        sheet.rect(left, -400, 300, 1800, fill=fill, transform="rotate(-22 500 500)")
    sheet.fill(sheet.radial((420, 380), 900, [(0.5, stage.shade, 0), (1, stage.shade, 0.2)]))
    return sheet


def cast(sheet: Sheet, stage: Stage, box: Box, *, rx: float = 4, reach: float = 26) -> None:
    """The shadow of something flat on a table: growing outlines make a soft edge."""
    x, y, wide, tall = box
    for step in range(SOFT):
        grow = reach * (1 - 1.6 * step / SOFT)
        strength = stage.depth * (0.3 + 1.5 * step / SOFT) / SOFT
        sheet.rect(
            x + reach * 0.4 - grow, y + reach * 0.6 - grow, wide + 2 * grow, tall + 2 * grow,
            rx=max(grow + rx, 2), fill=stage.shade, fill_opacity=strength * 1.3,
        )  # fmt: skip


def cast_edge(sheet: Sheet, shape: str, shade: Colour, reach: float = 26) -> None:
    """The shadow along the edge of a shape that will be drawn over it."""
    rings = SOFT // 2
    for ring in range(rings):
        sheet.path(
            shape,
            fill="none",
            stroke=shade,
            stroke_opacity=0.02 + 0.10 * ring / rings,
            stroke_linejoin="round",
            stroke_width=2 * reach * (1 - ring / rings),
            transform=f"translate({num(reach * 0.2)} {num(reach * 0.3)})",
        )
