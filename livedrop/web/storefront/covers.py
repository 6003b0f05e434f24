"""The picture of a thing that has none of its own: drawn from its name, always the same."""

from hashlib import blake2b

from flask import Blueprint, Response

covers = Blueprint("covers", __name__)

FOREVER = "public, max-age=31536000, immutable"
# The picture may be opened by itself, and then nothing in it may run or load.
POLICY = "default-src 'none'; sandbox"
LONGEST = 80  # characters of a name


@covers.get("/covers/<slug>.svg")
def show(slug: str) -> Response:
    """The cover of this name, whether or not anything has it: it costs no look-up."""
    response = Response(drawing(slug[:LONGEST]), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = FOREVER
    response.headers["Content-Security-Policy"] = POLICY
    return response


def drawing(name: str) -> str:
    """Three circles on a ground, in colours that go together. No text, so nothing to escape."""
    digest = blake2b(name.encode(), digest_size=16).digest()
    hue = digest[0] * 360 // 256
    circles = "".join(
        f'<circle cx="{40 + x * 320 // 255}" cy="{40 + y * 320 // 255}" r="{40 + r * 100 // 255}"'
        f' fill="hsl({(hue + 40 * number) % 360} 60% {45 + 12 * number}%)" fill-opacity="0.85"/>'
        for number, (x, y, r) in enumerate(zip(digest[1:4], digest[4:7], digest[7:10], strict=True))
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400">'
        f'<rect width="400" height="400" fill="hsl({hue} 45% 22%)"/>{circles}</svg>'
    )
