"""The start page: one drop as large as it gets, then what can be had, comes next and is over.

Nothing stands on it twice: what is popular is told only where it adds something.
"""

from collections.abc import Sequence
from typing import TypeVar

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from livedrop.drops.queries import DropCard, drops_page
from livedrop.web.public import public
from livedrop.web.storefront import cards, numbers

Thing = TypeVar("Thing")

home = Blueprint("home", __name__)

EACH = 6  # cards in a section
WORTH_A_SECTION = 3  # popular things that are not on the page already


@home.get("/")
@public()
def show() -> ResponseReturnValue:
    live, coming, over = (
        cards.until_they_change(drops_page(state=state, limit=EACH + 1).items)
        for state in ("live", "scheduled", "ended")
    )
    featured = next(iter([*live, *coming]), None)
    shown = [featured, *live, *coming, *over]
    return render_template(
        "storefront/home/show.html",
        featured=featured,
        live=_without(live, [featured])[:EACH],
        coming=_without(coming, [featured])[:EACH],
        over=over[:EACH],
        drops=_worth_a_section(cards.until_they_change(_popular_but(shown))),
        products=_worth_a_section(cards.with_next_drops(numbers.popular_products(EACH))),
    )


def _popular_but(shown: Sequence[DropCard | None]) -> list[DropCard]:
    return _without(numbers.popular_drops(EACH), shown)


def _without(drops: Sequence[DropCard], others: Sequence[DropCard | None]) -> list[DropCard]:
    known = {drop.id for drop in others if drop}
    return [drop for drop in drops if drop.id not in known]


def _worth_a_section(things: Sequence[Thing]) -> Sequence[Thing]:
    return things if len(things) >= WORTH_A_SECTION else []
