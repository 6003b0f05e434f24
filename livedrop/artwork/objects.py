"""Other small things: pins, zines, lamps, candles and boxes, in soft light."""

from random import Random

from livedrop.artwork.palette import Colour
from livedrop.artwork.prints import moth, panel
from livedrop.artwork.sitting import Sitting
from livedrop.artwork.studio import BLACK, WHITE, Stage, backdrop, cast, stage, tabletop
from livedrop.artwork.svg import Point, Sheet, num

GOLD = Colour(0.76, 0.11, 85)
TILT = 0.2  # height of an ellipse seen from the camera, as a part of its width


def pin(sitting: Sitting) -> str:
    """An enamel moth on its backing card."""
    place = stage(sitting)
    sheet, chance = tabletop(place), sitting.thing
    inside = Sheet(sheet)
    x, y, wide, tall = 250.0, 165.0, 500.0, 660.0
    cast(inside, place, (x, y, wide, tall), rx=14)
    card = (
        sitting.first.at(0.30, min(sitting.first.chroma, 0.07))
        if not place.dark
        else sitting.family.paper
    )
    ink = sitting.family.paper if not place.dark else sitting.first.at(0.32)
    inside.rect(
        x,
        y,
        wide,
        tall,
        rx=14,
        fill=inside.linear(
            (x, y), (x + wide, y + tall), [(0, card.shade(0.04), 1), (1, card.shade(-0.04), 1)]
        ),
    )
    inside.rect(
        x + 22,
        y + 22,
        wide - 44,
        tall - 44,
        rx=6,
        fill="none",
        stroke=ink,
        stroke_opacity=0.5,
        stroke_width=2,
    )
    inside.circle(x + wide / 2, y + 66, 17, fill=place.ground.shade(-0.10))
    inside.path(
        f"M{x + wide / 2 - 17} {y + 66}a17 17 0 0 1 34 0",
        fill="none",
        stroke=BLACK,
        stroke_opacity=0.4,
        stroke_width=3,
    )
    for row, length in enumerate((190, 120)):
        inside.rect(
            x + wide / 2 - length / 2,
            y + tall - 106 + row * 24,
            length,
            8,
            rx=4,
            fill=ink,
            fill_opacity=0.8,
        )
    for ring in range(5):
        inside.circle(
            x + wide / 2,
            470,
            120 + ring * 24,
            fill="none",
            stroke=ink,
            stroke_opacity=0.28 - 0.045 * ring,
            stroke_width=1.6,
        )
    _enamel(inside, sitting, (x + wide / 2, 478.0), 185.0, chance)
    turn = sitting.view.uniform(-7, 7)
    sheet.group(inside, transform=f"rotate({turn:.1f} 500 500)")
    return sheet.document()


def _enamel(sheet: Sheet, sitting: Sitting, middle: Point, size: float, chance: Random) -> None:
    """Poured between walls of metal, and polished."""
    seed = chance.random()
    bright, other = sitting.second, sitting.first.at(min(sitting.first.lightness + 0.08, 0.62))
    if bright.lightness < 0.5:
        bright, other = other, bright.at(0.62)
    x, y = middle
    for blur in range(4):
        away = 7 + 4 * blur
        moth(
            sheet,
            (x + away, y + away * 1.4),
            size * (1.01 + 0.012 * blur),
            Colour(0.12, 0.01, 60),
            Colour(0.12, 0.01, 60),
            Colour(0.12, 0.01, 60),
            Random(seed),
            "metal",
            opacity=0.13,
        )
    moth(sheet, middle, size, bright, other, GOLD, Random(seed), "metal")
    sheet.soft(
        x - size * 0.5,
        y - size * 0.40,
        size * 0.42,
        size * 0.15,
        WHITE,
        0.55,
        transform=f"rotate(-28 {x - size * 0.5:.0f} {y - size * 0.4:.0f})",
    )
    sheet.soft(
        x + size * 0.48,
        y - size * 0.42,
        size * 0.34,
        size * 0.11,
        WHITE,
        0.4,
        transform=f"rotate(-24 {x + size * 0.48:.0f} {y - size * 0.42:.0f})",
    )


def zine(sitting: Sitting) -> str:
    """A stapled booklet on top of its fellows."""
    place = stage(sitting)
    sheet = tabletop(place)
    box = (270.0, 150.0, 470.0, 690.0)
    others = [-9.0, 5.5] if sitting.bold else [sitting.view.choice([-6.5, 6.0])]
    for turn in others:
        under = Sheet(sheet)
        cast(under, place, box)
        x, y, wide, tall = box
        tone = sitting.second.at(0.80, sitting.second.chroma * 0.7)
        under.rect(*box, fill=tone)
        under.rect(
            x,
            y,
            wide,
            tall,
            fill=under.linear((x, y), (x + wide, y + tall), [(0, WHITE, 0.1), (1, BLACK, 0.18)]),
        )
        sheet.group(under, transform=f"rotate({turn} 500 500)")
    top = Sheet(sheet)
    _booklet(top, sitting, place, box)
    sheet.group(top, transform=f"rotate({sitting.view.uniform(-2, 2):.1f} 500 500)")
    return sheet.document()


def _booklet(
    sheet: Sheet, sitting: Sitting, place: Stage, box: tuple[float, float, float, float]
) -> None:
    x, y, wide, tall = box
    cast(sheet, place, box)
    for page in range(4):
        sheet.rect(
            x + 3,
            y + 2,
            wide + 4 - page * 1.2,
            tall + 4 - page,
            fill=sitting.family.paper.shade(-0.05 * (page % 2) - 0.03),
        )
    paper = sitting.family.paper.shade(-0.01)
    sheet.rect(x, y, wide, tall, fill=paper)
    panel(sheet, sitting, (x + 36, y + 150, wide - 72, tall - 232))
    ink, chance = sitting.family.ink, sitting.thing
    at = x + 36.0
    for _ in range(chance.randint(5, 7)):
        step = chance.choice([30.0, 42.0, 52.0])
        if at + step > x + wide - 36:
            break
        _letter(sheet, at, y + 46, step, ink, chance)
        at += step + 9
    for row, length in enumerate((0.42, 0.30)):
        sheet.rect(x + 36, y + tall - 58 + row * 20, wide * length, 7, fill=ink, fill_opacity=0.8)
    sheet.circle(x + wide - 66, y + tall - 44, 22, fill=sitting.second)
    spine = sheet.linear(
        (x, y),
        (x + 46, y),
        [(0, BLACK, 0.26), (0.14, WHITE, 0.25), (0.4, BLACK, 0.10), (1, BLACK, 0)],
    )
    sheet.rect(x, y, 46, tall, fill=spine)
    for part in (0.27, 0.73):
        sheet.rect(x + 3, y + tall * part - 24, 5, 48, rx=2.5, fill=Colour(0.78, 0.005, 250))
        sheet.rect(x + 7, y + tall * part - 23, 2, 48, rx=1, fill=BLACK, fill_opacity=0.4)
    sheet.rect(
        x,
        y,
        wide,
        tall,
        fill=sheet.linear(
            (x, y), (x + wide, y + tall), [(0, WHITE, 0.12), (0.5, WHITE, 0), (1, BLACK, 0.12)]
        ),
    )


def _letter(sheet: Sheet, x: float, y: float, wide: float, ink: Colour, chance: Random) -> None:
    """A block that stands for a letter: bold, and of no alphabet."""
    tall, kind = 72.0, chance.randrange(5)
    half, w = tall / 2, num(wide)
    shapes = (
        f"M{num(x)} {num(y)}h{w}v{tall}h-{w}Z",
        f"M{num(x)} {num(y + tall)}v-{half}a{num(wide / 2)} {half} 0 0 1 {w} 0v{half}Z",
        f"M{num(x)} {num(y)}h{w}v{half}a{num(wide / 2)} {half} 0 0 1 -{w} 0Z",
        f"M{num(x)} {num(y + tall)}L{num(x + wide / 2)} {num(y)}L{num(x + wide)} {num(y + tall)}Z",
        f"M{num(x)} {num(y)}h{w}v{num(tall * 0.3)}h-{num(wide * 0.55)}v{num(tall * 0.7)}"
        f"h-{num(wide * 0.45)}Z",
    )
    sheet.path(shapes[kind], fill=ink)


def lamp(sitting: Sitting) -> str:
    """A table lamp with a dome, lit."""
    place = stage(sitting)
    sheet, chance = backdrop(place, horizon=700), sitting.thing
    dome, stem = sitting.first, sitting.second
    wide, tall = chance.uniform(215, 255), chance.uniform(190, 235)
    top, table = 215.0, 835.0
    rim = top + tall
    warm = Colour(0.92, 0.10, 85)
    sheet.soft(500, rim + 60, 560, 470, warm, 0.55 if place.dark else 0.42)
    sheet.soft(640, table - 4, 330, 64, place.shade, place.depth * 0.9)
    sheet.soft(505, table + 2, 190, 36, place.shade.shade(-0.08), place.depth + 0.2)
    sheet.soft(470, table - 6, 300, 50, warm, 0.45)
    _foot(sheet, stem, table)
    narrow = chance.uniform(20, 30)
    sheet.rect(
        500 - narrow,
        rim - 12,
        narrow * 2,
        table - rim - 14,
        fill=_metal(sheet, stem, 500 - narrow, 500 + narrow),
    )
    sheet.ellipse(
        500,
        rim,
        wide,
        wide * 0.17,
        fill=sheet.radial(
            (500, rim),
            wide,
            [(0, "#fffdf2", 1), (0.4, warm, 1), (1, warm.shade(-0.22), 1)],
            squash=0.17,
        ),
    )
    flat = chance.uniform(0.55, 0.9)
    shape = (
        f"M{500 - wide:.1f} {rim:.1f}"
        f"C{500 - wide * 1.02:.1f} {rim - tall * 0.62 * flat:.1f} {500 - wide * 0.62:.1f}"
        f" {top:.1f} 500 {top:.1f}"
        f"C{500 + wide * 0.62:.1f} {top:.1f} {500 + wide * 1.02:.1f}"
        f" {rim - tall * 0.62 * flat:.1f} {500 + wide:.1f} {rim:.1f}"
        f"A{wide:.1f} {wide * 0.17:.1f} 0 0 1 {500 - wide:.1f} {rim:.1f}Z"
    )
    sheet.path(shape, fill=dome)
    body = Sheet(sheet)
    body.fill(
        sheet.linear(
            (500 - wide, 0),
            (500 + wide, 0),
            [
                (0, BLACK, 0.28),
                (0.12, BLACK, 0.06),
                (0.3, WHITE, 0.22),
                (0.48, WHITE, 0.02),
                (0.7, BLACK, 0.16),
                (0.92, BLACK, 0.42),
                (1, BLACK, 0.3),
            ],
        )
    )
    body.fill(sheet.linear((0, rim - 50), (0, rim + wide * 0.17), [(0, warm, 0), (1, warm, 0.30)]))
    body.soft(
        500 - wide * 0.42,
        rim - tall * 0.55,
        wide * 0.12,
        tall * 0.34,
        WHITE,
        0.5,
        transform=f"rotate(18 {500 - wide * 0.42:.0f} {rim - tall * 0.55:.0f})",
    )
    sheet.group(body, clip_path=sheet.clip("path", d=shape))
    sheet.path(
        f"M{500 - wide:.1f} {rim:.1f}"
        f"A{wide:.1f} {wide * 0.17:.1f} 0 0 0 {500 + wide:.1f} {rim:.1f}",
        fill="none",
        stroke=warm.shade(0.05),
        stroke_width=5,
    )
    sheet.ellipse(500, top + 1, 17, 8, fill=_metal(sheet, stem, 483, 517))
    return sheet.document()


def _foot(sheet: Sheet, tone: Colour, table: float) -> None:
    wide = 132.0
    sheet.path(
        f"M{500 - wide} {table - 22}A{wide} {wide * TILT:.1f} 0 0 1 {500 + wide} {table - 22}"
        f"V{table - 8}A{wide} {wide * TILT:.1f} 0 0 1 {500 - wide} {table - 8}Z",
        fill=_metal(sheet, tone, 500 - wide, 500 + wide),
    )
    sheet.ellipse(
        500,
        table - 24,
        wide,
        wide * TILT,
        fill=sheet.linear(
            (500 - wide, 0),
            (500 + wide, 0),
            [(0, tone.shade(0.10), 1), (0.5, tone.shade(0.16), 1), (1, tone.shade(-0.08), 1)],
        ),
    )


def _metal(sheet: Sheet, tone: Colour, left: float, right: float) -> str:
    """Round and lacquered."""
    shades = ((0.0, -0.16), (0.25, 0.13), (0.5, 0.0), (0.85, -0.2), (1.0, -0.1))
    stops = [(at, tone.shade(by), 1.0) for at, by in shades]
    return sheet.linear((left, 0), (right, 0), stops)


def candle(sitting: Sitting) -> str:
    """A candle in a tumbler with a label, lit."""
    place = stage(sitting)
    sheet, chance = backdrop(place, horizon=640), sitting.thing
    wide, tall, table = chance.uniform(150, 175), chance.uniform(320, 380), 800.0
    top, warm = table - tall, Colour(0.92, 0.11, 82)
    sheet.soft(500, top - 70, 430, 400, warm, 0.55 if place.dark else 0.38)
    sheet.soft(640, table + 4, wide * 2.1, wide * 0.36, place.shade, place.depth)
    sheet.soft(
        510, table + 10, wide * 1.3, wide * 0.30, place.shade.shade(-0.08), place.depth + 0.15
    )
    glass = sitting.first
    sag = wide * TILT
    body = (
        f"M{500 - wide:.1f} {top:.1f}V{table - 14:.1f}"
        f"Q{500 - wide:.1f} {table:.1f} {500 - wide + 12:.1f} {table + sag * 0.3:.1f}"
        f"Q500 {table + sag * 1.35:.1f} {500 + wide - 12:.1f} {table + sag * 0.3:.1f}"
        f"Q{500 + wide:.1f} {table:.1f} {500 + wide:.1f} {table - 14:.1f}V{top:.1f}Z"
    )
    sheet.path(body, fill=glass)
    inside = Sheet(sheet)
    label = sitting.family.paper
    label_top = top + tall * 0.34
    inside.path(
        f"M{500 - wide * 0.74:.1f} {label_top:.1f}"
        f"Q500 {label_top + sag * 0.9:.1f} {500 + wide * 0.74:.1f} {label_top:.1f}"
        f"V{label_top + tall * 0.36:.1f}"
        f"Q500 {label_top + tall * 0.36 + sag * 0.9:.1f} {500 - wide * 0.74:.1f}"
        f" {label_top + tall * 0.36:.1f}"
        "Z",
        fill=label,
    )
    for row, length in enumerate((0.72, 0.46, 0.56)):
        y = label_top + tall * (0.13 + 0.075 * row) + sag * 0.5
        inside.rect(
            500 - wide * length / 2,
            y,
            wide * length,
            6 if row else 10,
            fill=sitting.family.ink,
            fill_opacity=0.85,
        )
    inside.fill(
        sheet.linear(
            (500 - wide, 0),
            (500 + wide, 0),
            [
                (0, BLACK, 0.3),
                (0.1, BLACK, 0.06),
                (0.24, WHITE, 0.2),
                (0.4, WHITE, 0),
                (0.66, BLACK, 0.14),
                (0.9, BLACK, 0.42),
                (1, BLACK, 0.28),
            ],
        )
    )
    inside.fill(sheet.linear((0, top), (0, top + tall * 0.4), [(0, warm, 0.5), (1, warm, 0)]))
    inside.rect(500 - wide * 0.86, top, 12, tall, rx=6, fill=WHITE, fill_opacity=0.28)
    sheet.group(inside, clip_path=sheet.clip("path", d=body))
    rim = glass.shade(0.12)
    sheet.ellipse(500, top, wide, sag, fill=rim)
    wax = Colour(0.94, 0.03, 85)
    sheet.ellipse(
        500,
        top + 3,
        wide - 9,
        sag - 4,
        fill=sheet.radial(
            (500, top + 3),
            wide,
            [(0, "#fffbe6", 1), (0.35, wax, 1), (1, wax.shade(-0.16), 1)],
            squash=TILT,
        ),
    )
    sheet.path(
        f"M{500 - wide:.1f} {top:.1f}A{wide:.1f} {sag:.1f} 0 0 0 {500 + wide:.1f} {top:.1f}",
        fill="none",
        stroke=WHITE,
        stroke_opacity=0.45,
        stroke_width=3,
    )
    sheet.path(
        f"M500 {top + 4:.1f}q-2 -14 3 -30",
        fill="none",
        stroke="#3a2a20",
        stroke_width=5,
        stroke_linecap="round",
    )
    _flame(sheet, 502, top - 22, chance.uniform(0.9, 1.1))
    return sheet.document()


def _flame(sheet: Sheet, x: float, y: float, size: float) -> None:
    sheet.soft(x, y - 40, 120, 150, "#ffd98a", 0.75)
    for grow, tone in ((1.0, "#ffb347"), (0.74, "#ffe08a"), (0.42, "#fffdf0")):
        w, h = 22 * size * grow, 96 * size * grow
        sheet.path(
            f"M{x:.1f} {y:.1f}"
            f"C{x - w * 1.5:.1f} {y - h * 0.25:.1f} {x - w * 0.55:.1f} {y - h * 0.65:.1f}"
            f" {x + 1:.1f} {y - h:.1f}"
            f"C{x + w * 0.6:.1f} {y - h * 0.65:.1f} {x + w * 1.5:.1f} {y - h * 0.25:.1f}"
            f" {x:.1f} {y:.1f}"
            "Z",
            fill=tone,
            fill_opacity=0.92,
        )


def box(sitting: Sitting) -> str:
    """A cardboard box with a printed band."""
    place = stage(sitting)
    sheet, chance = backdrop(place, horizon=560), sitting.thing
    wide, deep, tall = (
        chance.uniform(250, 290),
        chance.uniform(0.36, 0.44),
        chance.uniform(210, 300),
    )
    x, y = 490.0, 790.0
    left, right, back = (
        (x - wide, y - wide * deep),
        (x + wide, y - wide * deep),
        (x, y - 2 * wide * deep),
    )
    sheet.soft(
        x + wide * 0.7, y - wide * deep * 0.7, wide * 1.25, wide * 0.52, place.shade, place.depth
    )
    sheet.soft(
        x + 10,
        y - wide * deep * 0.72,
        wide * 1.12,
        wide * 0.46,
        place.shade.shade(-0.06),
        place.depth,
    )
    tone, band = sitting.first, sitting.second
    faces = (
        (left, (x, y), tone.shade(-0.03)),
        ((x, y), right, tone.shade(-0.15)),
    )
    for (ax, ay), (bx, by), shade in faces:
        sheet.path(
            _wall(ax, ay, bx, by, 0, tall),
            fill=sheet.linear(
                (0, ay - tall), (0, ay), [(0, shade.shade(0.03), 1), (1, shade.shade(-0.07), 1)]
            ),
        )
        sheet.path(
            _wall(ax, ay, bx, by, tall * 0.30, tall * 0.58),
            fill=band.shade(-0.02 if ax < x else -0.13),
        )
        sheet.path(_wall(ax, ay, bx, by, tall * 0.735, tall * 0.75), fill=BLACK, fill_opacity=0.4)
    lid = (
        f"M{left[0]:.1f} {left[1] - tall:.1f}L{x} {y - tall:.1f}"
        f"L{right[0]:.1f} {right[1] - tall:.1f}L{back[0]} {back[1] - tall:.1f}Z"
    )
    sheet.path(
        lid, fill=sheet.linear(left, right, [(0, tone.shade(0.13), 1), (1, tone.shade(0.04), 1)])
    )
    motif = Sheet(sheet)
    for ring, radius in enumerate((0.52, 0.40, 0.28, 0.16)):
        motif.ellipse(
            x,
            y - wide * deep - tall,
            wide * radius,
            wide * deep * radius,
            fill=band.shade(0.02) if ring % 2 == 0 else tone.shade(0.09),
        )
    sheet.group(motif)
    sheet.path(
        f"M{left[0]:.1f} {left[1] - tall:.1f}L{x} {y - tall:.1f}"
        f"L{right[0]:.1f} {right[1] - tall:.1f}",
        fill="none",
        stroke=WHITE,
        stroke_opacity=0.4,
        stroke_width=3,
        stroke_linejoin="round",
    )
    sheet.path(f"M{x} {y - tall:.1f}V{y}", stroke=WHITE, stroke_opacity=0.16, stroke_width=2.5)
    return sheet.document()


def _wall(ax: float, ay: float, bx: float, by: float, low: float, high: float) -> str:
    return (
        f"M{ax:.1f} {ay - low:.1f}L{bx:.1f} {by - low:.1f}V{by - high:.1f}"
        f"L{ax:.1f} {ay - high:.1f}Z"
    )
