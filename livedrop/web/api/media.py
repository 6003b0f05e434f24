"""Pictures: sent as parts of a form, made ready a moment later, then shown with a product."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import UnsupportedMediaType

from livedrop.lib.errors import NotFound
from livedrop.media import commands
from livedrop.media.queries import asset_of_id
from livedrop.web import access
from livedrop.web.api import shapes
from livedrop.web.api.once import once
from livedrop.web.api.operations import Wish, operation
from livedrop.web.api.shapes import Asset
from livedrop.web.limits import UPLOADS
from livedrop.web.media import takes_pictures

media = Blueprint("media", __name__)


class Sent(Wish):
    """What tells one upload from another."""

    alt: str
    digest: str


@media.post("/media")
@takes_pictures
@operation(
    Asset,
    201,
    tag="Pictures",
    key="taken",
    no=(
        "suspended",
        "not-creator",
        "quota-reached",
        "too-large",
        "unsupported-media-type",
        "invalid",
        "idempotency-key-invalid",
        "key-reused",
    ),
    parts={"file": "A JPEG, PNG or WebP picture.", "alt": "What it shows."},
)
def create() -> Response:
    """Upload a picture, at most 8 MB and 40 million pixels. It is `waiting` until its variants
    are made; then show it with a product by its id."""
    creator = access.acting_creator()
    UPLOADS.spend(creator.id)
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType
    file, alt = request.files.get("file"), request.form.get("alt", "")
    upload = commands.look_at(file.stream if file else None)
    return once(
        Sent(alt=alt, digest=upload.digest),
        read,
        lambda key: commands.take(owner_id=creator.id, upload=upload, alt=alt, once=key),
    )


@media.get("/media/<id:asset_id>")
@operation(Asset, tag="Pictures", no=("not-found",), replaced={"asset_id": "ASSET_ID"})
def show(asset_id: int) -> Asset:
    """A picture of mine, as it is now."""
    return shapes.asset(access.own_asset(asset_id))


def read(asset_id: int) -> Asset:
    card = asset_of_id(asset_id)
    if card is None:
        raise NotFound
    return shapes.asset(card)
