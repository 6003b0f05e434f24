"""Files that somebody might upload, made as they are needed."""

from io import BytesIO
from struct import pack
from typing import Any
from zlib import compress, crc32

from livedrop.lib import vips
from livedrop.lib.vips import Image

SAVERS = {"jpeg": "jpegsave_buffer", "png": "pngsave_buffer", "webp": "webpsave_buffer"}
# What a camera says: who held it, where, and that it was turned by a quarter (orientation 6).
SECRET = b"Ada's garden"
EXIF = (
    b"Exif\0\0II*\0\x08\0\0\0\x02\0"
    b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"
    b"\x3b\x01\x02\0\x0d\0\0\0\x26\0\0\0"
    b"\0\0\0\0" + SECRET + b"\0"
)


def a_picture(width: int = 640, height: int = 480, kind: str = "jpeg", **options: Any) -> bytes:
    """A gradient: dark on the left, bright on the right."""
    ramp = Image.of("identity", bands=3).then("resize", scale=width / 256, vscale=height)
    image = ramp.then("cast", format="uchar")
    return bytes(vips._run(SAVERS[kind], "buffer", "VipsBlob", {"in": image, **options}))


def a_photo(width: int = 640, height: int = 480) -> bytes:
    """As a camera writes it, with all that it tells of who holds it."""
    plain = a_picture(width, height)
    return plain[:2] + b"\xff\xe1" + pack(">H", len(EXIF) + 2) + EXIF + plain[2:]


def a_bomb(side: int = 30_000) -> bytes:
    """A few kilobytes of PNG that unfold to gigabytes."""
    header = pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", compress(b"\0" * 999))


def a_file(content: bytes, name: str = "picture.jpg") -> tuple[BytesIO, str]:
    """As a test client sends it."""
    return BytesIO(content), name


def _chunk(kind: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + kind + content + pack(">I", crc32(kind + content))
