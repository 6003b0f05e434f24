"""Recordings: a record half out of its sleeve, and cassettes with their cards."""

from math import cos, pi, sin, tau
from random import Random

from livedrop.artwork.palette import Colour
from livedrop.artwork.sitting import Sitting
from livedrop.artwork.studio import BLACK, WHITE, cast, stage, tabletop
from livedrop.artwork.svg import Sheet, polyline, smooth

LACQUER = Colour(0.20, 0.006, 60)
TURN = 5  # degrees between the rays of light on a record


def record(sitting: Sitting) -> str:
    """A record and its sleeve; for an occasion in coloured vinyl."""
    place = stage(sitting)
    sheet = tabletop(place)
    inside = Sheet(sheet)
    vinyl = sitting.second.at(0.55) if sitting.bold else LACQUER
    cast(inside, place, (417, 242, 516, 516), rx=258)
    _disc(inside, sitting, 675, 500, 258, vinyl)
    cast(inside, place, (110, 215, 570, 570))
    _sleeve(inside, sitting, 110, 215, 570)
    turn = sitting.view.uniform(-7, 5)
    sheet.group(
        inside,
        transform=f"rotate({turn:.1f} 500 500) translate(500 500) scale(.96) translate(-522 -500)",
    )
    return sheet.document()


def cassette(sitting: Sitting) -> str:
    """A cassette on the card that it comes with; for an occasion its twin beside it."""
    place = stage(sitting)
    sheet = tabletop(place)
    turn = sitting.view.uniform(-9, -3)
    inside = Sheet(sheet)
    if sitting.bold:
        cast(inside, place, (190, 175, 620, 390))
        _shell(inside, sitting, 190, 175, sitting.second, sitting.first)
        cast(inside, place, (250, 470, 620, 390))
        _shell(inside, sitting, 250, 470, sitting.first, sitting.second)
    else:
        cast(inside, place, (170, 150, 640, 640))
        _card(inside, sitting, 170, 150, 640)
        cast(inside, place, (230, 440, 620, 390))
        _shell(inside, sitting, 230, 440, sitting.first, sitting.second)
    sheet.group(inside, transform=f"rotate({turn:.1f} 500 500) translate(-10 0)")
    return sheet.document()


# --- a record ---


def _disc(sheet: Sheet, sitting: Sitting, x: float, y: float, radius: float, vinyl: Colour) -> None:
    sheet.circle(x, y, radius, fill=vinyl)
    chance = sitting.thing
    r = radius * 0.965
    while r > radius * 0.40:
        light = chance.random() < 0.5
        sheet.circle(
            x, y, r, fill="none", stroke=WHITE if light else BLACK,
            stroke_opacity=chance.uniform(0.03, 0.09) if light else chance.uniform(0.10, 0.30),
            stroke_width=chance.uniform(1.0, 2.2),
        )  # fmt: skip
        r -= chance.choice([3.2, 3.6, 4.0, 4.0, 9.5 if chance.random() < 0.16 else 3.6])
    clip = sheet.clip("path", d=_ring(x, y, radius * 0.985, radius * 0.37), clip_rule="evenodd")
    rays = Sheet(sheet)
    for degrees in range(0, 360, TURN):
        angle = degrees / 360 * tau
        bright = (
            max(cos(2 * (angle - 0.72 * pi)), 0) ** 9
            + 0.35 * max(cos(2 * (angle - 0.2 * pi)), 0) ** 12
        )
        if bright > 0.01:
            half = TURN / 360 * tau * 0.75
            points = [(x, y)] + [
                (
                    x + radius * 1.1 * cos(angle + side * half),
                    y + radius * 1.1 * sin(angle + side * half),
                )
                for side in (-1, 1)
            ]
            rays.path(polyline(points, closed=True), fill=WHITE, fill_opacity=bright * 0.20)
    sheet.group(rays, clip_path=clip)
    sheet.circle(x, y, radius * 0.36, fill=vinyl.shade(-0.05))
    label = sitting.first
    sheet.circle(x, y, radius * 0.335, fill=label)
    sheet.path(
        f"M{x - radius * 0.335:.1f} {y:.1f}"
        f"A{radius * 0.335:.1f} {radius * 0.335:.1f} 0 0 0 {x + radius * 0.335:.1f} {y:.1f}Z",
        fill=sitting.family.paper,
    )
    for line, length in ((0.10, 0.34), (0.16, 0.24), (0.22, 0.28)):
        sheet.rect(
            x - radius * length / 2,
            y + radius * line,
            radius * length,
            4,
            fill=sitting.family.ink,
            fill_opacity=0.65,
        )
    sheet.circle(
        x, y, radius * 0.335, fill="none", stroke=BLACK, stroke_opacity=0.25, stroke_width=2
    )
    sheet.circle(x, y, 9, fill=BLACK, fill_opacity=0.8)
    sheet.circle(x, y, radius - 1, fill="none", stroke=WHITE, stroke_opacity=0.22, stroke_width=2)


def _ring(x: float, y: float, outer: float, inner: float) -> str:
    return "".join(
        f"M{x - r:.1f} {y:.1f}a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0"
        f"a{r:.1f} {r:.1f} 0 1 0 {-2 * r:.1f} 0Z"
        for r in (outer, inner)
    )


def _sleeve(sheet: Sheet, sitting: Sitting, x: float, y: float, side: float) -> None:
    """Heavy board, printed, a little worn where the record sits."""
    cover = Sheet(sheet)
    draw = sitting.thing.choice([_fields, _levels, _ripples])
    draw(cover, sitting, x, y, side)
    sheet.group(cover, clip_path=sheet.clip("rect", x=x, y=y, width=side, height=side))
    sheet.rect(
        x,
        y,
        side,
        side,
        fill=sheet.linear(
            (x, y), (x + side, y + side), [(0, WHITE, 0.14), (0.4, WHITE, 0), (1, BLACK, 0.16)]
        ),
    )
    middle, radius = x + side / 2, side * 0.455
    sheet.circle(
        middle, y + side / 2, radius, fill="none", stroke=WHITE, stroke_opacity=0.07, stroke_width=7
    )
    sheet.circle(
        middle,
        y + side / 2,
        radius + 4,
        fill="none",
        stroke=BLACK,
        stroke_opacity=0.06,
        stroke_width=3,
    )
    sheet.rect(
        x + side - 7,
        y,
        7,
        side,
        fill=sheet.linear((x + side - 7, y), (x + side, y), [(0, BLACK, 0), (1, BLACK, 0.35)]),
    )
    sheet.rect(x, y, side, side, fill="none", stroke=WHITE, stroke_opacity=0.18, stroke_width=1.5)


def _title(sheet: Sheet, x: float, y: float, ink: Colour, chance: Random) -> None:
    """Lines where words would be: small, set in a corner."""
    for row, most in enumerate((120, 84)):
        sheet.rect(x, y + row * 17, most * chance.uniform(0.7, 1), 6, fill=ink)


def _fields(sheet: Sheet, sitting: Sitting, x: float, y: float, side: float) -> None:
    """A low horizon: water, reeds, weather."""
    chance, first, second = sitting.thing, sitting.first, sitting.second
    sky = second.at(0.86, second.chroma * 0.45)
    sheet.rect(
        x,
        y,
        side,
        side,
        fill=sheet.linear(
            (x, y), (x, y + side), [(0, sky, 1), (0.62, second.at(0.76), 1), (1, second, 1)]
        ),
    )
    sheet.circle(
        x + side * chance.uniform(0.25, 0.75),
        y + side * 0.36,
        side * 0.13,
        fill=sitting.family.paper,
    )
    for row in range(5):
        level = y + side * (0.50 + 0.105 * row)
        points = [
            (x + side * step / 7, level + chance.uniform(-1, 1) * side * 0.022)
            for step in range(-1, 9)
        ]
        sheet.path(
            smooth(points) + f"V{y + side:.1f}H{x:.1f}Z",
            fill=second.towards(first, 0.25 + 0.17 * row).at(0.68 - 0.10 * row),
        )
    ink = first.at(0.26, min(first.chroma, 0.06))
    for _ in range(46):
        foot, height = x + chance.random() * side, side * chance.uniform(0.05, 0.24)
        bend = chance.gauss(0, 0.12) * height
        sheet.path(
            f"M{foot:.1f} {y + side:.1f}"
            f"q{bend * 0.2:.1f} {-height * 0.6:.1f} {bend:.1f} {-height:.1f}",
            fill="none",
            stroke=ink,
            stroke_width=chance.uniform(1.5, 3.5),
            stroke_linecap="round",
        )
    _title(sheet, x + side * 0.06, y + side * 0.065, ink, chance)


def _levels(sheet: Sheet, sitting: Sitting, x: float, y: float, side: float) -> None:
    """A sound as bars, loud in the middle."""
    chance, ground = sitting.thing, sitting.first
    bright = sitting.second
    sheet.rect(x, y, side, side, fill=ground)
    count = chance.choice([17, 21, 25])
    step = side * 0.76 / count
    for number in range(count):
        swell = 1 - abs(number / (count - 1) - 0.5) * 1.5
        height = side * (0.05 + 0.46 * swell * chance.uniform(0.35, 1))
        tone = sitting.family.paper if number == count // 2 else bright
        left, top = x + side * 0.12 + step * (number + 0.2), y + side * 0.54 - height / 2
        sheet.rect(left, top, step * 0.6, height, rx=step * 0.3, fill=tone)
    _title(sheet, x + side * 0.12, y + side * 0.09, bright, chance)


def _ripples(sheet: Sheet, sitting: Sitting, x: float, y: float, side: float) -> None:
    """Two drops fell into still water."""
    chance, ground = sitting.thing, sitting.second
    ink = sitting.first
    sheet.rect(x, y, side, side, fill=ground)
    sheet.rect(x, y, side, side * chance.uniform(0.36, 0.5), fill=sitting.family.paper)
    for cx, cy in ((0.34, 0.60), (0.70, 0.42)):
        for ring in range(11):
            sheet.circle(
                x + side * cx, y + side * cy, side * (0.02 + 0.037 * ring), fill="none", stroke=ink,
                stroke_width=side * 0.012 * (1 - ring / 14),
            )  # fmt: skip
    _title(sheet, x + side * 0.06, y + side * 0.90, ink.at(0.30), chance)


# --- a cassette, 620 wide and 390 high ---


def _shell(sheet: Sheet, sitting: Sitting, x: float, y: float, tone: Colour, label: Colour) -> None:
    paper = sitting.family.paper
    sheet.rect(
        x,
        y,
        620,
        390,
        rx=20,
        fill=sheet.linear(
            (x, y), (x + 620, y + 390), [(0, tone.shade(0.07), 1), (1, tone.shade(-0.06), 1)]
        ),
    )
    sheet.rect(
        x + 2,
        y + 2,
        616,
        386,
        rx=18,
        fill="none",
        stroke=WHITE,
        stroke_opacity=0.28,
        stroke_width=2.5,
    )
    sheet.path(
        f"M{x + 120} {y + 388}l26 -72h328l26 72Z",
        fill=tone.shade(-0.06),
        stroke=BLACK,
        stroke_opacity=0.22,
        stroke_width=2,
    )
    for at_x in (176, 226, 394, 444):
        sheet.circle(
            x + at_x, y + 356, 11 if at_x in (226, 394) else 8, fill=BLACK, fill_opacity=0.55
        )
    for at_x, at_y in ((26, 26), (594, 26), (26, 364), (594, 364)):
        sheet.circle(x + at_x, y + at_y, 9, fill=tone.shade(-0.12))
        sheet.path(
            f"M{x + at_x - 5} {y + at_y - 5}l10 10m0 -10l-10 10",
            stroke=BLACK,
            stroke_opacity=0.4,
            stroke_width=2.4,
        )
    sheet.rect(x + 48, y + 34, 524, 250, rx=12, fill=paper)
    sheet.rect(x + 48, y + 112, 524, 172, rx=12, fill=label)
    sheet.rect(x + 48, y + 112, 524, 26, fill=label)
    for row, tint in enumerate((0.10, 0.20)):
        sheet.rect(x + 48, y + 236 + row * 18, 524, 9, fill=label.towards(paper, tint * 3))
    chance = sitting.thing
    sheet.rect(x + 72, y + 54, 30, 30, rx=4, fill="none", stroke=sitting.family.ink, stroke_width=4)
    points = [(x + 122 + step * 18, y + 76 + chance.uniform(-11, 6)) for step in range(15)]
    sheet.path(
        smooth(points),
        fill="none",
        stroke=sitting.family.ink,
        stroke_width=3,
        stroke_linecap="round",
    )
    sheet.rect(x + 122, y + 94, 424, 1.5, fill=sitting.family.ink, fill_opacity=0.4)
    sheet.rect(x + 142, y + 136, 336, 104, rx=52, fill=tone.shade(-0.10))
    sheet.rect(x + 226, y + 146, 168, 84, rx=8, fill=Colour(0.25, 0.012, 60))
    tape = Colour(0.31, 0.03, 50)
    left = chance.uniform(0.25, 0.85)
    window = Sheet(sheet)
    window.circle(x + 194, y + 188, 52 + 64 * left, fill=tape)
    window.circle(x + 426, y + 188, 52 + 64 * (1 - left), fill=tape)
    sheet.group(
        window, clip_path=sheet.clip("rect", x=x + 226, y=y + 146, width=168, height=84, rx=8)
    )
    sheet.path(
        f"M{x + 236} {y + 224}L{x + 300} {y + 152}H{x + 340}L{x + 276} {y + 224}Z",
        fill=WHITE,
        fill_opacity=0.13,
    )
    for hub in (194, 426):
        _hub(sheet, x + hub, y + 188, chance.uniform(0, 60))
    sheet.rect(
        x,
        y,
        620,
        390,
        rx=20,
        fill=sheet.linear(
            (x, y), (x + 620, y + 390), [(0, WHITE, 0.16), (0.45, WHITE, 0), (1, BLACK, 0.16)]
        ),
    )


def _hub(sheet: Sheet, x: float, y: float, turn: float) -> None:
    sheet.circle(x, y, 40, fill=Colour(0.93, 0.008, 85))
    sheet.circle(x, y, 27, fill=Colour(0.22, 0.01, 60))
    for tooth in range(6):
        sheet.rect(
            x - 4,
            y - 30,
            8,
            14,
            fill=Colour(0.93, 0.008, 85),
            transform=f"rotate({turn + tooth * 60:.0f} {x} {y})",
        )
    sheet.circle(x, y, 40, fill="none", stroke=BLACK, stroke_opacity=0.22, stroke_width=2)


def _card(sheet: Sheet, sitting: Sitting, x: float, y: float, side: float) -> None:
    """The printed card under it."""
    inside = Sheet(sheet)
    sitting.thing.choice([_fields, _ripples])(inside, sitting, x, y, side)
    sheet.group(inside, clip_path=sheet.clip("rect", x=x, y=y, width=side, height=side, rx=4))
    sheet.rect(
        x,
        y,
        side,
        side,
        rx=4,
        fill=sheet.linear((x, y), (x + side, y + side), [(0, WHITE, 0.12), (1, BLACK, 0.12)]),
    )
