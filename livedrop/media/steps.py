"""Steps that write what is known of pictures. Each takes the open transaction."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, text, update

from livedrop.lib.db import Tx
from livedrop.lib.errors import DomainError, Invalid, NotFound
from livedrop.lib.ratelimit import TooManyTries
from livedrop.media.models import TO_BE_MADE, Asset
from livedrop.media.rules import MOST_BYTES, MOST_KEPT, MOST_PICTURES, MOST_WAITING

# One upload of a person at a time, or two at once would both find the last room.
ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('pictures', :owner_id))")
SOON = 20  # seconds after which some of those that wait are ready, if somebody makes them
# Since nothing shows it, of a picture of which that is so.
unused_since = func.coalesce(Asset.put_away_at, Asset.created_at)


def add(tx: Tx, owner_id: int, **facts: Any) -> int:
    """Add a picture that waits; its id. Raises `quota-reached`, `TooManyTries`."""
    let_wait(tx, owner_id)
    kept = select(func.count(), func.coalesce(func.sum(Asset.size), 0))
    number, size = tx.session.execute(kept.where(Asset.owner_id == owner_id)).one()
    if number >= MOST_KEPT or size + facts["size"] > MOST_BYTES:
        raise DomainError("quota-reached", pictures=MOST_KEPT, megabytes=MOST_BYTES // 2**20)
    asset_id: int = tx.session.execute(
        insert(Asset).values(owner_id=owner_id, **facts).returning(Asset.id)
    ).scalar_one()
    return asset_id


def let_wait(tx: Tx, owner_id: int) -> None:
    """Hold back who would have too many pictures made ready, each of which may take its worker
    seconds. Comes before the row of any picture is locked. Raises `TooManyTries`."""
    tx.execute(ALONE, {"owner_id": owner_id})
    waiting = select(func.count()).where(Asset.owner_id == owner_id, Asset.state == "waiting")
    if tx.session.scalars(waiting).one() >= MOST_WAITING:
        raise TooManyTries(SOON)


def own(tx: Tx, asset_id: int, owner_id: int) -> Asset:
    """The row, locked. Raises `NotFound` for anybody else's."""
    asset = tx.session.scalar(
        select(Asset).where(Asset.id == asset_id, Asset.owner_id == owner_id).with_for_update()
    )
    if asset is None:
        raise NotFound
    return asset


def ready(tx: Tx, asset_id: int, variants: Sequence[dict[str, Any]], size: int) -> bool:
    """Say that its variants are there, unless somebody did or it is gone.

    Of a profile the one before is shown until then, and no longer.
    """
    made = tx.session.scalar(
        update(Asset)
        .where(Asset.id == asset_id, TO_BE_MADE)
        .values(state="ready", failure=None, variants=list(variants), size=size)
        .returning(func.coalesce(Asset.profile_id, 0))
    )
    if made:
        _put_away_older(tx, made, asset_id)
    return made is not None


def is_there(tx: Tx, asset_id: int) -> bool:
    return tx.session.get(Asset, asset_id) is not None


def failed(tx: Tx, asset_id: int, failure: str) -> bool:
    """Say why it could not be made, unless it was, is gone, or that was said."""
    news = Asset.failure.is_distinct_from(failure)
    waiting = update(Asset).where(Asset.id == asset_id, TO_BE_MADE, news)
    return bool(tx.execute(waiting.values(state="failed", failure=failure)).rowcount)


def show_with_product(tx: Tx, product_id: int, owner_id: int, asset_ids: Sequence[int]) -> None:
    """Show exactly these pictures of the owner with a product, in this order.

    Raises `Invalid` for what is not theirs, is shown elsewhere, or is too many.
    """
    wanted = list(dict.fromkeys(asset_ids))
    if len(wanted) > MOST_PICTURES:
        raise Invalid(media_ids=f"At most {MOST_PICTURES} pictures.")
    free = Asset.profile_id.is_(None) & (
        Asset.product_id.is_(None) | (Asset.product_id == product_id)
    )
    mine = (
        select(Asset.id)
        .where(Asset.id.in_(wanted), Asset.owner_id == owner_id, free)
        .order_by(Asset.id)
        .with_for_update()
    )
    if len(tx.session.scalars(mine).all()) != len(wanted):
        raise Invalid(media_ids="One of these is no picture of yours that can be shown here.")
    put_away = update(Asset).where(Asset.product_id == product_id, Asset.id.not_in(wanted))
    tx.execute(put_away.values(product_id=None, position=0, put_away_at=func.clock_timestamp()))
    for position, asset_id in enumerate(wanted):
        place = update(Asset).where(Asset.id == asset_id)
        tx.execute(place.values(product_id=product_id, position=position))


def shown_with_product(tx: Tx, product_id: int) -> list[int]:
    """Ids of its pictures, in order."""
    shown = select(Asset.id).where(Asset.product_id == product_id)
    return list(tx.session.scalars(shown.order_by(Asset.position, Asset.id)))


def show_with_profile(tx: Tx, profile_id: int, asset_id: int) -> None:
    """Show this picture of the creator's own with their profile, once it is ready.

    Raises `NotFound` for one that is not theirs or is shown elsewhere.
    """
    asset = own(tx, asset_id, profile_id)
    if asset.product_id is not None:
        raise NotFound
    asset.profile_id = profile_id
    if asset.state == "ready":
        _put_away_older(tx, profile_id, asset_id)


def _put_away_older(tx: Tx, profile_id: int, asset_id: int) -> None:
    older = update(Asset).where(Asset.profile_id == profile_id, Asset.id < asset_id)
    tx.execute(older.values(profile_id=None, put_away_at=func.clock_timestamp()))


def remove(tx: Tx, asset_ids: Sequence[int]) -> None:
    tx.execute(delete(Asset).where(Asset.id.in_(asset_ids)))


def unused(tx: Tx, hours: float, limit: int) -> list[Asset]:
    """Some pictures, locked, that nothing shows and nothing did for so long."""
    nowhere = Asset.product_id.is_(None) & Asset.profile_id.is_(None)
    old = unused_since < func.clock_timestamp() - timedelta(hours=hours)
    found = select(Asset).where(nowhere, old).order_by(unused_since).limit(limit)
    return list(tx.session.scalars(found.with_for_update(skip_locked=True)))
