"""What a creator might put into a draft."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from livedrop.drops.rules import Draft, SkuDraft
from tests import factories


def a_sku(name: str = "Large", price: int = 4500, quantity: int = 10, **facts: Any) -> SkuDraft:
    return SkuDraft(name=name, price=price, quantity=quantity, **facts)


def content(*, starts_in: float = 600, ends_in: float = 3600, **facts: Any) -> Draft:
    """A draft of one SKU that starts and ends so many seconds from the database's now."""
    now = factories.now()
    draft = Draft(
        title="Winter prints",
        starts_at=now + timedelta(seconds=starts_in),
        ends_at=now + timedelta(seconds=ends_in),
        currency="EUR",
        skus=[a_sku()],
    )
    return replace(draft, **facts)
