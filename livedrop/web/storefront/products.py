"""Products for everybody: all of them, and one with the drops that offer it."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from livedrop.drops.queries import product_drops
from livedrop.products.queries import products_page
from livedrop.web import access
from livedrop.web.public import public
from livedrop.web.storefront import cards
from livedrop.web.storefront.grids import PARAMETERS, grid

products = Blueprint("products", __name__)


@products.get("/products")
@public(*PARAMETERS)
def index() -> ResponseReturnValue:
    found = grid(lambda cursor, limit: products_page(cursor=cursor, limit=limit))
    items = cards.with_next_drops(found.items)
    levels = cards.levels(drop for _, drop in items)
    return render_template(
        "storefront/products/index.html", grid=found, products=items, levels=levels
    )


@products.get("/products/<slug>")
@public()
def show(slug: str) -> ResponseReturnValue:
    product = access.product(slug)
    drops = cards.until_they_change(product_drops(product.id))
    levels = cards.levels(drops)
    return render_template(
        "storefront/products/show.html", product=product, drops=drops, levels=levels
    )
