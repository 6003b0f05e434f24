"""Create and edit products. A product belongs to its creator."""

from collections.abc import Sequence

from livedrop.idempotency.guard import Once, done, keep
from livedrop.lib.checks import Checks
from livedrop.lib.db import Check, Tx, demand, transaction
from livedrop.media import steps as media
from livedrop.outbox.record import record
from livedrop.products import steps
from livedrop.products.events import ProductEdited, ProductPictured
from livedrop.products.models import Product

TITLE_LENGTH = 120
DESCRIPTION_LENGTH = 5000


def create(
    *,
    creator_id: int,
    title: str,
    description: str = "",
    media_ids: Sequence[int] = (),
    once: Once[int] | None = None,
) -> int:
    """Add a product to the creator's grid, shown by these pictures of theirs; its id, or 0 if that
    was done before.

    Records `ProductCreated`. Raises `Invalid`.
    """
    title, description = _words(title, description)
    with transaction() as tx:
        if done(tx, once):
            return 0
        product_id = steps.make(tx, creator_id, title, description)
        media.show_with_product(tx, product_id, creator_id, media_ids)
        keep(tx, once, product_id)
    return product_id


def edit(
    *,
    product_id: int,
    creator_id: int,
    title: str,
    description: str,
    media_ids: Sequence[int] | None = None,
    still: Check | None = None,
) -> None:
    """Change the words, and the pictures unless None; the address stays, so that links keep
    working.

    Records `ProductEdited`, and `ProductPictured` if pictures were said. Raises `Invalid`, and
    `NotFound` for another creator's product.
    """
    title, description = _words(title, description)
    with transaction() as tx:
        demand(tx, still, Product, product_id)
        steps.change(tx, product_id, creator_id, title, description)
        record(tx, ProductEdited(id=product_id, actor_id=creator_id, creator_id=creator_id))
        if media_ids is not None:
            _show(tx, product_id, creator_id, media_ids)


def add_picture(*, product_id: int, creator_id: int, asset_id: int) -> None:
    """Show one more picture, after the others.

    Records `ProductPictured`. Raises `Invalid` for one too many, `NotFound` for another's product.
    """
    with transaction() as tx:
        steps.lock(tx, product_id, creator_id)
        shown = media.shown_with_product(tx, product_id)
        _show(tx, product_id, creator_id, [*shown, asset_id])


def move_picture(*, product_id: int, creator_id: int, asset_id: int, by: int) -> None:
    """Move a picture so many places back, or forward if less than 0; at most to the end.

    Records `ProductPictured`. Raises `NotFound` for another's product.
    """
    with transaction() as tx:
        steps.lock(tx, product_id, creator_id)
        shown = media.shown_with_product(tx, product_id)
        if asset_id in shown:
            place = max(0, shown.index(asset_id) + by)
            shown.remove(asset_id)
            shown.insert(place, asset_id)
            _show(tx, product_id, creator_id, shown)


def _show(tx: Tx, product_id: int, creator_id: int, asset_ids: Sequence[int]) -> None:
    media.show_with_product(tx, product_id, creator_id, asset_ids)
    record(tx, ProductPictured(id=product_id, actor_id=creator_id, creator_id=creator_id))


def _words(title: str, description: str) -> tuple[str, str]:
    checks = Checks()
    title = checks.text("title", title, least=1, most=TITLE_LENGTH)
    description = checks.text("description", description, most=DESCRIPTION_LENGTH)
    checks.done()
    return title, description
