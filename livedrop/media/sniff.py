"""What a file is, told by its first bytes and never by its name, without decoding anything.

Only the forms that phones, cameras and drawing programs write: JPEG, PNG and WebP. SVG is a
program rather than a picture, and nothing else is worth a decoder's risk.
"""

from dataclasses import dataclass
from struct import error as Short
from struct import unpack_from

# Start-of-frame markers of JPEG, which hold the size: all of C0 to CF but three other things.
FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
BARE = {0x01, *range(0xD0, 0xD9)}  # markers of JPEG that nothing follows


@dataclass(frozen=True, slots=True)
class Header:
    """What a picture says of itself: its kind, and its size in pixels."""

    kind: str
    width: int
    height: int


def sniff(content: bytes) -> Header | None:
    """The header of a picture; None for what is none of the kinds, or cut short, or empty."""
    for kind, begins, size in KINDS:
        if content.startswith(begins):
            try:
                width, height = size(content)
            except (Short, IndexError, ValueError):
                return None
            return Header(kind, width, height) if width and height else None
    return None


def _png(content: bytes) -> tuple[int, int]:
    if content[12:16] != b"IHDR":
        raise ValueError
    width, height = unpack_from(">II", content, 16)
    return width, height


def _jpeg(content: bytes) -> tuple[int, int]:
    """Walks from marker to marker to the frame that is decoded."""
    place = 2
    while True:
        if content[place] != 0xFF:
            raise ValueError
        marker = content[place + 1]
        if marker == 0xFF:  # filling
            place += 1
        elif marker in BARE:
            place += 2
        elif marker in FRAMES:
            height, width = unpack_from(">HH", content, place + 5)
            return width, height
        else:
            (length,) = unpack_from(">H", content, place + 2)
            place += 2 + max(2, length)


def _webp(content: bytes) -> tuple[int, int]:
    if content[8:12] != b"WEBP":
        raise ValueError
    form = content[12:16]
    if form == b"VP8X":
        return _three(content, 24) + 1, _three(content, 27) + 1
    if form == b"VP8L" and content[20] == 0x2F:
        (bits,) = unpack_from("<I", content, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = unpack_from("<HH", content, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError


def _three(content: bytes, place: int) -> int:
    low, high = unpack_from("<HB", content, place)
    whole: int = low | high << 16
    return whole


KINDS = (
    ("jpeg", b"\xff\xd8\xff", _jpeg),
    ("png", b"\x89PNG\r\n\x1a\n", _png),
    ("webp", b"RIFF", _webp),
)
