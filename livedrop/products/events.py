"""What happens to products."""

from dataclasses import dataclass
from typing import ClassVar

from livedrop.outbox.record import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductEvent(Event):
    about: ClassVar[str] = "product"
    creator_id: int


class ProductCreated(ProductEvent):
    """A creator added a product to their grid."""


class ProductPictured(ProductEvent):
    """Other pictures show a product, or the same in another order."""


class ProductEdited(ProductEvent):
    """A product's title or description changed."""
