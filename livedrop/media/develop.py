"""Makes the variants of a picture in a process of its own, which may fail.

Decoders are where pictures attack. So decoding happens in a program that is told nothing but the
picture, has an empty environment, and is held by the kernel to so much memory and so many seconds:
whatever a picture does to it, the worker lives and the next picture is made.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livedrop.lib.vips import Image, VipsError
from livedrop.media.rules import MOST_PIXELS, VARIANTS

PACKAGE = Path(__file__).parents[1]
# The package itself is the whole application, which is of no use here: only what it is made of.
PROGRAM = """
import sys, types
livedrop = sys.modules["livedrop"] = types.ModuleType("livedrop")
livedrop.__path__ = [sys.argv[1]]
from livedrop.media.held import main
main(sys.argv[2], int(sys.argv[3]))
"""
MEMORY = 1024 * 2**20  # bytes of address space; 40 Mpx of four colours are 160 MB
SECONDS = 20.0  # of the clock; less of a core
QUALITY = 80


@dataclass(frozen=True, slots=True)
class Made:
    """One variant: what it is called, how large it is, and itself."""

    name: str
    width: int
    height: int
    content: bytes


class Unusable(Exception):
    """No picture can be made of this; the text is a word of `rules.FAILURES`."""


def develop(original: bytes, kind: str, *, memory: int = MEMORY) -> list[Made]:
    """The variants of a picture of this kind, the smallest first, clean of all but the picture.

    Raises `Unusable`.
    """
    command = [sys.executable, "-I", "-c", PROGRAM, str(PACKAGE), kind, str(memory)]
    try:
        done = subprocess.run(
            command, input=original, capture_output=True, env={}, cwd="/", timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        raise Unusable("too-much") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise Unusable(said if said in {"broken", "too-large"} else "too-much")
    return list(_unpacked(done.stdout))


def variants(original: bytes, kind: str) -> list[Made]:
    """What `develop` answers, in this very process: for nobody but the program that is held."""
    loader = f"{kind}load_buffer"
    try:
        header = Image.of(loader, buffer=original)
        if header.width * header.height > MOST_PIXELS:
            raise Unusable("too-large")
        return [_variant(loader, original, name, side) for name, side in VARIANTS.items()]
    except VipsError as error:
        raise Unusable("too-much" if "memory" in str(error) else "broken") from error


def packed(made: list[Made]) -> bytes:
    """All of them on one wire: a line that says what follows, and it."""
    facts = [[one.name, one.width, one.height, len(one.content)] for one in made]
    return json.dumps(facts).encode() + b"\n" + b"".join(one.content for one in made)


def _unpacked(wire: bytes) -> Any:
    line, _, rest = wire.partition(b"\n")
    for name, width, height, size in json.loads(line):
        yield Made(name, width, height, rest[:size])
        rest = rest[size:]


def _variant(loader: str, original: bytes, name: str, side: int) -> Made:
    """Turned as the camera was held, in the colours of screens, and nothing but pixels in it."""
    whole = Image.of(loader, buffer=original, access="sequential", fail_on="error")
    limits = {"width": side, "height": side, "size": "down", "output_profile": "srgb"}
    small = whole.then("thumbnail_image", **limits)
    return Made(name, small.width, small.height, small.webp(QUALITY, effort=4))
