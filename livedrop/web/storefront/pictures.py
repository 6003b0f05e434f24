"""The pictures that the house draws, at addresses that nobody else can make up.

An address carries the house's signature over what is drawn and over the way it is drawn: so it
may be kept for ever, and a stranger cannot have pictures drawn by inventing names.
"""

from hmac import compare_digest, new

from flask import Blueprint, Response, abort, current_app

from livedrop.artwork.pictures import VERSION, Picture, named
from livedrop.artwork.raster import WIDTHS, webp
from livedrop.media.photos import Photo
from livedrop.web import media
from livedrop.web.storefront.darkroom import Darkroom

pictures = Blueprint("pictures", __name__)

FOREVER = "public, max-age=31536000, immutable"
SQUARE = 640  # pixels of a side, where a page names one size
darkroom = Darkroom()


@pictures.get("/pictures/<style>/<name>.<signature>/<int:width>.webp")
def show(style: str, name: str, signature: str, width: int) -> Response:
    """The picture. 404 for what the house did not issue."""
    picture = named(name)
    if picture is None or picture.style != style or width not in WIDTHS:
        abort(404)
    if not compare_digest(signature.encode(), _signature(picture).encode()):
        abort(404)
    key = f"picture:{VERSION}:{name}:{width}"
    drawn = darkroom.develop(key, lambda: webp(picture.drawing, width))
    response = Response(drawn, mimetype="image/webp")
    response.headers["Cache-Control"] = FOREVER
    return response


@pictures.app_template_filter("picture")
def address(picture: Picture | Photo, width: int) -> str:
    """Where it is, in one of `WIDTHS`; an uploaded one as large as on a card."""
    if isinstance(picture, Photo):
        return media.address(picture.named("card"))
    place = f"{picture.name}.{_signature(picture)}"
    return f"/pictures/{picture.style}/{place}/{width}.webp"


@pictures.app_template_filter("srcset")
def widths(picture: Picture | Photo) -> str:
    """All its widths, for a browser to choose from."""
    if isinstance(picture, Photo):
        each = {one.width: media.address(one) for one in picture.variants}
        return ", ".join(f"{place} {width}w" for width, place in each.items())
    return ", ".join(f"{address(picture, width)} {width}w" for width in WIDTHS)


@pictures.app_template_filter("proportions")
def proportions(picture: Picture | Photo) -> tuple[int, int]:
    """Width and height of what `picture` leads to, so that its place is there before it is."""
    if isinstance(picture, Photo):
        card = picture.named("card")
        return card.width, card.height
    return SQUARE, SQUARE


def _signature(picture: Picture) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return new(key, f"picture {picture.name} {VERSION}".encode(), "sha256").hexdigest()[:20]
