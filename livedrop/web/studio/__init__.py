"""The creator's door: their profile, products and drops, and how each drop goes.

Everything here is somebody's own: to everybody else it is not there. Somebody who is no creator
yet is shown how to become one.
"""

from flask import Blueprint, Response

from livedrop.web.studio.dashboard import dashboard
from livedrop.web.studio.drops import drops
from livedrop.web.studio.followers import followers
from livedrop.web.studio.imports import imports
from livedrop.web.studio.numbers import numbers
from livedrop.web.studio.orders import orders
from livedrop.web.studio.packing import packing
from livedrop.web.studio.pictures import pictures
from livedrop.web.studio.products import products
from livedrop.web.studio.profile import profile
from livedrop.web.studio.sales import sales
from livedrop.web.studio.stock import stock

studio = Blueprint("studio", __name__, url_prefix="/studio")
NOUNS = (
    dashboard,
    profile,
    products,
    pictures,
    drops,
    imports,
    stock,
    sales,
    orders,
    packing,
    numbers,
    followers,
)
for noun in NOUNS:
    studio.register_blueprint(noun)


@studio.after_request
def keep_nothing(response: Response) -> Response:
    """What is somebody's own stays in nobody's cache."""
    response.headers["Cache-Control"] = "no-store"
    return response
