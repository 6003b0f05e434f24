"""Load or refuse: every row that a view touches comes through here, in somebody's name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from threading import Condition
from typing import TypeVar
from uuid import UUID

from cachetools import LRUCache, cached

from livedrop.accounts.queries import SignedIn, is_proved
from livedrop.creators.queries import CreatorCard, creator_of, find_creator
from livedrop.drops.queries import DropPage, drop_of_id, find_drop
from livedrop.lib.errors import DomainError, NotFound
from livedrop.media.queries import AssetCard, asset_of_id
from livedrop.orders.queries import OrderView, find_order, find_sold_order
from livedrop.products.queries import ProductCard, find_product, product_of_id
from livedrop.web import session

KNOWN = 4096  # drops a process remembers what never changes of


class NotSignedIn(DomainError):
    """Somebody has to say who they are first."""

    def __init__(self) -> None:
        super().__init__("not-signed-in", 401)


class NotCreator(DomainError):
    """Somebody has to become a creator first."""

    def __init__(self) -> None:
        super().__init__("not-creator", 403)


class NotProved(DomainError):
    """Whoever sits there has to type the password once more."""

    def __init__(self) -> None:
        super().__init__("not-proved", 403)


def person() -> SignedIn:
    """Who asks, to read what is theirs. Raises `NotSignedIn`."""
    present = session.current()
    if present is None:
        raise NotSignedIn
    return present


def actor() -> SignedIn:
    """Who asks, to change something: nobody who is suspended (403). Raises `NotSignedIn`."""
    present = person()
    if present.suspended:
        raise DomainError("suspended", 403)
    return present


def proved() -> SignedIn:
    """As `actor`, to change what would give the account away, or to move money: raises `NotProved`
    unless the password was typed lately in this browser or, for a token, at its sign-in."""
    present = actor()
    if not is_proved(present.sign_in_id):
        raise NotProved
    return present


def has_proved() -> bool:
    """Whether the password was typed in this browser lately, for a page that asks for it before
    anything else. Raises `NotSignedIn`."""
    return is_proved(person().sign_in_id)


def calling_off(drop: DropPage) -> SignedIn:
    """Who asks, to call off a drop of theirs: as `proved` once it is published, because what was
    paid goes back, and as `actor` before."""
    return proved() if drop.published_at else actor()


def admin() -> SignedIn:
    """Who asks, as somebody who looks after the house. To everybody else nothing is there:
    `NotFound`, to visitors and to admins who are suspended, too."""
    present = session.current()
    if present is None or not present.admin or present.suspended:
        raise NotFound
    return present


def acting_admin() -> SignedIn:
    """As `admin`, to change something that is somebody else's: raises `NotProved` unless the
    password was typed in this browser lately."""
    present = admin()
    if not is_proved(present.sign_in_id):
        raise NotProved
    return present


def own_order(order_id: UUID) -> OrderView:
    """One's own order as it is now. Raises `NotFound` for anybody else's."""
    order = find_order(order_id, person().user_id)
    if order is None:
        raise NotFound
    return order


def sold_order(order_id: UUID) -> OrderView:
    """An order in a drop of who asks; for admins, anybody's. Raises `NotFound`."""
    who = person()
    return _sold(order_id, None if who.admin else who.user_id)


def own_sale(order_id: UUID) -> OrderView:
    """An order in a drop of who asks, admin or not. Raises `NotFound`."""
    return _sold(order_id, person().user_id)


def _sold(order_id: UUID, creator_id: int | None) -> OrderView:
    order = find_sold_order(order_id, creator_id)
    if order is None:
        raise NotFound
    return order


def published_drop(slug: str) -> DropPage:
    """A drop that everybody may see. Raises `NotFound` for drafts, its creator's too."""
    drop = find_drop(slug)
    if drop is None or drop.published_at is None:
        raise NotFound
    return drop


@dataclass(frozen=True, slots=True)
class KnownDrop:
    """What never changes of a published drop."""

    id: int
    currency: str
    names: Mapping[int, str]  # of its SKUs, by id

    @property
    def sku_ids(self) -> Collection[int]:
        return self.names.keys()


@cached(LRUCache(KNOWN), condition=Condition())
def known_drop(slug: str) -> KnownDrop:
    """As `published_drop`, from memory: decides nothing about the drop's state.

    Of a thousand who come at once to a process that has just begun, one asks the database.
    """
    return _known(published_drop(slug))


@cached(LRUCache(KNOWN), condition=Condition())
def known_drop_of_id(drop_id: int) -> KnownDrop:
    """As `known_drop`, by id."""
    drop = drop_of_id(drop_id)
    if drop is None or drop.published_at is None:
        raise NotFound
    return _known(drop)


def _known(drop: DropPage) -> KnownDrop:
    return KnownDrop(drop.id, drop.currency, {sku.id: sku.name for sku in drop.skus})


def product(slug: str) -> ProductCard:
    """A product, which everybody may see. Raises `NotFound`."""
    found = find_product(slug)
    if found is None:
        raise NotFound
    return found


def creator(handle: str) -> CreatorCard:
    """A creator, whom everybody may see. Raises `NotFound`."""
    found = find_creator(handle)
    if found is None:
        raise NotFound
    return found


def own_creator_or_none() -> CreatorCard | None:
    """The profile of who asks, if they are a creator. Raises `NotSignedIn`."""
    return creator_of(person().user_id)


def own_creator() -> CreatorCard:
    """Who asks, as a creator, to read what is theirs. Raises `NotSignedIn`, `NotCreator`."""
    profile = own_creator_or_none()
    if profile is None:
        raise NotCreator
    return profile


def acting_creator() -> CreatorCard:
    """Who asks, as a creator, to change something: as `own_creator`, and not suspended (403)."""
    actor()
    return own_creator()


def own_drop(slug: str) -> DropPage:
    """A drop of who asks, drafts included. Raises `NotFound` for anybody else's."""
    return _theirs(person().user_id, find_drop(slug))


def own_drop_of_id(drop_id: int) -> DropPage:
    """As `own_drop`, by id."""
    return _theirs(person().user_id, drop_of_id(drop_id))


def seen_drop(drop_id: int) -> DropPage:
    """A drop that who asks may see: published, or their own draft. Raises `NotFound`."""
    drop = drop_of_id(drop_id)
    if drop is not None and drop.published_at is not None:
        return drop
    who = session.current()
    return _theirs(who.user_id if who else None, drop)


def own_product(slug: str) -> ProductCard:
    """A product of who asks. Raises `NotFound` for anybody else's."""
    return _theirs(person().user_id, find_product(slug))


def own_product_of_id(product_id: int) -> ProductCard:
    """As `own_product`, by id."""
    return _theirs(person().user_id, product_of_id(product_id))


def own_asset(asset_id: int) -> AssetCard:
    """A picture that who asks has uploaded. Raises `NotFound` for anybody else's."""
    return _theirs(person().user_id, asset_of_id(asset_id))


Owned = TypeVar("Owned", DropPage, ProductCard, AssetCard)


def _theirs(user_id: int | None, thing: Owned | None) -> Owned:
    if thing is None or not thing.owned_by(user_id):
        raise NotFound
    return thing
