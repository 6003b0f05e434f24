"""The start page: what can be had now, what comes next, what is just over, what people like."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from livedrop.drops.queries import drops_page
from livedrop.web.public import public
from livedrop.web.storefront import cards, numbers

home = Blueprint("home", __name__)

EACH = 6  # cards in a section


@home.get("/")
@public()
def show() -> ResponseReturnValue:
    live, coming, over = (
        cards.until_they_change(drops_page(state=state, limit=EACH).items)
        for state in ("live", "scheduled", "ended")
    )
    return render_template(
        "storefront/home/show.html",
        live=live,
        coming=coming,
        over=over,
        drops=cards.until_they_change(numbers.popular_drops(EACH)),
        products=cards.with_next_drops(numbers.popular_products(EACH)),
    )
