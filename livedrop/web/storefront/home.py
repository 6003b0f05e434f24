"""The start page: one drop as large as it gets, then what can be had, comes next and is over.

Nothing stands on it twice: what is popular is told only where it adds something.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from livedrop.drops.queries import DropCard, drops_page
from livedrop.orders.levels import Level
from livedrop.web.public import public
from livedrop.web.storefront import cards, numbers

Thing = TypeVar("Thing")

home = Blueprint("home", __name__)

EACH = 4  # cards in a section: a row where there is room
LOOKED_AT = 60  # live drops among which those are found of which something is left
ABOUT_TO_START = timedelta(hours=1)
WORTH_A_SECTION = 3  # popular things that are not on the page already


@home.get("/")
@public()
def show() -> ResponseReturnValue:
    live, coming, over = (
        cards.until_they_change(drops_page(state=state, limit=limit).items)
        for state, limit in (("live", LOOKED_AT), ("scheduled", EACH + 1), ("ended", EACH))
    )
    popular = numbers.popular_drops(EACH)
    products = cards.with_next_drops(numbers.popular_products(EACH))
    levels = cards.levels(live, popular, (drop for _, drop in products))
    live = sorted(live, key=lambda drop: rank(drop, levels.get(drop.id)))
    featured = featured_of([*live, *coming], levels)
    live, coming = (_without(drops, [featured])[:EACH] for drops in (live, coming))
    popular = _without(popular, [featured, *live, *coming, *over])
    return render_template(
        "storefront/home/show.html",
        featured=featured,
        levels=levels,
        live=live,
        coming=coming,
        over=over,
        drops=_worth_a_section(cards.until_they_change(popular)),
        products=_worth_a_section(products),
    )


def featured_of(drops: Sequence[DropCard], levels: Mapping[int, Level]) -> DropCard | None:
    """The one to look at now: there is something to be had, or to wait for, as long as there is
    any such drop. Among equals the first."""
    return min(drops, key=lambda drop: rank(drop, levels.get(drop.id)), default=None)


def rank(drop: DropCard, level: Level | None) -> int:
    """How much there is to do, the least the most: buy, be there in time, wait for what others do
    not pay, come back; and last what is sold out."""
    if drop.state == "scheduled":
        return 1 if drop.starts_at - drop.now <= ABOUT_TO_START else 3
    return {"all-held": 2, "sold-out": 4}.get(level or "", 0)


def _without(drops: Sequence[DropCard], others: Sequence[DropCard | None]) -> list[DropCard]:
    known = {drop.id for drop in others if drop}
    return [drop for drop in drops if drop.id not in known]


def _worth_a_section(things: Sequence[Thing]) -> Sequence[Thing]:
    return things if len(things) >= WORTH_A_SECTION else []
