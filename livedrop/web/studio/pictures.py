"""Pictures that a creator uploads: of their products, and of themselves."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from livedrop.creators import commands as creators
from livedrop.creators.queries import CreatorCard
from livedrop.lib.forms import accepting
from livedrop.lib.htmx import respond, see_other, wants_fragment
from livedrop.media import commands
from livedrop.media.queries import AssetCard, asset_of_profile, assets_of_product
from livedrop.products import commands as products
from livedrop.products.queries import ProductCard, product_of_id
from livedrop.web import access
from livedrop.web.limits import UPLOADS
from livedrop.web.media import takes_pictures
from livedrop.web.studio.forms import PictureForm, WordsForm

pictures = Blueprint("pictures", __name__)

OF_PRODUCT = ("studio/pictures/index.html", "studio/pictures/_form.html")
OF_PROFILE = ("studio/pictures/profile.html", "studio/pictures/_form.html")
ONE = ("studio/pictures/edit.html", "studio/pictures/_words.html")


@pictures.get("/products/<slug>/pictures")
def index(slug: str) -> ResponseReturnValue:
    product = access.own_product(slug)
    return respond(*OF_PRODUCT, form=PictureForm(formdata=None), **_of_product(product))


@pictures.post("/products/<slug>/pictures")
@takes_pictures
def create(slug: str) -> ResponseReturnValue:
    product, creator = access.own_product(slug), access.acting_creator()
    UPLOADS.spend(creator.id)
    with accepting(PictureForm(), *OF_PRODUCT, **_of_product(product)) as form:
        asset_id = commands.take(owner_id=creator.id, **form.values)
        products.add_picture(product_id=product.id, creator_id=creator.id, asset_id=asset_id)
    return see_other(f"/studio/products/{slug}/pictures")


@pictures.get("/profile/picture")
def show_profile() -> ResponseReturnValue:
    creator = access.own_creator()
    return respond(*OF_PROFILE, form=PictureForm(formdata=None), **_of_profile(creator))


@pictures.post("/profile/picture")
@takes_pictures
def create_profile() -> ResponseReturnValue:
    creator = access.acting_creator()
    UPLOADS.spend(creator.id)
    with accepting(PictureForm(), *OF_PROFILE, **_of_profile(creator)) as form:
        asset_id = commands.take(owner_id=creator.id, **form.values)
        creators.show_picture(creator_id=creator.id, asset_id=asset_id)
    return see_other("/studio/profile/picture")


@pictures.get("/pictures/<int:asset_id>")
def show(asset_id: int) -> ResponseReturnValue:
    """One picture as it is now: asked for again and again until it is ready."""
    asset = access.own_asset(asset_id)
    if not wants_fragment():
        return see_other(_home(asset))
    return respond(ONE[0], "studio/pictures/_picture.html", upload=asset)


@pictures.get("/pictures/<int:asset_id>/edit")
def edit(asset_id: int) -> ResponseReturnValue:
    asset = access.own_asset(asset_id)
    return respond(*ONE, form=WordsForm(formdata=None, obj=asset), upload=asset, home=_home(asset))


@pictures.put("/pictures/<int:asset_id>")
def update(asset_id: int) -> ResponseReturnValue:
    asset, who = access.own_asset(asset_id), access.actor()
    with accepting(WordsForm(), *ONE, upload=asset, home=_home(asset)) as form:
        commands.describe(asset_id=asset.id, owner_id=who.user_id, alt=form.alt.data or "")
    return see_other(_home(asset))


@pictures.delete("/pictures/<int:asset_id>")
def destroy(asset_id: int) -> ResponseReturnValue:
    asset, who = access.own_asset(asset_id), access.actor()
    commands.remove(asset_id=asset.id, owner_id=who.user_id)
    return see_other(_home(asset))


@pictures.post("/pictures/<int:asset_id>/attempts")
def retry(asset_id: int) -> ResponseReturnValue:
    asset, who = access.own_asset(asset_id), access.actor()
    UPLOADS.spend(who.user_id)
    commands.retry(asset_id=asset.id, owner_id=who.user_id)
    return see_other(_home(asset))


@pictures.post("/pictures/<int:asset_id>/position")
def move(asset_id: int) -> ResponseReturnValue:
    asset, who = access.own_asset(asset_id), access.actor()
    if asset.product_id is not None:
        by = -1 if request.form.get("to") == "earlier" else 1
        products.move_picture(
            product_id=asset.product_id, creator_id=who.user_id, asset_id=asset.id, by=by
        )
    return see_other(_home(asset))


def _of_product(product: ProductCard) -> dict[str, Any]:
    return {"product": product, "assets": assets_of_product(product.id)}


def _of_profile(creator: CreatorCard) -> dict[str, Any]:
    return {"creator": creator, "upload": asset_of_profile(creator.id)}


def _home(asset: AssetCard) -> str:
    """The page that shows this picture among its likes."""
    product = product_of_id(asset.product_id) if asset.product_id is not None else None
    if product is not None:
        return f"/studio/products/{product.slug}/pictures"
    return "/studio/profile/picture" if asset.profile_id is not None else "/studio/products"
