"""What cards show beyond the thing itself, and how long that is true."""

from collections.abc import Sequence

from livedrop.drops.queries import DropCard, drops_of_products
from livedrop.products.queries import ProductCard
from livedrop.web import public


def until_they_change(drops: Sequence[DropCard]) -> Sequence[DropCard]:
    """The same cards, on a page that is kept no longer than until one of them tells a lie."""
    for drop in drops:
        public.changes_at(drop.next_change, drop.now)
    return drops


def with_next_drops(products: Sequence[ProductCard]) -> list[tuple[ProductCard, DropCard | None]]:
    """Each product with the drop that says what can be done with it now."""
    drops = drops_of_products([product.id for product in products])
    until_they_change(list(drops.values()))
    return [(product, drops.get(product.id)) for product in products]
