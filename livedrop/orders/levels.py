"""How much of a drop is left, in one word: pure, from the numbers of its SKUs."""

from collections.abc import Iterable
from typing import Literal, Protocol

from livedrop.drops.notices import low

Level = Literal["available", "low", "all-held", "sold-out"]


class Numbers(Protocol):
    @property
    def declared(self) -> int: ...
    @property
    def available(self) -> int: ...
    @property
    def held(self) -> int: ...


def level(stock: Iterable[Numbers]) -> Level:
    """Of a whole drop, or of one SKU alone. All held may come back, sold out will not."""
    skus = list(stock)
    available = sum(sku.available for sku in skus)
    if available:
        declared = sum(sku.declared for sku in skus)
        return "low" if available <= low(declared) else "available"
    return "all-held" if any(sku.held for sku in skus) else "sold-out"
