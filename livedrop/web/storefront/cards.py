"""What cards show beyond the thing itself, and how long that is true."""

from collections.abc import Iterable, Sequence

from livedrop.drops.queries import DropCard, drops_of_products
from livedrop.orders.levels import Level
from livedrop.orders.queries import levels_of_drops
from livedrop.products.queries import ProductCard
from livedrop.web import public


def until_they_change(drops: Sequence[DropCard]) -> Sequence[DropCard]:
    """The same cards, on a page that is kept no longer than until one of them tells a lie."""
    for drop in drops:
        public.changes_at(drop.next_change, drop.now)
    return drops


def levels(*lists: Iterable[DropCard | None]) -> dict[int, Level]:
    """What is left of those that are live, in a word by id: a card of a drop that is sold out says
    so, and does not call itself live."""
    live = {drop.id for drops in lists for drop in drops if drop and drop.state == "live"}
    return levels_of_drops(live)


def with_next_drops(products: Sequence[ProductCard]) -> list[tuple[ProductCard, DropCard | None]]:
    """Each product with the drop that says what can be done with it now."""
    drops = drops_of_products([product.id for product in products])
    until_they_change(list(drops.values()))
    return [(product, drops.get(product.id)) for product in products]
