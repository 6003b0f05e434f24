"""Uploaded pictures: how much of one is taken in, and where those that are ready are served.

What somebody else has made is served so that it can do nothing: as the picture it was made into,
in a sandbox, and never as what a browser might take it for.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Flask, Response, current_app, request

from livedrop.config import configuration
from livedrop.lib.errors import Unavailable
from livedrop.media.photos import Variant
from livedrop.media.rules import HEAVIEST, VARIANT_TYPE, VARIANTS
from livedrop.media.store import Missing, of, picture_key, store
from livedrop.web import session

View = TypeVar("View", bound=Callable[..., object])
media = Blueprint("media", __name__)

HERE = "/media"
FOREVER = "public, max-age=31536000, immutable"
HARMLESS = "default-src 'none'; sandbox"
AROUND = 64 * 1024  # bytes of a form around its picture
# What is seen where a picture should be and cannot be had.
PLACEHOLDER = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="640" height="640">'
    '<path fill="#8884" d="M0 0h24v24H0z"/><path fill="none" stroke="#888" stroke-width=".5"'
    ' d="M7 8.5h10v7H7zm0 5.500 2.500-2.500 2 2 1.500-1.500 4 3.500"/></svg>'
)


def init_app(app: Flask, place: str, endpoint: str) -> None:
    """Keep pictures at `place`. To be called before anything reads what is sent."""
    app.extensions["media"] = of(place, endpoint)
    app.before_request(let_pictures_in)


def takes_pictures(view: View) -> View:
    """Mark a view that is sent a picture."""
    view.__dict__["takes_pictures"] = True
    return view


def let_pictures_in() -> None:
    """Take more than of any other request where a picture is expected, of who has signed in."""
    view = current_app.view_functions.get(request.endpoint or "")
    sends_files = request.mimetype == "multipart/form-data"
    if sends_files and hasattr(view, "takes_pictures") and session.claimed_identity():
        request.max_content_length = HEAVIEST + AROUND


@media.get(f"{HERE}/<name>/<variant>.webp")
def show(name: str, variant: str) -> Response:
    """The picture, for ever; or, not to be kept, a sign in its place."""
    try:
        content = store().get(picture_key(name, variant)) if variant in VARIANTS else b""
    except Missing:
        content = b""
    except Unavailable:
        return _placeholder(503)
    if not content:
        return _placeholder(404)
    response = Response(content, mimetype=VARIANT_TYPE)
    response.headers["Cache-Control"] = FOREVER
    # A gateway lets go of what was removed; browsers that saw it may keep it.
    response.headers["X-Accel-Expires"] = "300"
    response.headers["Content-Security-Policy"] = HARMLESS
    return response


@media.app_template_filter("variant")
def address(variant: Variant) -> str:
    """Where one of a picture's files is."""
    base = configuration().media_url.rstrip("/") or HERE
    return f"{base}/{variant.key.partition('/')[2]}"


def _placeholder(status: int) -> Response:
    response = Response(PLACEHOLDER, status, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = HARMLESS
    return response
