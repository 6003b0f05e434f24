"""Colours that go together: each creator has a family of them, mixed in OKLCH.

OKLCH is even to the eye, so that a shade of any hue with the same lightness is as light.
"""

from dataclasses import dataclass
from hashlib import blake2b
from math import cos, radians, sin

Numbers = tuple[float, float, float]  # of a colour: lightness, chroma, hue


@dataclass(frozen=True, slots=True)
class Colour:
    """Lightness 0 to 1, chroma 0 (grey) to about 0.3, hue in degrees."""

    lightness: float
    chroma: float
    hue: float

    def __str__(self) -> str:
        return "#" + "".join(f"{channel:02x}" for channel in _srgb(self))

    def shade(self, by: float, chroma: float = 1.0) -> "Colour":
        """Darker or lighter `by` so much; its chroma times so much."""
        lightness = min(max(self.lightness + by, 0.0), 1.0)
        return Colour(lightness, self.chroma * chroma, self.hue)

    def at(self, lightness: float, chroma: float | None = None) -> "Colour":
        return Colour(lightness, self.chroma if chroma is None else chroma, self.hue)

    def towards(self, other: "Colour", part: float) -> "Colour":
        """So much of the way to another colour, the short way round the hues."""
        turn = (other.hue - self.hue + 180) % 360 - 180
        return Colour(
            self.lightness + (other.lightness - self.lightness) * part,
            self.chroma + (other.chroma - self.chroma) * part,
            self.hue + turn * part,
        )


@dataclass(frozen=True, slots=True)
class Family:
    """The colours of one creator and what they are called."""

    main: Colour
    main_word: str
    accent: Colour
    accent_word: str
    ground: Colour  # of the studio's backdrop, in light

    @property
    def paper(self) -> Colour:
        return Colour(0.955, 0.014, 88)

    @property
    def ink(self) -> Colour:
        return Colour(0.27, min(self.main.chroma, 0.05), self.main.hue)


def _family(
    main_word: str, main: Numbers, accent_word: str, accent: Numbers, ground: Numbers
) -> Family:
    return Family(Colour(*main), main_word, Colour(*accent), accent_word, Colour(*ground))


# A family's place in this list is part of the pictures' names, and the number of the creator's
# accent in static/css/accents.css, whose hue is in it.
FAMILIES = (
    _family("reed green", (0.50, 0.065, 190), "orange", (0.69, 0.16, 50), (0.87, 0.02, 180)),
    _family("moss", (0.50, 0.06, 130), "ember", (0.58, 0.14, 38), (0.86, 0.022, 95)),
    _family("plum", (0.40, 0.10, 340), "peach", (0.80, 0.09, 55), (0.87, 0.03, 20)),
    _family("pine green", (0.41, 0.07, 158), "rose", (0.75, 0.10, 10), (0.87, 0.022, 150)),
    _family("petrol blue", (0.44, 0.085, 222), "lemon", (0.88, 0.14, 100), (0.88, 0.022, 220)),
    _family("indigo", (0.40, 0.11, 262), "copper", (0.67, 0.13, 50), (0.87, 0.025, 70)),
    _family("brick red", (0.50, 0.13, 28), "sky blue", (0.78, 0.07, 235), (0.87, 0.028, 45)),
    _family("olive", (0.52, 0.08, 110), "lilac", (0.75, 0.09, 305), (0.88, 0.025, 105)),
    _family("slate blue", (0.46, 0.05, 250), "apricot", (0.76, 0.13, 58), (0.87, 0.016, 250)),
    _family("charcoal", (0.38, 0.012, 60), "oat", (0.79, 0.045, 80), (0.87, 0.018, 75)),
    _family("leaf green", (0.52, 0.11, 135), "butter", (0.88, 0.09, 95), (0.89, 0.02, 125)),
    _family("midnight blue", (0.34, 0.09, 282), "gold", (0.81, 0.13, 85), (0.86, 0.03, 290)),
)


def family_number(handle: str) -> int:
    """Which family a creator's things are drawn in."""
    digest = blake2b(handle.encode(), digest_size=2).digest()
    return int.from_bytes(digest, "big") % len(FAMILIES)


def _srgb(colour: Colour) -> tuple[int, ...]:
    """As screens take it, 0 to 255 each. What no screen shows becomes greyer until it does."""
    chroma = colour.chroma
    while True:
        channels = _linear(colour.lightness, chroma, radians(colour.hue))
        if chroma < 0.002 or all(-0.0005 <= channel <= 1.0005 for channel in channels):
            return tuple(_encoded(channel) for channel in channels)
        chroma *= 0.95


def _linear(lightness: float, chroma: float, angle: float) -> tuple[float, float, float]:
    a, b = chroma * cos(angle), chroma * sin(angle)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _encoded(channel: float) -> int:
    channel = min(max(channel, 0.0), 1.0)
    curved = 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
    return round(255 * curved)
