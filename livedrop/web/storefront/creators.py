"""Creators for everybody: all of them, and one with what they make and drop."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from livedrop.creators.queries import creators_page
from livedrop.drops.queries import drops_page
from livedrop.follows.queries import followers_of
from livedrop.products.queries import products_page
from livedrop.web import access
from livedrop.web.public import public
from livedrop.web.storefront import cards
from livedrop.web.storefront.grids import PARAMETERS, grid

creators = Blueprint("creators", __name__)

DROPS = 6  # on a profile


@creators.get("/creators")
@public(*PARAMETERS)
def index() -> ResponseReturnValue:
    found = grid(lambda cursor, limit: creators_page(cursor, limit))
    followers = followers_of([creator.id for creator in found.items])
    return render_template("storefront/creators/index.html", grid=found, followers=followers)


@creators.get("/@<handle>")
@public(*PARAMETERS)
def show(handle: str) -> ResponseReturnValue:
    """Their drops, the latest start first, and all their products."""
    creator = access.creator(handle)
    found = grid(
        lambda cursor, limit: products_page(creator_id=creator.id, cursor=cursor, limit=limit),
        handle=creator.handle,
    )
    drops = cards.until_they_change(drops_page(creator_id=creator.id, limit=DROPS).items)
    products = cards.with_next_drops(found.items)
    return render_template(
        "storefront/creators/show.html",
        creator=creator,
        followers=followers_of([creator.id])[creator.id],
        drops=drops,
        grid=found,
        products=products,
        levels=cards.levels(drops, (drop for _, drop in products)),
    )
