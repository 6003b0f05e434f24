"""What a style is given to draw one picture."""

from dataclasses import dataclass
from random import Random

from livedrop.artwork.palette import Colour, Family


@dataclass(frozen=True, slots=True)
class Sitting:
    """A thing before the camera. What `thing` decides belongs to the thing and is the same in
    every picture of it; what `view` decides belongs to this picture."""

    family: Family
    first: Colour
    second: Colour
    bold: bool
    thing: Random
    view: Random
