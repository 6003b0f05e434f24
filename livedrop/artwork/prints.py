"""Prints: inks laid over each other on a sheet of paper, none of them quite in register."""

from collections.abc import Callable
from math import cos, pi, sin, tau
from random import Random

from livedrop.artwork.palette import Colour
from livedrop.artwork.sitting import Sitting
from livedrop.artwork.studio import Box, Stage, cast, stage, tabletop, wall
from livedrop.artwork.svg import Point, Sheet, polyline, smooth

Motif = Callable[[Sheet, Sitting, Box], None]
SLIP = 3.0  # how far an ink may lie beside its place


def harbour(sitting: Sitting) -> str:
    """A wall, cranes and the evening's last light on the water."""
    return _shown(sitting, _harbour)


def lighthouse(sitting: Sitting) -> str:
    """A lighthouse on its rock, with its beam."""
    return _shown(sitting, _lighthouse)


def boat(sitting: Sitting) -> str:
    """A small boat under sail."""
    return _shown(sitting, _boat)


def tides(sitting: Sitting) -> str:
    """Twelve small sheets, each with a wave and a moon."""
    place = stage(sitting)
    sheet = tabletop(place)
    wide, tall, gap = 176.0, 226.0, 22.0
    first = sitting.thing.randrange(12)
    left, top = 500 - (4 * wide + 3 * gap) / 2, 500 - (3 * tall + 2 * gap) / 2
    for number in range(12):
        x, y = left + number % 4 * (wide + gap), top + number // 4 * (tall + gap)
        turn = sitting.view.gauss(0, 0.7) if sitting.bold else 0
        box = (x, y, wide, tall)
        _paper(sheet, place, box, turn, near=True)
        inside = Sheet(sheet)
        _tide(inside, sitting, _within(box, 0.10), number + first)
        sheet.group(inside, transform=_turned(box, turn))
    return sheet.document()


def moths(sitting: Sitting) -> str:
    """Moths in rows, as a collector would pin them."""
    return _shown(sitting, _moths)


def leaves(sitting: Sitting) -> str:
    """Stems with leaves, cut in linoleum."""
    return _shown(sitting, _leaves)


def shapes(sitting: Sitting) -> str:
    """Arches, discs and bars."""
    return _shown(sitting, _shapes)


def panel(sheet: Sheet, sitting: Sitting, box: Box) -> None:
    """One of the motifs, for whatever else is printed on."""
    _printed(sheet, sitting, sitting.thing.choice([_harbour, _moths, _leaves, _shapes]), box)


# --- how a print is shown ---


def _shown(sitting: Sitting, motif: Motif) -> str:
    """Lying flat on a table or, for an occasion, framed on a wall."""
    return _framed(sitting, motif) if sitting.bold else _flat(sitting, motif)


def _flat(sitting: Sitting, motif: Motif) -> str:
    place = stage(sitting)
    sheet = tabletop(place)
    turn = sitting.view.uniform(-2.2, 2.2)
    box = (215.0, 130.0, 570.0, 740.0)
    _paper(sheet, place, box, turn)
    inside = Sheet(sheet)
    _printed(inside, sitting, motif, _within(box, 0.085))
    _pencil(inside, sitting, box)
    sheet.group(inside, transform=_turned(box, turn))
    _light(sheet)
    return sheet.document()


def _framed(sitting: Sitting, motif: Motif) -> str:
    place = stage(sitting)
    sheet = wall(place)
    wood = sitting.view.choice(
        [Colour(0.30, 0.03, 50), Colour(0.72, 0.06, 72), Colour(0.24, 0.01, 60)]
    )
    left, top, wide, tall = 205.0, 105.0, 590.0, 770.0
    sheet.soft(530, 560, 480, 560, place.shade, place.depth * 0.75)
    sheet.soft(545, 880, 420, 60, place.shade, place.depth * 0.6)
    sheet.rect(left, top, wide, tall, fill=wood)
    sheet.path(f"M{left} {top}h{wide}l-20 20h{-wide + 40}Z", fill=wood.shade(0.10))
    sheet.path(f"M{left} {top}v{tall}l20 -20v{-tall + 40}Z", fill=wood.shade(0.05))
    sheet.path(f"M{left} {top + tall}h{wide}l-20 -20h{-wide + 40}Z", fill=wood.shade(-0.07))
    box = (left + 20, top + 20, wide - 40, tall - 40)
    paper = sitting.family.paper
    sheet.rect(*box, fill=paper)
    inside = Sheet(sheet)
    _printed(inside, sitting, motif, _within(box, 0.12))
    _pencil(inside, sitting, box)
    sheet.group(inside)
    dark = place.shade
    x, y, w, h = box
    top_shade = sheet.linear((0, y), (0, y + 34), [(0, dark, 0.42), (1, dark, 0)])
    left_shade = sheet.linear((x, 0), (x + 26, 0), [(0, dark, 0.34), (1, dark, 0)])
    sheet.rect(x, y, w, 34, fill=top_shade)
    sheet.rect(x, y, 26, h, fill=left_shade)
    sheet.path(
        f"M{x} {y + h * 0.62}L{x + w * 0.75} {y}H{x + w}V{y + h * 0.1}L{x} {y + h}Z",
        fill=sheet.linear((x, y), (x + w, y + h), [(0, "#fff", 0.10), (1, "#fff", 0.01)]),
    )
    return sheet.document()


def _paper(sheet: Sheet, place: Stage, box: Box, turn: float, *, near: bool = False) -> None:
    """A sheet of heavy paper with its shadow: the light comes from the upper left."""
    x, y, wide, tall = box
    shadow = Sheet(sheet)
    cast(shadow, place, box, reach=12 if near else 26)
    sheet.group(shadow, transform=_turned(box, turn))
    paper = Colour(0.965, 0.012, 88)
    fill = sheet.linear(
        (x, y), (x + wide, y + tall), [(0, paper.shade(0.015), 1), (1, paper.shade(-0.025), 1)]
    )
    sheet.rect(x, y, wide, tall, fill=fill, transform=_turned(box, turn))


def _printed(sheet: Sheet, sitting: Sitting, motif: Motif, box: Box) -> None:
    """The motif inside its box, cut off at the edge as a block would be."""
    inside = Sheet(sheet)
    motif(inside, sitting, box)
    x, y, wide, tall = box
    sheet.group(inside, clip_path=sheet.clip("rect", x=x, y=y, width=wide, height=tall))


def _pencil(sheet: Sheet, sitting: Sitting, box: Box) -> None:
    """A number on the left, a name on the right, nobody can read either."""
    x, y, wide, tall = box
    line, chance = y + tall * 0.955, sitting.thing
    for start, length in ((x + wide * 0.10, 44), (x + wide * 0.74, 92)):
        points = [(start + step * length / 9, line + chance.uniform(-7, 5)) for step in range(10)]
        sheet.path(
            smooth(points), fill="none", stroke="#555", stroke_width=2, stroke_opacity=0.55,
            stroke_linecap="round",
        )  # fmt: skip


def _light(sheet: Sheet) -> None:
    sheet.fill(sheet.linear((0, 0), (1000, 1000), [(0, "#fff", 0.07), (1, "#000", 0.08)]))


def _turned(box: Box, turn: float) -> str:
    x, y, wide, tall = box
    return f"rotate({turn:.2f} {x + wide / 2:.0f} {y + tall / 2:.0f})" if turn else ""


def _within(box: Box, margin: float) -> Box:
    x, y, wide, tall = box
    edge = wide * margin
    return (x + edge, y + edge, wide - 2 * edge, tall - 2.5 * edge)


# --- motifs: each fills its box ---


def _inks(sitting: Sitting) -> tuple[Colour, Colour, Colour]:
    """Dark, bright and pale, whichever of the two colours is which."""
    dark, bright = sorted((sitting.first, sitting.second), key=lambda ink: ink.lightness)
    dark = dark.at(min(dark.lightness, 0.42))
    return dark, bright.at(max(bright.lightness, 0.62)), bright.at(0.88, bright.chroma * 0.42)


def _slip(chance: Random) -> str:
    """Where an ink came to lie."""
    return f"translate({chance.uniform(-SLIP, SLIP):.1f} {chance.uniform(-SLIP, SLIP):.1f})"


def _harbour(sheet: Sheet, sitting: Sitting, box: Box) -> None:
    (x, y, wide, tall), chance = box, sitting.thing
    dark, bright, pale = _inks(sitting)
    horizon = y + tall * chance.uniform(0.52, 0.6)
    sheet.rect(x, y, wide, tall, fill=pale)
    for band in range(4):
        top = y + tall * (0.14 + 0.11 * band)
        sheet.rect(x, top, wide, horizon - top, fill=bright, fill_opacity=0.17 + 0.05 * band)
    sun, sun_x = wide * chance.uniform(0.10, 0.13), x + wide * chance.uniform(0.3, 0.7)
    sheet.circle(sun_x, horizon - sun * 0.55, sun, fill=sitting.family.paper)
    middle = dark.towards(bright, 0.35).at(0.58)
    hills = [
        (x + wide * step / 6, horizon - tall * chance.uniform(0.02, 0.09)) for step in range(-1, 8)
    ]
    sheet.path(smooth(hills) + f"V{horizon}H{x}Z", fill=middle, transform=_slip(chance))
    sheet.rect(x, horizon, wide, tall, fill=dark)
    for _ in range(46):
        depth = chance.random()
        line = horizon + 6 + depth**1.3 * tall * 0.42
        near = chance.gauss(sun_x, wide * (0.05 + 0.14 * depth))
        length = wide * (0.02 + 0.11 * depth) * chance.uniform(0.6, 1.4)
        sheet.path(
            f"M{near - length:.1f} {line:.1f}"
            f"Q{near:.1f} {line - 4:.1f} {near + length:.1f} {line:.1f}"
            f"Q{near:.1f} {line + 4:.1f} {near - length:.1f} {line:.1f}Z",
            fill=bright if chance.random() < 0.7 else pale,
        )
    ink = dark.shade(-0.10)
    side = chance.choice([-1, 1])
    foot = x + wide * (0.5 - side * 0.28)
    for number in range(2):
        _crane(
            sheet,
            foot + side * number * wide * 0.22,
            horizon + 5,
            tall * (0.34 - 0.07 * number),
            side,
            ink,
        )
    sheet.rect(x, horizon + tall * 0.005, wide * 0.999, tall * 0.022, fill=ink)


def _crane(sheet: Sheet, x: float, y: float, tall: float, side: int, ink: Colour) -> None:
    top, arm = y - tall, tall * 0.72 * side
    lines = [
        f"M{x - 14} {y}L{x} {top}L{x + 14} {y}M{x - 10} {y - tall * 0.3}H{x + 10}",
        f"M{x - arm * 0.35:.1f} {top + 8}L{x + arm:.1f} {top - tall * 0.16:.1f}",
        f"M{x} {top - tall * 0.2:.1f}V{top}M{x} {top - tall * 0.2:.1f}"
        f"L{x + arm:.1f} {top - tall * 0.16:.1f}",
        f"M{x} {top - tall * 0.2:.1f}L{x - arm * 0.35:.1f} {top + 8}",
        f"M{x + arm * 0.9:.1f} {top - tall * 0.14:.1f}v{tall * 0.36:.1f}",
    ]
    for line in lines:
        sheet.path(line, fill="none", stroke=ink, stroke_width=4.5, stroke_linejoin="round")
    sheet.rect(x - arm * 0.35 - 9, top + 4, 18, 22, fill=ink)


def _lighthouse(sheet: Sheet, sitting: Sitting, box: Box) -> None:
    (x, y, wide, tall), chance = box, sitting.thing
    dark, bright, pale = _inks(sitting)
    sea = y + tall * chance.uniform(0.70, 0.76)
    sheet.rect(x, y, wide, tall, fill=dark)
    for _ in range(36):
        star = chance.uniform(1.2, 2.8)
        sheet.circle(
            x + chance.random() * wide, y + chance.random() ** 1.4 * tall * 0.6, star, fill=pale
        )
    axis, lamp = x + wide * chance.uniform(0.40, 0.60), y + tall * 0.27
    side = chance.choice([-1, 1])
    for reach, strength in ((0.17, 0.30), (0.10, 0.5)):
        end = axis + side * wide
        points = [
            (axis, lamp),
            (end, lamp - tall * (0.10 + reach)),
            (end, lamp - tall * 0.10 + tall * reach),
        ]
        sheet.path(polyline(points, closed=True), fill=bright, fill_opacity=strength)
    rock = [
        (
            x + wide * (0.08 + 0.14 * step),
            sea - tall * (0.04 + 0.10 * sin(pi * step / 6)) + chance.uniform(-9, 9),
        )
        for step in range(7)
    ]
    sheet.path(polyline(rock) + f"L{x + wide} {sea + 40:.0f}H{x}Z", fill=dark.shade(-0.13))
    foot = sea - tall * 0.115
    half, narrow = wide * 0.078, wide * 0.05
    tower = [
        (axis - half, foot),
        (axis - narrow, lamp + 26),
        (axis + narrow, lamp + 26),
        (axis + half, foot),
    ]
    body = polyline(tower, closed=True)
    slip = _slip(chance)
    sheet.path(body, fill=pale, transform=slip)
    stripes = Sheet(sheet)
    for number in range(3):
        stripes.rect(
            axis - half,
            lamp + 26 + (foot - lamp) * (0.12 + 0.29 * number),
            2 * half,
            (foot - lamp) * 0.15,
            fill=bright,
        )
    stripes.path(f"M{axis + 6} {lamp}L{axis + half} {foot}V{lamp}Z", fill=dark, fill_opacity=0.38)
    stripes.rect(axis + 6, lamp, half, foot - lamp, fill=dark, fill_opacity=0.18)
    sheet.group(stripes, clip_path=sheet.clip("path", d=body), transform=slip)
    sheet.rect(axis - narrow * 1.35, lamp + 18, narrow * 2.7, 10, fill=pale)
    sheet.rect(axis - narrow * 0.7, lamp - 20, narrow * 1.4, 38, fill=bright)
    sheet.path(
        f"M{axis - narrow} {lamp - 20}A{narrow} {narrow} 0 0 1 {axis + narrow} {lamp - 20}Z",
        fill=pale,
    )
    for row in range(6):
        line = sea + tall * (0.02 + 0.045 * row)
        _waves(sheet, x, line, wide, 26 + 7 * row, bright if row % 2 else dark.shade(0.16), chance)


def _waves(
    sheet: Sheet, x: float, y: float, wide: float, length: float, ink: Colour, chance: Random
) -> None:
    start = x - chance.uniform(0, length)
    path = f"M{start:.1f} {y:.1f}" + "".join(
        f"q{length / 2:.1f} {-length * 0.32 if step % 2 else length * 0.32:.1f} {length:.1f} 0"
        for step in range(int(wide / length) + 3)
    )
    sheet.path(path, fill="none", stroke=ink, stroke_width=length * 0.12, stroke_linecap="round")


def _boat(sheet: Sheet, sitting: Sitting, box: Box) -> None:
    (x, y, wide, tall), chance = box, sitting.thing
    dark, bright, pale = _inks(sitting)
    sea = y + tall * chance.uniform(0.60, 0.66)
    sheet.rect(x, y, wide, tall, fill=pale)
    sun = wide * chance.uniform(0.19, 0.25)
    sheet.circle(
        x + wide * chance.uniform(0.28, 0.72),
        y + tall * 0.27,
        sun,
        fill=bright,
        transform=_slip(chance),
    )
    sheet.rect(x, sea, wide, tall, fill=dark, fill_opacity=0.9)
    middle, keel = x + wide * chance.uniform(0.44, 0.56), sea + tall * 0.035
    hull, mast = wide * 0.23, tall * 0.36
    ink = dark.shade(-0.10)
    sheet.path(
        f"M{middle - hull:.1f} {sea - 30:.1f}H{middle + hull:.1f}"
        f"Q{middle + hull * 0.8:.1f} {keel + 14:.1f} {middle:.1f} {keel + 16:.1f}"
        f"Q{middle - hull * 0.75:.1f} {keel + 12:.1f} {middle - hull:.1f} {sea - 30:.1f}Z",
        fill=ink,
    )
    sheet.rect(middle - 3, sea - 30 - mast, 6, mast, fill=ink)
    paper = sitting.family.paper
    sheet.path(
        f"M{middle + 8:.1f} {sea - mast - 16:.1f}"
        f"Q{middle + hull * 0.75:.1f} {sea - mast * 0.45:.1f} {middle + hull * 0.82:.1f}"
        f" {sea - 48:.1f}"
        f"H{middle + 8:.1f}Z",
        fill=paper,
        transform=_slip(chance),
    )
    sheet.path(
        f"M{middle - 8:.1f} {sea - mast * 0.92:.1f}L{middle - hull * 0.72:.1f} {sea - 48:.1f}"
        f"H{middle - 8:.1f}Z",
        fill=bright,
        transform=_slip(chance),
    )
    for row in range(7):
        _waves(
            sheet,
            x,
            keel + tall * (0.02 + 0.05 * row),
            wide,
            30 + 8 * row,
            pale if row % 3 else bright,
            chance,
        )


def _tide(sheet: Sheet, sitting: Sitting, box: Box, number: int) -> None:
    """A month: its water stands higher and lower, its moon waxes and wanes."""
    x, y, wide, tall = box
    dark, bright, pale = _inks(sitting)
    ground, water = ((pale, dark), (bright, dark), (dark, bright))[number % 3]
    inside = Sheet(sheet)
    inside.rect(x, y, wide, tall, fill=ground)
    inside.path(
        _moon(x + wide / 2, y + tall * 0.27, wide * 0.17, number), fill=sitting.family.paper
    )
    level = y + tall * (0.66 + 0.10 * sin(number * 1.7))
    for row in range(4):
        top = level + row * tall * 0.09
        points = [
            (x + wide * step / 8, top + sin(step * 0.9 + number + row * 1.3) * tall * 0.024)
            for step in range(-1, 10)
        ]
        tone = water.towards(ground, 0.45 - 0.15 * row)
        inside.path(smooth(points) + f"V{y + tall:.1f}H{x:.1f}Z", fill=tone)
    clip = sheet.clip("rect", x=x, y=y, width=wide, height=tall)
    sheet.group(inside, clip_path=clip)


def _moon(x: float, y: float, radius: float, number: int) -> str:
    """What is lit of it: half of its edge, and the ellipse where its day ends."""
    phase = cos((number % 12 + 0.5) / 12 * tau)
    waxing = int(number % 12 < 6)
    beyond = int((phase < 0) == waxing)
    return (
        f"M{x:.1f} {y - radius:.1f}A{radius:.1f} {radius:.1f} 0 0 {waxing} {x:.1f} {y + radius:.1f}"
        f"A{abs(phase) * radius:.1f} {radius:.1f} 0 0 {beyond} {x:.1f} {y - radius:.1f}Z"
    )


def _moths(sheet: Sheet, sitting: Sitting, box: Box) -> None:
    (x, y, wide, tall), chance = box, sitting.thing
    dark, bright, pale = _inks(sitting)
    sheet.rect(x, y, wide, tall, fill=dark)
    columns, rows = chance.choice([(3, 4), (4, 5), (3, 5)])
    cell_x, cell_y = wide / columns, tall / rows
    for number in range(columns * rows):
        middle = x + (number % columns + 0.5) * cell_x, y + (number // columns + 0.5) * cell_y
        size = min(cell_x, cell_y) * chance.uniform(0.38, 0.46)
        inks = chance.sample([bright, pale, sitting.family.paper], 2)
        moth(sheet, middle, size, inks[0], inks[1], dark.shade(-0.12), Random(chance.random()))


def moth(
    sheet: Sheet,
    middle: Point,
    size: float,
    wing: Colour,
    spot: Colour,
    line: Colour,
    chance: Random,
    outline: object = "",
    opacity: float = 1,
) -> None:
    """Seen from above, wings spread; with an outline it is set in metal."""
    inside = Sheet(sheet)
    rise, droop = chance.uniform(0.5, 0.8), chance.uniform(0.55, 0.85)
    upper = (
        f"M0.04 -0.18C0.3 {-rise:.2f} 0.85 {-rise - 0.05:.2f} 1 {-rise + 0.12:.2f}"
        "C0.96 -0.1 0.62 0.1 0.05 0.08Z"
    )
    lower = (
        f"M0.05 0.02C0.4 0.05 0.78 0.12 0.72 {droop * 0.6:.2f}"
        f"C0.62 {droop:.2f} 0.26 {droop:.2f} 0.04 0.28Z"
    )
    vein = f"M0.16 -0.2C0.4 {-rise * 0.7:.2f} 0.7 {-rise:.2f} 0.9 {-rise + 0.1:.2f}"
    rim = line if outline else wing.shade(-0.18)
    edge = 0.05 if outline else 0
    for side in (1, -1):
        half = Sheet(sheet)
        for shape, tone in ((lower, wing.shade(-0.07)), (upper, wing)):
            half.path(shape, fill=tone, stroke=rim, stroke_width=edge, stroke_linejoin="round")
        for cx, cy, r, tone in (
            (0.56, -rise * 0.48, 0.135, spot),
            (0.56, -rise * 0.48, 0.06, line),
            (0.42, droop * 0.42, 0.10, spot),
        ):
            half.circle(cx, cy, r, fill=tone, stroke=rim, stroke_width=edge * 0.6)
        half.path(vein, fill="none", stroke=rim, stroke_width=0.022)
        feeler = "M0.03 -0.26C0.08 -0.42 0.16 -0.5 0.26 -0.55"
        half.path(feeler, fill="none", stroke=rim, stroke_width=0.035, stroke_linecap="round")
        inside.group(half, transform=f"scale({side} 1)")
    inside.ellipse(0, 0.08, 0.075, 0.34, fill=rim)
    inside.circle(0, -0.25, 0.075, fill=rim)
    place = f"translate({middle[0]:.1f} {middle[1]:.1f}) scale({size:.1f})"
    sheet.group(inside, transform=place, opacity=opacity)


def _leaves(sheet: Sheet, sitting: Sitting, box: Box) -> None:
    (x, y, wide, tall), chance = box, sitting.thing
    dark, bright, pale = _inks(sitting)
    sheet.rect(x, y, wide, tall, fill=pale)
    sheet.circle(
        x + wide * chance.uniform(0.3, 0.7),
        y + tall * chance.uniform(0.26, 0.36),
        wide * 0.27,
        fill=bright,
        transform=_slip(chance),
    )
    stems = chance.choice([3, 3, 5])
    for number in range(stems):
        foot = x + wide * (0.5 + (number - (stems - 1) / 2) * 0.07)
        lean = (number - (stems - 1) / 2) / stems * 1.5 + chance.uniform(-0.12, 0.12)
        height = tall * chance.uniform(0.66, 0.84) * (1 - 0.12 * abs(lean))
        ink = (dark, dark.towards(bright, 0.35).at(0.5))[number % 2]
        _stem(sheet, foot, y + tall, height, lean, ink, chance)


def _stem(
    sheet: Sheet, x: float, y: float, tall: float, lean: float, ink: Colour, chance: Random
) -> None:
    def along(part: float) -> tuple[float, float]:
        return x + lean * tall * 0.34 * part**1.7, y - tall * part

    sheet.path(
        smooth([along(step / 8) for step in range(9)]),
        fill="none",
        stroke=ink,
        stroke_width=6,
        stroke_linecap="round",
    )
    count = chance.randint(7, 9)
    for number in range(2, count + 1):
        part = number / count
        at_x, at_y = along(part)
        size = tall * 0.23 * (1.15 - 0.55 * part)
        for side in (-1, 1):
            turn = side * (62 - 34 * part) + lean * 30
            if number == count:
                turn = lean * 30
            sheet.path(
                "M0 0"
                f"C{size * 0.26:.1f} {-size * 0.25:.1f} {size * 0.24:.1f} {-size * 0.75:.1f} 0"
                f" {-size:.1f}"
                f"C{-size * 0.24:.1f} {-size * 0.75:.1f} {-size * 0.26:.1f} {-size * 0.25:.1f} 0 0Z"
                f"M-1.2 {-size * 0.16:.1f}V{-size * 0.82:.1f}H1.2V{-size * 0.16:.1f}Z",
                fill=ink, fill_rule="evenodd",
                transform=f"translate({at_x:.1f} {at_y:.1f}) rotate({turn:.1f})",
            )  # fmt: skip


def _shapes(sheet: Sheet, sitting: Sitting, box: Box) -> None:
    (x, y, wide, tall), chance = box, sitting.thing
    dark, bright, pale = _inks(sitting)
    sheet.rect(x, y, wide, tall, fill=pale)
    columns, rows = 3, 4
    side = wide / columns
    rows_tall = tall / rows
    for number in range(columns * rows):
        left, top = x + number % columns * side, y + number // columns * rows_tall
        inks = chance.sample(
            [dark, bright, pale, sitting.family.paper, dark.towards(bright, 0.5)], 2
        )
        _cell(sheet, left, top, side, rows_tall, inks[0], inks[1], chance)


def _cell(
    sheet: Sheet,
    x: float,
    y: float,
    wide: float,
    tall: float,
    ground: Colour,
    ink: Colour,
    chance: Random,
) -> None:
    sheet.rect(x - 0.5, y - 0.5, wide + 1, tall + 1, fill=ground)
    radius = min(wide, tall) / 2
    kind = chance.randrange(5)
    if kind == 0:
        sheet.circle(x + wide / 2, y + tall / 2, radius * 0.72, fill=ink)
    elif kind == 1:
        for ring in (1.0, 0.68, 0.36):
            tone = ink if ring != 0.68 else ground
            r = wide / 2 * ring
            sheet.path(
                f"M{x + wide / 2 - r:.1f} {y + tall:.1f}V{y + wide / 2:.1f}"
                f"A{r:.1f} {r:.1f} 0 0 1 {x + wide / 2 + r:.1f} {y + wide / 2:.1f}"
                f"V{y + tall:.1f}Z",
                fill=tone,
            )
    elif kind == 2:
        for bar in range(4):
            sheet.rect(x, y + tall * bar / 4, wide, tall / 8, fill=ink)
    elif kind == 3:
        corner = chance.choice(
            [(x, y, 1, 1), (x + wide, y, -1, 1), (x, y + tall, 1, -1), (x + wide, y + tall, -1, -1)]
        )
        cx, cy, right, down = corner
        sweep = 1 if right * down > 0 else 0
        sheet.path(
            f"M{cx:.1f} {cy:.1f}h{right * wide:.1f}"
            f"A{wide:.1f} {tall:.1f} 0 0 {sweep} {cx:.1f} {cy + down * tall:.1f}Z",
            fill=ink,
        )
    else:
        sheet.path(f"M{x:.1f} {y + tall:.1f}L{x + wide:.1f} {y:.1f}V{y + tall:.1f}Z", fill=ink)
