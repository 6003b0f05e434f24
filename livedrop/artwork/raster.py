"""Drawings as WebP pictures. Slow (a tenth of a second of C, without Python's lock): not for an
event loop.
"""

from functools import cache

from livedrop.artwork.svg import SIZE
from livedrop.lib.vips import Image, from_svg

WIDTHS = (320, 640, 800, 1200)
HEAVIEST = {320: 12_000, 640: 35_000, 800: 50_000, 1200: 90_000}  # bytes
QUALITIES = (78, 64, 50, 36, 24)  # the first that is light enough is taken
GRAIN = 2.6  # standard deviation, of 255
TILE = 400  # pixels of grain before it repeats


def webp(drawing: str, width: int) -> bytes:
    """The drawing as a square of this width, which is one of `WIDTHS`."""
    flat = from_svg(drawing, width / SIZE).then("extract_band", band=0, n=3)
    picture = _grained(flat, width).computed()
    for quality in QUALITIES:
        encoded = picture.webp(quality, effort=2)
        if len(encoded) <= HEAVIEST[width]:
            break
    return encoded


def _grained(picture: Image, width: int) -> Image:
    """A little grain keeps smooth grounds from banding and makes them look photographed."""
    often = -(-width // TILE)
    grain = _tile().then("replicate", across=often, down=often)
    grain = Image.of("extract_area", input=grain, left=0, top=0, width=width, height=width)
    return Image.of("add", left=picture, right=grain).then("cast", format="uchar")


@cache
def _tile() -> Image:
    """Always the same."""
    noise = Image.of("gaussnoise", width=TILE, height=TILE, sigma=GRAIN, mean=0, seed=7)
    return noise.then("round", round="rint").then("cast", format="char").computed()
