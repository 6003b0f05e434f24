"""Whatever colour a creator gets, what is written in it and on it can be read (WCAG AA)."""

import math
import re
from pathlib import Path

import pytest

from livedrop.web.rendering import ACCENTS, accent

SHEET = (Path(__file__).parents[2] / "static" / "css" / "accents.css").read_text()
HUES = {
    int(number): (float(hue), float(chroma))
    for number, hue, chroma in re.findall(
        r"\.accent-(\d+) \{ --hue: ([\d.]+); --chroma: ([\d.]+); \}", SHEET
    )
}
AA = 4.5
WHITE, BLACK = (1.0, 0.0), (0.19, 0.02)


def luminance(lightness, chroma, hue):
    """Of an OKLCH colour as sRGB shows it, out of gamut cut off."""
    a, b = (chroma * f(math.radians(hue)) for f in (math.cos, math.sin))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (max(0.0, min(1.0, part)) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other, hue):
    shades = [luminance(lightness, chroma, hue) for lightness, chroma in (one, other)]
    light, dark = max(shades), min(shades)
    return (light + 0.05) / (dark + 0.05)


def light(lightness, chroma):
    """The accent, its tint and what is written on it, on a light page."""
    return (lightness, chroma), (0.962, chroma * 0.12), WHITE


def dark(lightness, chroma):
    return (lightness, chroma * 0.75), (0.24, chroma * 0.2), BLACK


@pytest.mark.parametrize("number", range(ACCENTS))
@pytest.mark.parametrize(("theme", "lightness"), [(light, 0.505), (dark, 0.79)])
def test_every_accent_can_be_read_light_and_dark(number, theme, lightness):
    assert f"oklch({lightness} " in SHEET
    hue, chroma = HUES[number]
    colour, tint, on_it = theme(lightness, chroma)
    assert contrast(colour, tint, hue) >= AA
    assert contrast(colour, on_it, hue) >= AA


def test_a_paler_accent_would_be_noticed():
    hue, chroma = HUES[0]
    colour, tint, _ = light(0.62, chroma)
    assert contrast(colour, tint, hue) < AA


def test_a_creator_keeps_their_colour_and_not_all_have_the_same():
    assert accent("ada") == accent("ada")
    assert {accent(f"creator-{n}") for n in range(200)} == {
        f"accent accent-{number}" for number in range(ACCENTS)
    }
