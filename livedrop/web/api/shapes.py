"""What the API answers with, thing by thing, and how each is made from what the rooms know.

Ids are strings, instants RFC 3339 in UTC, money is integer minor units and a currency.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urljoin
from uuid import UUID

from pydantic import Field

from livedrop.accounts.queries import OwnCard
from livedrop.artwork import pictures
from livedrop.artwork.raster import WIDTHS
from livedrop.config import configuration
from livedrop.creators.queries import CreatorCard
from livedrop.drops.queries import DropCard, DropPage, drops_of_products
from livedrop.follows.queries import Follower as FollowerRow
from livedrop.follows.queries import followed_among, followers_of
from livedrop.media import photos
from livedrop.media.photos import Photo
from livedrop.media.queries import AssetCard
from livedrop.media.rules import Name
from livedrop.media.rules import State as AssetState
from livedrop.notifications.queries import Told
from livedrop.orders.models import REASONS, STATUSES
from livedrop.orders.queries import OrderView, SkuStock, stock_of_drops
from livedrop.payments.models import STATUSES as PAYMENT_STATUSES
from livedrop.products.queries import ProductCard
from livedrop.waitlist.queries import Standing
from livedrop.web import media, session
from livedrop.web.api.addresses import HANDLE, ID
from livedrop.web.api.operations import Shape
from livedrop.web.storefront.pictures import address

Id = Annotated[str, Field(pattern=ID)]
Handle = Annotated[str, Field(pattern=HANDLE)]
State = Literal["draft", "scheduled", "live", "ended", "cancelled"]
WIDTH = max(WIDTHS)  # pixels of the pictures that are pointed to


# --- people ---


class Person(Shape):
    """A person as they see themselves; nobody else sees this."""

    id: Id
    handle: Handle
    display_name: str
    email: str
    confirmed: bool = Field(description="Whether mail to this address is read, so news go there.")
    suspended: bool = Field(description="Whether they may read and do nothing else.")


def person(own: OwnCard) -> Person:
    return Person(
        id=str(own.id),
        handle=own.handle,
        display_name=own.display_name,
        email=own.email,
        confirmed=own.confirmed,
        suspended=own.suspended,
    )


class Tokens(Shape):
    """What an app goes on with after a sign-in."""

    access_token: str = Field(description="Sent as `Authorization: Bearer` with every call.")
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds for which the access token is good.")
    refresh_token: str = Field(description="Exchanged once, for the next pair.")


class Variant(Shape):
    """One size of a picture, as WebP."""

    name: Name
    url: str
    width: int
    height: int


class Picture(Shape):
    url: str
    alt: str = Field(description="What it shows, for those who do not see it.")
    width: int
    height: int


def picture(shown: pictures.Picture | Photo) -> Picture:
    """The largest there is."""
    if isinstance(shown, Photo):
        full = variant(shown.named("full"))
        return Picture(url=full.url, alt=shown.words, width=full.width, height=full.height)
    return Picture(url=_home() + address(shown, WIDTH), alt=shown.words, width=WIDTH, height=WIDTH)


def variant(one: photos.Variant) -> Variant:
    return Variant(
        name=one.name, url=urljoin(_home(), media.address(one)), width=one.width, height=one.height
    )


class Asset(Shape):
    """A picture that you uploaded. Its variants are there once it is `ready`."""

    id: Id
    state: AssetState
    alt: str
    variants: list[Variant]
    failure: str | None = Field(description="Why it failed: a word.")


def asset(card: AssetCard) -> Asset:
    made = card.photo.variants if card.photo else ()
    return Asset(
        id=str(card.id),
        state=card.state,
        alt=card.alt,
        variants=[variant(one) for one in made],
        failure=card.failure,
    )


class Maker(Shape):
    """Who makes it."""

    handle: Handle
    display_name: str


class Creator(Shape):
    """A creator as everybody sees them."""

    handle: Handle
    display_name: str
    bio: str
    picture: Picture
    follower_count: int = Field(description="People; of large crowds at most 2 s old.")
    following: bool | None = Field(description="Whether you follow them; null without a token.")


def creators(cards: Sequence[CreatorCard]) -> list[Creator]:
    """These creators as who asks sees them."""
    ids = [card.id for card in cards]
    counts, who = followers_of(ids), session.current()
    followed = followed_among(who.user_id, ids) if who else None
    return [
        Creator(
            handle=card.handle,
            display_name=card.display_name,
            bio=card.bio,
            picture=picture(card.picture),
            follower_count=counts[card.id],
            following=None if followed is None else card.id in followed,
        )
        for card in cards
    ]


class Follower(Shape):
    handle: Handle
    display_name: str
    since: datetime


def follower(row: FollowerRow) -> Follower:
    return Follower(handle=row.handle, display_name=row.display_name, since=row.since)


# --- what they make and sell ---


class NextDrop(Shape):
    """The drop in which something can be had: live, or else coming."""

    id: Id
    slug: str
    state: State
    starts_at: datetime


class Product(Shape):
    id: Id
    slug: str
    title: str
    description: str
    pictures: list[Picture]
    creator: Maker
    next_drop: NextDrop | None


def products(cards: Sequence[ProductCard]) -> list[Product]:
    drops = drops_of_products([card.id for card in cards])
    return [
        Product(
            id=str(card.id),
            slug=card.slug,
            title=card.title,
            description=card.description,
            pictures=[picture(one) for one in card.pictures],
            creator=Maker(handle=card.creator_handle, display_name=card.creator_name),
            next_drop=_next(drops.get(card.id)),
        )
        for card in cards
    ]


def _next(drop: DropCard | None) -> NextDrop | None:
    if drop is None or drop.state not in {"live", "scheduled"}:
        return None
    return NextDrop(id=str(drop.id), slug=drop.slug, state=drop.state, starts_at=drop.starts_at)


class Money(Shape):
    amount: int = Field(description="Minor units, such as cents.")
    currency: str = Field(description="ISO 4217.")


class Sku(Shape):
    """One variant. available + held + sold = declared."""

    id: Id
    name: str
    product_id: Id
    price: Money
    declared: int = Field(description="Units that were promised.")
    available: int = Field(description="Units that can be ordered this moment.")
    held: int = Field(description="Units in orders that are not paid yet.")
    sold: int = Field(description="Units that are paid for.")
    sold_out: bool = Field(description="Nothing is available and nothing may come back by itself.")
    all_held: bool = Field(description="Nothing is available, but something may come back.")


class Drop(Shape):
    id: Id
    slug: str
    title: str
    description: str
    state: State
    starts_at: datetime
    ends_at: datetime
    server_time: datetime = Field(description="The shop's clock, for which all of this is true.")
    limit_per_customer: int = Field(description="Units that one person may have.")
    payment_window_seconds: int
    ships: bool = Field(description="Whether an order needs a delivery; prices include it.")
    creator: Maker
    skus: list[Sku]
    sold_out: bool
    all_held: bool

    @property
    def lasting(self) -> str:
        return self.model_dump_json(exclude={"server_time"})


def drops(pages: Sequence[DropPage]) -> list[Drop]:
    """These drops and what is left in them."""
    stock = stock_of_drops([page.id for page in pages])
    return [_drop(page, stock[page.id]) for page in pages]


def _drop(page: DropPage, stock: Sequence[SkuStock]) -> Drop:
    left = {units.sku_id: units for units in stock}
    available = any(units.available for units in stock)
    held = any(units.held for units in stock)
    return Drop(
        id=str(page.id),
        slug=page.slug,
        title=page.title,
        description=page.story,
        state=page.state,
        starts_at=page.starts_at,
        ends_at=page.ends_at,
        server_time=page.now,
        limit_per_customer=page.limit_per_customer,
        payment_window_seconds=page.payment_window_seconds,
        ships=page.ships,
        creator=Maker(handle=page.creator_handle, display_name=page.creator_name),
        skus=[
            Sku(
                id=str(sku.id),
                name=sku.name,
                product_id=str(sku.product_id),
                price=Money(amount=sku.price.amount, currency=sku.price.currency),
                declared=left[sku.id].declared,
                available=left[sku.id].available,
                held=left[sku.id].held,
                sold=left[sku.id].sold,
                sold_out=left[sku.id].sold_out,
                all_held=left[sku.id].all_held,
            )
            for sku in page.skus
        ],
        sold_out=bool(stock) and not available and not held,
        all_held=not available and held,
    )


# --- orders ---


class Line(Shape):
    sku_id: Id
    name: str
    quantity: int
    returned: int = Field(description="Units of these that were given back.")
    price: Money = Field(description="Of one unit, as it was when the order was placed.")


class Payment(Shape):
    """The latest payment of an order."""

    status: str = Field(json_schema_extra={"enum": list(PAYMENT_STATUSES)})
    method: str


class Address(Shape):
    name: str
    line1: str
    line2: str
    postcode: str
    city: str
    country: str


class Order(Shape):
    id: UUID
    drop_id: Id
    status: str = Field(json_schema_extra={"enum": list(STATUSES)})
    lines: list[Line]
    total: Money
    placed_at: datetime
    pay_by: datetime | None = Field(description="Null unless it waits to be paid.")
    extensions_left: int
    reason: str | None = Field(json_schema_extra={"enum": [*REASONS, None]})
    payment: Payment | None
    delivery: Address | None


def order(view: OrderView) -> Order:
    return Order(
        id=view.id,
        drop_id=str(view.drop_id),
        status=view.status,
        lines=[
            Line(
                sku_id=str(line.sku_id),
                name=line.name,
                quantity=line.quantity,
                returned=line.returned,
                price=Money(amount=line.price, currency=view.currency),
            )
            for line in view.lines
        ],
        total=Money(amount=view.total, currency=view.currency),
        placed_at=view.placed_at,
        pay_by=view.pay_by if view.status == "placed" else None,
        extensions_left=view.extensions_left,
        reason=view.reason,
        payment=Payment(status=view.payment_status, method="pretend")
        if view.payment_status
        else None,
        delivery=Address(**view.delivery) if view.delivery else None,
    )


class Entry(Shape):
    """A place in line: first is 1."""

    sku_id: Id
    quantity: int
    position: int
    since: datetime


def entry(place: Standing) -> Entry:
    return Entry(
        sku_id=str(place.sku_id),
        quantity=place.quantity,
        position=place.position,
        since=place.since,
    )


# --- news ---


class Notification(Shape):
    id: Id
    kind: str
    at: datetime
    read: bool
    title: str
    body: str
    url: str = Field(description="The page on which something can be done about it.")


def notification(told: Told) -> Notification:
    words = told.words
    return Notification(
        id=str(told.id),
        kind=told.kind,
        at=told.at,
        read=told.read,
        title=words.title,
        body=words.body,
        url=_home() + words.path,
    )


class Channels(Shape):
    page: bool = Field(description="In the inbox and on open pages.")
    email: bool


class Ticket(Shape):
    """What opens one socket: `GET /live?ticket=…`."""

    ticket: str
    expires_in: int = Field(description="Seconds.")


def channels(chosen: Mapping[str, tuple[bool, bool]]) -> dict[str, Channels]:
    return {kind: Channels(page=page, email=email) for kind, (page, email) in chosen.items()}


def _home() -> str:
    return configuration().url
