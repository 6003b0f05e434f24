"""Create and edit products. A product belongs to its creator."""

from livedrop.idempotency.guard import Once, done, keep
from livedrop.lib.checks import Checks
from livedrop.lib.db import Check, demand, transaction
from livedrop.outbox.record import record
from livedrop.products import steps
from livedrop.products.events import ProductEdited
from livedrop.products.models import Product

TITLE_LENGTH = 120
DESCRIPTION_LENGTH = 5000


def create(
    *, creator_id: int, title: str, description: str = "", once: Once[int] | None = None
) -> int:
    """Add a product to the creator's grid; its id, or 0 if that was done before.

    Records `ProductCreated`. Raises `Invalid`.
    """
    title, description = _words(title, description)
    with transaction() as tx:
        if done(tx, once):
            return 0
        product_id = steps.make(tx, creator_id, title, description)
        keep(tx, once, product_id)
    return product_id


def edit(
    *,
    product_id: int,
    creator_id: int,
    title: str,
    description: str,
    still: Check | None = None,
) -> None:
    """Change the words; the address stays, so that links keep working.

    Records `ProductEdited`. Raises `Invalid`, and `NotFound` for another creator's product.
    """
    title, description = _words(title, description)
    with transaction() as tx:
        demand(tx, still, Product, product_id)
        steps.change(tx, product_id, creator_id, title, description)
        record(tx, ProductEdited(id=product_id, actor_id=creator_id, creator_id=creator_id))


def _words(title: str, description: str) -> tuple[str, str]:
    checks = Checks()
    title = checks.text("title", title, least=1, most=TITLE_LENGTH)
    description = checks.text("description", description, most=DESCRIPTION_LENGTH)
    checks.done()
    return title, description
