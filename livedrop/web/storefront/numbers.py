"""Numbers for people to look at. Nothing is decided by them.

They come through a cache that may vanish at any time and is rebuilt from Postgres: at a drop's
start every web process asks for the same ones.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Any

from livedrop.config import configuration
from livedrop.drops import queries as drops
from livedrop.drops.queries import DropCard
from livedrop.lib import cache
from livedrop.lib.clock import clock, milliseconds
from livedrop.lib.replica import seconds_behind
from livedrop.orders import queries as orders
from livedrop.orders.queries import SkuStock
from livedrop.products.queries import ProductCard, products_of_ids

# How old they may be, counted in lives of a page: with that of the page it adds up.
STOCK = 0.5
POPULAR = 30.0


def stock_of(drop_id: int) -> tuple[SkuStock, ...]:
    """What is left of each SKU of a drop, in the order of their ids."""
    return dated_stock_of(drop_id)[0]


def dated_stock_of(drop_id: int) -> tuple[tuple[SkuStock, ...], int]:
    """As `stock_of`, and the instant before it was read, in ms since 1970."""

    def rebuild() -> list[Any]:
        at = milliseconds(clock.now() - timedelta(seconds=seconds_behind()))
        return [at, *(astuple(sku) for sku in orders.stock_of_drop(drop_id))]

    fresh = STOCK * _life_of_a_page()
    at, *skus = cache.get(f"dated-stock:{drop_id}", rebuild, fresh=fresh).value
    return tuple(SkuStock(*sku) for sku in skus), at


@dataclass(frozen=True, slots=True)
class Totals:
    """The numbers of a whole drop: available + held + sold = declared."""

    declared: int
    available: int
    held: int
    sold: int


def totals(stock: Iterable[SkuStock]) -> Totals:
    skus = list(stock)
    return Totals(
        declared=sum(sku.declared for sku in skus),
        available=sum(sku.available for sku in skus),
        held=sum(sku.held for sku in skus),
        sold=sum(sku.sold for sku in skus),
    )


def popular_drops(limit: int) -> Sequence[DropCard]:
    """The drops that people order most from: their rank is remembered, what they say is not."""
    return drops.drops_of_ids(_ranked("drops", limit))


def popular_products(limit: int) -> Sequence[ProductCard]:
    return products_of_ids(_ranked("products", limit))


def _ranked(things: str, limit: int) -> list[int]:
    rank = {"drops": drops.popular_drops, "products": drops.popular_products}[things]
    key, fresh = f"popular:{things}:{limit}", POPULAR * _life_of_a_page()
    ids: list[int] = cache.get(key, lambda: rank(limit), fresh=fresh).value
    return ids


def _life_of_a_page() -> float:
    return configuration().page_seconds
