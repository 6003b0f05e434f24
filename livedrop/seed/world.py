"""What a demo world is told in. Times are minutes from the moment it is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Offer:
    """A SKU: so many of `product` were promised, so many sold."""

    product: str  # its title
    name: str
    price: int  # minor units
    declared: int
    sold: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A drop. Without `published` it is a draft; `cancelled` says why it was called off."""

    title: str
    story: str
    offers: Sequence[Offer]
    starts: float
    ends: float
    published: float | None
    cancelled: str = ""
    currency: str = "EUR"
    limit: int = 1
    window: int = 90  # seconds
    ships: bool = False
    given_up: int = 0  # orders that lapsed or were cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """A creator with their grid (title and story of each thing) and their drops."""

    handle: str
    name: str
    bio: str
    time_zone: str
    things: dict[str, str]
    sales: Sequence[Sale] = ()
    liked: float = 0.5  # the part of the crowd that follows


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """What one of the cast bought: one of the first offer of a drop."""

    handle: str
    sale: str  # its title
    refunded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everybody's e-mail address is their handle @livedrop.example; all share one password."""

    number: int  # what chance begins with: the same world every time
    makers: Sequence[Maker]
    cast: dict[str, str]  # handle and name of those who buy or watch
    admins: frozenset[str]
    crowd: int  # further shoppers
    ordered: Sequence[Ordered] = field(default=())
    follows: Mapping[str, Sequence[str]] = field(default_factory=dict)  # of the cast: whom
