"""What may be uploaded, and what is made of it."""

from typing import Literal

State = Literal["waiting", "ready", "failed"]
Name = Literal["thumbnail", "card", "full"]

HEAVIEST = 8 * 2**20  # bytes of one upload
MOST_PIXELS = 40_000_000
ALT_LENGTH = 300
MOST_PICTURES = 12  # of one product
MOST_KEPT = 500  # pictures of one person
MOST_BYTES = 500 * 2**20  # of one person, all their pictures together
MOST_WAITING = 30  # pictures of one person to be made ready: those of others wait behind them
UNUSED_HOURS = 24  # after which a picture that nothing shows is thrown away

# The longest side of what is made of a picture, in pixels; none is made larger than it was sent.
VARIANTS: dict[Name, int] = {"thumbnail": 320, "card": 800, "full": 1600}
VARIANT_TYPE = "image/webp"

# Why a picture could not be made ready. The last one passes: the job is tried again.
STORE_AWAY = "store-away"
FAILURES = {
    "broken": "This file could not be read as a picture.",
    "too-large": "This picture has too many pixels.",
    "too-much": "This picture took too much memory or time.",
    STORE_AWAY: "The place where pictures are kept could not be reached. We try again for a while.",
}
