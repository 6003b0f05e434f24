"""Woven things: real weaves, thread by thread, in cloth that folds and frays."""

from random import Random

from livedrop.artwork.palette import Colour
from livedrop.artwork.sitting import Sitting
from livedrop.artwork.studio import BLACK, WHITE, Box, cast, stage, tabletop, wall
from livedrop.artwork.svg import Sheet, num, smooth

Yarns = tuple[Colour, Colour]
THREAD = 6.4  # thickness


def throw(sitting: Sitting) -> str:
    """A throw, folded twice, its fringe towards us."""
    place, chance, yarns = stage(sitting), sitting.thing, _yarns(sitting)
    sheet = tabletop(place)
    inside = Sheet(sheet)
    weave = chance.choice([_herringbone, _herringbone, _twill, _check])
    x, y, wide, tall = 165.0, 190.0, 670.0, 540.0
    cast(inside, place, (x, y, wide, tall + 40), rx=24, reach=34)
    for number in (2, 1):
        tone = yarns[0].shade(-0.10 - 0.02 * number)
        inside.rect(x + 3, y, wide - 6, tall + 17 * number, rx=20, fill=tone)
        inside.rect(
            x + 3,
            y,
            wide - 6,
            tall + 17 * number,
            rx=20,
            fill="none",
            stroke=BLACK,
            stroke_opacity=0.35,
            stroke_width=3,
        )
    _fringe(inside, x + 10, y + tall + 26, wide - 20, 74, yarns, chance)
    top = Sheet(inside)
    weave(top, (x, y, wide, tall), yarns)
    _folds(top, (x, y, wide, tall), sitting.view)
    bend = [
        (0.0, BLACK, 0.34),
        (0.03, WHITE, 0.20),
        (0.10, WHITE, 0.0),
        (0.93, BLACK, 0.0),
        (0.98, BLACK, 0.16),
        (1.0, BLACK, 0.5),
    ]
    top.rect(x, y, wide, tall, fill=top.linear((0, y), (0, y + tall), bend))
    inside.group(top, clip_path=inside.clip("rect", x=x, y=y, width=wide, height=tall, rx=20))
    if sitting.bold:
        _band(inside, x, y + 300, wide, sitting)
    sheet.group(inside, transform=f"rotate({sitting.view.uniform(-4, 4):.1f} 500 500)")
    return sheet.document()


def scarf(sitting: Sitting) -> str:
    """A scarf hung over a rail."""
    place, chance, yarns = stage(sitting), sitting.thing, _yarns(sitting)
    sheet = wall(place)
    weave = chance.choice([_twill, _herringbone, _knit])
    stripes, rail = _stripes(chance), 168.0
    sheet.soft(500, rail + 34, 380, 26, place.shade, place.depth)
    wood, stops = Colour(0.66, 0.07, 68), (0.02, 0.12, -0.2)
    round_ = [(at, wood.shade(by), 1.0) for at, by in zip((0.0, 0.3, 1.0), stops, strict=True)]
    sheet.rect(
        150, rail - 11, 700, 24, rx=12, fill=sheet.linear((0, rail - 11), (0, rail + 13), round_)
    )
    ends = (
        [(415.0, 640.0), (320.0, 560.0)]
        if chance.random() < 0.5
        else [(300.0, 490.0), (385.0, 640.0)]
    )
    for (x, tall), behind in zip(ends, (True, False), strict=True):
        box = (x, rail - 16, 300.0, tall)
        cast(sheet, place, (x, rail + 10, 300.0, tall - 26), rx=9, reach=22)
        _fringe(sheet, x + 4, rail - 20 + tall, 292, 92, yarns, chance)
        strip = Sheet(sheet)
        weave(strip, box, yarns)
        for at, thick in stripes:
            tone = sitting.second if at < 0.8 else sitting.first
            strip.rect(x, rail - 16 + tall * at, 300, thick, fill=tone, fill_opacity=0.62)
        _drapes(strip, box, sitting.view)
        if behind:
            strip.rect(*box, fill=BLACK, fill_opacity=0.22)
        sheet.group(
            strip, clip_path=sheet.clip("rect", x=x, y=rail - 16, width=300, height=tall, rx=9)
        )
    return sheet.document()


def cloth(sitting: Sitting) -> str:
    """A square of cloth with one corner turned over."""
    place, chance, yarns = stage(sitting), sitting.thing, _yarns(sitting)
    sheet = tabletop(place)
    inside = Sheet(sheet)
    weave = chance.choice([_check, _knit, _twill])
    x, y, side, fold = 190.0, 190.0, 620.0, 230.0
    right, low = x + side, y + side
    flat = f"M{x} {y}H{right}V{low - fold}L{right - fold} {low}H{x}Z"
    cast(inside, place, (x, y, side, side - fold * 0.3), rx=6)
    body = Sheet(inside)
    weave(body, (x, y, side, side), yarns)
    _folds(body, (x, y, side, side), sitting.view)
    hem = f"M{x + 14} {low - 14}V{y + 14}H{right - 14}V{low - fold}"
    body.path(
        hem, fill="none", stroke=yarns[0].shade(-0.16), stroke_width=3, stroke_dasharray="9 6"
    )
    turn = f"rotate(-45 {right - fold * 0.6:.0f} {low - fold * 0.6:.0f})"
    body.soft(right - fold * 0.6, low - fold * 0.6, 260, 120, BLACK, 0.5, transform=turn)
    inside.group(body, clip_path=inside.clip("path", d=flat))
    corner = (
        f"M{right} {low - fold}L{right - fold} {low}"
        f"Q{right - fold * 1.02:.0f} {low - fold * 0.98:.0f} {right - fold * 0.96:.0f}"
        f" {low - fold * 1.02:.0f}"
        f"Q{right - fold * 0.98:.0f} {low - fold * 1.02:.0f} {right} {low - fold}Z"
    )
    back = Sheet(inside)
    weave(
        back, (right - fold * 1.1, low - fold * 1.1, fold * 1.1, fold * 1.1), (yarns[1], yarns[0])
    )
    light = [(0.0, WHITE, 0.16), (0.3, WHITE, 0.02), (0.5, BLACK, 0.30), (1.0, BLACK, 0.3)]
    back.path(corner, fill=back.linear((right - fold, low - fold), (right, low), light))
    inside.group(back, clip_path=inside.clip("path", d=corner))
    sheet.group(inside, transform=f"rotate({sitting.view.uniform(-8, 8):.1f} 500 500)")
    return sheet.document()


# --- yarns and weaves: each fills a box with thread ---


def _yarns(sitting: Sitting) -> Yarns:
    """Wool is never as loud as ink: the first colour, and undyed or the second."""
    first = sitting.first.shade(0, chroma=0.75)
    if first.lightness > 0.66:
        return first, sitting.second.at(min(sitting.second.lightness, 0.5)).shade(0, chroma=0.75)
    undyed = Colour(0.86, 0.028, 82)
    return first, undyed if sitting.thing.random() < 0.7 else sitting.second.at(0.78).shade(
        0, chroma=0.6
    )


def _spun(sheet: Sheet, d: str, tone: Colour) -> None:
    """Thread: dark below, light on top."""
    sheet.path(d, fill="none", stroke=tone, stroke_width=THREAD, stroke_linejoin="round")
    light = tone.shade(0.075)
    sheet.path(
        d, fill="none", stroke=light, stroke_width=THREAD * 0.28, transform="translate(-0.6 -1.3)"
    )


def _herringbone(sheet: Sheet, box: Box, yarns: Yarns) -> None:
    x, y, wide, tall = box
    sheet.rect(*box, fill=yarns[0].shade(-0.2))
    column, rise, step = 30, 17, THREAD * 1.22
    zigzag = "".join(
        f"l{column} {rise if number % 2 else -rise}" for number in range(int(wide / column) + 1)
    )
    for number, tone in enumerate((yarns[0], yarns[1].shade(-0.07))):
        rows = range(number, int((tall + rise) / step) + 2, 2)
        _spun(sheet, "".join(f"M{num(x)} {num(y + row * step)}{zigzag}" for row in rows), tone)


def _twill(sheet: Sheet, box: Box, yarns: Yarns) -> None:
    x, y, wide, tall = box
    sheet.rect(*box, fill=yarns[0].shade(-0.2))
    step, lean = THREAD * 1.45, tall * 0.6
    count = int((wide + lean) / step) + 1
    quiet = yarns[1].towards(yarns[0], 0.6)
    for pick, tone in ((lambda n: n % 3, yarns[0]), (lambda n: not n % 3, quiet)):
        lines = [
            f"M{num(x - lean + n * step)} {num(y + tall)}l{num(lean)} {num(-tall)}"
            for n in range(count)
            if pick(n)
        ]
        _spun(sheet, "".join(lines), tone)
    weft = "".join(
        f"M{num(x)} {num(y + row * 11.0)}h{num(wide)}" for row in range(int(tall / 11) + 1)
    )
    sheet.path(weft, stroke=yarns[0].shade(-0.2), stroke_width=2, stroke_opacity=0.5)


def _check(sheet: Sheet, box: Box, yarns: Yarns) -> None:
    """Plain weave: one over, one under; dyed and undyed thread in bands, both ways."""
    x, y, wide, tall = box
    sheet.rect(*box, fill=yarns[1].shade(-0.16))
    size, band = 8.0, 9
    picks: dict[tuple[bool, bool], list[str]] = {}
    for row in range(int(tall / size) + 1):
        for column in range(int(wide / size) + 1):
            across = (row + column) % 2 == 0
            dyed = (row if across else column) // band % 2 == 0
            left, top = num(x + column * size), num(y + row * size)
            stitch = f"M{left} {top}m-1 1h10v6h-10z" if across else f"M{left} {top}m1 -1h6v10h-6z"
            picks.setdefault((across, dyed), []).append(stitch)
    for (across, dyed), stitches in picks.items():
        tone = yarns[0] if dyed else yarns[1]
        sheet.path("".join(stitches), fill=tone.shade(0.02 if across else -0.04))


def _knit(sheet: Sheet, box: Box, yarns: Yarns) -> None:
    """Rows of stitches, each a small V."""
    x, y, wide, tall = box
    sheet.rect(*box, fill=yarns[0].shade(-0.2))
    long, high = 15.0, 10.0
    stitch = f"l{num(long / 2 - 1)} {num(high * 0.8)}l{num(long / 2 - 1)} {num(-high * 0.8)}m2 0"
    columns = int(wide / long) + 1
    rows = [
        f"M{num(x + 1)} {num(y + row * high)}{stitch * columns}"
        for row in range(-1, int(tall / high) + 1)
    ]
    _spun(sheet, "".join(rows), yarns[0])


# --- cloth ---


def _folds(sheet: Sheet, box: Box, chance: Random) -> None:
    """Where it does not lie quite flat: soft valleys and ridges."""
    x, y, wide, tall = box
    for _ in range(3):
        cx, cy = x + wide * chance.uniform(0.15, 0.85), y + tall * chance.uniform(0.3, 0.7)
        long, narrow = tall * chance.uniform(0.55, 0.8), wide * chance.uniform(0.06, 0.10)
        turn = f"rotate({chance.uniform(55, 100):.0f} {cx:.0f} {cy:.0f})"
        sheet.soft(cx, cy, long, narrow, BLACK, chance.uniform(0.09, 0.16), transform=turn)
        ridge = f"{turn} translate(0 {narrow:.0f})"
        sheet.soft(cx, cy, long, narrow * 0.9, WHITE, chance.uniform(0.06, 0.12), transform=ridge)
    shade = [(0.0, WHITE, 0.10), (0.5, WHITE, 0.0), (1.0, BLACK, 0.22)]
    sheet.rect(*box, fill=sheet.linear((x, y), (x + wide, y + tall), shade))


def _drapes(sheet: Sheet, box: Box, chance: Random) -> None:
    """Hanging cloth: folds that run down it, and the bend over the rail."""
    x, y, wide, tall = box
    stops: list[tuple[float, str, float]] = [(0.0, BLACK, 0.30)]
    at, dark = 0.0, False
    while at < 0.86:
        at = min(at + chance.uniform(0.10, 0.20), 0.95)
        strength = chance.uniform(0.14, 0.30) if dark else chance.uniform(0.06, 0.2)
        stops.append((at, BLACK if dark else WHITE, strength))
        dark = not dark
    stops.append((1.0, BLACK, 0.38))
    sheet.rect(*box, fill=sheet.linear((x, y), (x + wide, y + wide * 0.12), stops))
    bend = [(0.0, BLACK, 0.34), (0.3, WHITE, 0.26), (0.7, BLACK, 0.08), (1.0, BLACK, 0.0)]
    sheet.rect(x, y, wide, 66, fill=sheet.linear((0, y), (0, y + 66), bend))
    hem = [(0.0, BLACK, 0.0), (1.0, BLACK, 0.4)]
    sheet.rect(
        x, y + tall - 22, wide, 22, fill=sheet.linear((0, y + tall - 22), (0, y + tall), hem)
    )


def _fringe(
    sheet: Sheet, x: float, y: float, wide: float, long: float, yarns: Yarns, chance: Random
) -> None:
    """Ends of thread, knotted in bundles, each hanging as it likes."""
    count = int(wide / 15)
    for number in range(count):
        foot, tone = x + (number + 0.5) * wide / count, yarns[0] if number % 3 else yarns[1]
        sway = chance.uniform(-7, 7)
        for strand in (-1, 0, 1):
            end = long * chance.uniform(0.84, 1.04)
            path = smooth(
                [
                    (foot, y),
                    (foot + strand * 2.6 + sway * 0.3, y + end * 0.4),
                    (foot + strand * 3.4 + sway, y + end),
                ]
            )
            sheet.path(
                path,
                fill="none",
                stroke=BLACK,
                stroke_opacity=0.16,
                stroke_width=4,
                transform="translate(4 4)",
            )
            sheet.path(
                path,
                fill="none",
                stroke=tone.shade(-0.05 - 0.05 * strand),
                stroke_width=3.4,
                stroke_linecap="round",
            )
        sheet.circle(
            foot, y + 8, 5.2, fill=tone.shade(-0.02), stroke=tone.shade(-0.16), stroke_width=1.4
        )


def _stripes(chance: Random) -> list[tuple[float, float]]:
    """Where along it, and how thick."""
    patterns = (
        [(0.70, 26.0), (0.78, 12.0), (0.84, 44.0)],
        [(0.16, 16.0), (0.40, 16.0), (0.64, 16.0), (0.88, 16.0)],
        [(0.60, 110.0), (0.86, 22.0)],
    )
    return list(chance.choice(patterns))


def _band(sheet: Sheet, x: float, y: float, wide: float, sitting: Sitting) -> None:
    """The paper band that holds it together."""
    paper = sitting.family.paper
    sheet.rect(x - 2, y + 7, wide + 6, 92, rx=4, fill=BLACK, fill_opacity=0.24)
    round_ = [
        (0.0, paper.shade(-0.16), 1.0),
        (0.05, paper, 1.0),
        (0.92, paper.shade(-0.01), 1.0),
        (1.0, paper.shade(-0.18), 1.0),
    ]
    sheet.rect(x - 5, y, wide + 10, 88, fill=sheet.linear((x, 0), (x + wide, 0), round_))
    for row, length in enumerate((150, 96)):
        sheet.rect(x + (wide - length) / 2, y + 32 + row * 16, length, 6, fill=sitting.family.ink)
