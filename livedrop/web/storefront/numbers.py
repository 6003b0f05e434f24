"""Numbers for people to look at. Nothing is decided by them."""

from collections.abc import Sequence

from livedrop.drops import queries as drops
from livedrop.drops.queries import DropCard
from livedrop.orders import queries as orders
from livedrop.orders.queries import SkuStock
from livedrop.products.queries import ProductCard, products_of_ids


def stock_of(drop_id: int) -> tuple[SkuStock, ...]:
    return orders.stock_of_drop(drop_id)


def popular_drops(limit: int) -> Sequence[DropCard]:
    return drops.drops_of_ids(drops.popular_drops(limit))


def popular_products(limit: int) -> Sequence[ProductCard]:
    return products_of_ids(drops.popular_products(limit))
