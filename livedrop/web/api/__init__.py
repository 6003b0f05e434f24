"""The door of apps and scripts: the same commands and questions as the pages, as JSON.

Who asks is said by a token that the request bears and by nothing else, so nothing here needs the
guards against other sites' pages that forms need. Every "no" is a problem (`problems.py`).
"""

from flask import Blueprint, Flask, Response, g, request

from livedrop.outbox.record import request_id
from livedrop.web.api import addresses, bearer, limits, problems
from livedrop.web.api.creators import creators
from livedrop.web.api.document import document
from livedrop.web.api.drops import drops
from livedrop.web.api.lines import lines
from livedrop.web.api.live import live
from livedrop.web.api.media import media
from livedrop.web.api.news import news
from livedrop.web.api.orders import orders
from livedrop.web.api.people import people
from livedrop.web.api.products import products
from livedrop.web.api.tokens import tokens

api = Blueprint("api", __name__, url_prefix=problems.API)
for noun in (people, tokens, creators, products, media, drops, orders, lines, news, live, document):
    api.register_blueprint(noun)


def init_app(app: Flask) -> None:
    """Before anything else is asked of a request, so that every no is told in the API's way, also
    where no route is."""
    addresses.init_app(app)
    app.before_request(begin)
    app.after_request(end)


def begin() -> None:
    """Name the request, find out who asks, and count it."""
    if problems.are_for(request.path):
        g.request_id = request_id.get()
        try:
            bearer.identify()
        finally:
            limits.spend()  # also who comes with tokens that are none


def end(response: Response) -> Response:
    """Say how many more requests there may be."""
    if "request_id" in g:
        limits.tell(response)
    return response
