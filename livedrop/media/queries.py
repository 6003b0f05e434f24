"""Questions about pictures. One statement each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute

from livedrop.extensions import db
from livedrop.media.models import TO_BE_MADE, Asset
from livedrop.media.photos import Photo, photo_of
from livedrop.media.rules import FAILURES, State
from livedrop.media.store import picture_key, upload_key


@dataclass(frozen=True, slots=True)
class AssetCard:
    """A picture as its owner sees it."""

    id: int
    owner_id: int
    name: str
    state: State
    alt: str
    variants: Sequence[Mapping[str, Any]]
    failure: str | None
    product_id: int | None
    profile_id: int | None

    @property
    def photo(self) -> Photo | None:
        """What there is to see of it, once it is ready."""
        if self.state != "ready":
            return None
        return photo_of({"name": self.name, "alt": self.alt, "variants": self.variants})

    @property
    def trouble(self) -> str:
        """Why it failed, in words."""
        return FAILURES.get(self.failure or "", "")

    def owned_by(self, user_id: int | None) -> bool:
        return self.owner_id == user_id


CARDS = select(
    Asset.id,
    Asset.owner_id,
    Asset.name,
    Asset.state,
    Asset.alt,
    Asset.variants,
    Asset.failure,
    Asset.product_id,
    Asset.profile_id,
)
SHOWN = func.jsonb_build_object(
    "name", Asset.name, "alt", Asset.alt, "variants", Asset.variants, type_=JSONB
)
READY = Asset.state == "ready"


def asset_of_id(asset_id: int) -> AssetCard | None:
    return next(iter(_cards(CARDS.where(Asset.id == asset_id))), None)


def assets_of_product(product_id: int) -> list[AssetCard]:
    """All pictures of a product, in the order in which they are shown, ready or not."""
    return _cards(CARDS.where(Asset.product_id == product_id).order_by(Asset.position, Asset.id))


def asset_of_profile(profile_id: int) -> AssetCard | None:
    """The latest picture of a profile, ready or not."""
    statement = CARDS.where(Asset.profile_id == profile_id).order_by(Asset.id.desc()).limit(1)
    return next(iter(_cards(statement)), None)


# --- rows and files ---


@dataclass(frozen=True, slots=True)
class Original:
    """A picture that waits to be made ready."""

    name: str
    kind: str


def original_of(asset_id: int) -> Original | None:
    """The picture of this id, if it waits to be made ready, or for a store that was away."""
    waiting = select(Asset.name, Asset.kind).where(Asset.id == asset_id, TO_BE_MADE)
    row = db.session.execute(waiting).one_or_none()
    return Original(*row) if row else None


def now() -> datetime:
    """The database's clock."""
    clock: datetime = db.session.execute(select(func.clock_timestamp())).scalar_one()
    return clock


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture, and the files that have to be there of it."""

    id: int
    created_at: datetime
    keys: frozenset[str]


def kept() -> list[Kept]:
    """All pictures there are."""
    rows = select(Asset.id, Asset.name, Asset.state, Asset.variants, Asset.created_at)
    return [
        Kept(row.id, row.created_at, _files(row.name, row.state, row.variants))
        for row in db.session.execute(rows.order_by(Asset.id))
    ]


def unknown_among(keys: Sequence[str]) -> list[str]:
    """Those of these files that belong to no picture, as it is now."""
    names = [key.split("/")[1] for key in keys]
    rows = select(Asset.name, Asset.state, Asset.variants).where(Asset.name.in_(names))
    known: set[str] = set()
    for row in db.session.execute(rows):
        known |= _files(row.name, row.state, row.variants)
    return [key for key in keys if key not in known]


def _files(name: str, state: str, variants: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    if state != "ready":
        return frozenset({upload_key(name)})
    return frozenset(picture_key(name, one["name"]) for one in variants)


# --- for the lists of others: columns that say what is shown of their rows ---


def photos_of(product_id: InstrumentedAttribute[int]) -> ScalarSelect[Any]:
    """All ready pictures of the product of a row; null if there are none."""
    ordered = aggregate_order_by(SHOWN, Asset.position, Asset.id)
    return (
        select(func.jsonb_agg(ordered, type_=JSONB))
        .where(Asset.product_id == product_id, READY)
        .correlate_except(Asset)
        .scalar_subquery()
    )


def photo_of_product(product_id: Any) -> ScalarSelect[Any]:
    """The first ready picture of the product of a row; null if there is none."""
    return (
        select(SHOWN)
        .where(Asset.product_id == product_id, READY)
        .order_by(Asset.position, Asset.id)
        .limit(1)
        .correlate_except(Asset)
        .scalar_subquery()
    )


def photo_of_profile(creator_id: InstrumentedAttribute[int]) -> ScalarSelect[Any]:
    """The latest ready picture of the creator of a row; null if there is none."""
    return (
        select(SHOWN)
        .where(Asset.profile_id == creator_id, READY)
        .order_by(Asset.id.desc())
        .limit(1)
        .correlate_except(Asset)
        .scalar_subquery()
    )


def _cards(statement: Select[*tuple[Any, ...]]) -> list[AssetCard]:
    return [AssetCard(*row) for row in db.session.execute(statement)]
