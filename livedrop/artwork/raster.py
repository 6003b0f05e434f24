"""Scenes as WebP pictures. Slow (tens of milliseconds of C, without Python's lock): not for an
event loop.

Soft layers are drawn small and enlarged: nobody sees it, and blurring costs a tenth. A little
grain, always the same, keeps smooth grounds from banding and makes them look photographed.
"""

from functools import cache

from livedrop.artwork.svg import SIZE, Layer, Scene, document
from livedrop.lib.vips import Image, from_svg

WIDTHS = (320, 640, 1200)
HEAVIEST = {320: 12_000, 640: 35_000, 1200: 90_000}  # bytes
QUALITIES = (78, 66, 52, 38)  # the first that is light enough is taken
GRAIN = 2.6  # standard deviation, of 255
TILE = 400  # pixels of grain before it repeats
SHARPEST = 3.0  # pixels of blur below which a layer is drawn no smaller


def webp(scene: Scene, width: int) -> bytes:
    """The scene as a square of this width, which is one of `WIDTHS`."""
    picture = _grained(_flattened(scene, width), width).computed()
    for quality in QUALITIES:
        encoded = picture.webp(quality, effort=2)
        if len(encoded) <= HEAVIEST[width]:
            break
    return encoded


def _flattened(scene: Scene, width: int) -> Image:
    flat, *others = (_drawn(layer, width) for layer in scene)
    for other in others:
        flat = flat.under(other)
    return flat.then("extract_band", band=0, n=3)


def _drawn(layer: Layer, width: int) -> Image:
    """The layer, premultiplied."""
    blur = layer.blur * width / SIZE
    small = max(20, round(width / max(1.0, blur / SHARPEST)))
    image = from_svg(document(layer), small / SIZE)
    image = image.then("premultiply").then("cast", format="uchar")
    if blur:
        image = image.then("gaussblur", sigma=blur * small / width, precision="integer")
        image = image.then("resize", scale=width / small, kernel="linear")
    return image.then("copy", interpretation="srgb")


def _grained(picture: Image, width: int) -> Image:
    often = -(-width // TILE)
    grain = _tile().then("replicate", across=often, down=often)
    grain = Image.of("extract_area", input=grain, left=0, top=0, width=width, height=width)
    return Image.of("add", left=picture, right=grain).then("cast", format="uchar")


@cache
def _tile() -> Image:
    noise = Image.of("gaussnoise", width=TILE, height=TILE, sigma=GRAIN, mean=0, seed=7)
    return noise.then("round", round="rint").then("cast", format="char").computed()
