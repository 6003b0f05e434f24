"""Drops: everybody's to see once published; their creators' to draft, change and cancel."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from flask import Blueprint, Response
from pydantic import Field

from livedrop.drops import commands, rules
from livedrop.drops.queries import DropPage, drop_of_id, drops_page, whole_drops
from livedrop.drops.rules import Draft, SkuDraft
from livedrop.lib.checks import REASON_LENGTH
from livedrop.lib.errors import Invalid, NotFound
from livedrop.notifications import commands as news
from livedrop.orders.queries import whole_orders_of_drop
from livedrop.web import access
from livedrop.web.api import shapes
from livedrop.web.api.lists import Place, listed, orders_page
from livedrop.web.api.once import once
from livedrop.web.api.operations import List, Wish, operation, unless_changed
from livedrop.web.api.shapes import Drop, Order
from livedrop.web.api.wishes import Id, Instant, Price
from livedrop.web.storefront.reminders import PRESSES

drops = Blueprint("drops", __name__)

ONE = {"drop_id": "DROP_ID"}
DRAFT = {"drop_id": "DRAFT_ID"}


class Asked(Place):
    state: Literal["live", "scheduled", "ended", "cancelled"] | None = None
    creator: str | None = Field(None, description="A handle: only this creator's.")


class NewSku(Wish):
    name: str = Field(min_length=1, max_length=rules.SKU_NAME_LENGTH)
    price: Price
    quantity: int = Field(ge=1, le=rules.MOST_UNITS, description="Units that are promised.")
    product_id: Id | None = Field(None, description="Without one, a product of the drop's title.")


class NewDrop(Wish):
    title: str = Field(min_length=1, max_length=rules.TITLE_LENGTH)
    description: str = Field("", max_length=rules.STORY_LENGTH)
    starts_at: Instant
    ends_at: Instant
    limit_per_customer: int = Field(1, ge=rules.LIMITS[0], le=rules.LIMITS[1])
    payment_window_seconds: int = Field(90, ge=rules.WINDOWS[0], le=rules.WINDOWS[1])
    ships: bool = False
    skus: list[NewSku] = Field(max_length=rules.MOST_SKUS)


class MoreUnits(Wish):
    id: Id
    quantity: int = Field(ge=1, le=rules.MOST_UNITS, description="The new total.")


class DropChange(Wish):
    """Words, limits and windows of drafts alone; times before the start; quantities grow."""

    title: str | None = Field(None, min_length=1, max_length=rules.TITLE_LENGTH)
    description: str | None = Field(None, max_length=rules.STORY_LENGTH)
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    limit_per_customer: int | None = Field(None, ge=rules.LIMITS[0], le=rules.LIMITS[1])
    payment_window_seconds: int | None = Field(None, ge=rules.WINDOWS[0], le=rules.WINDOWS[1])
    ships: bool | None = None
    skus: list[MoreUnits] | None = Field(None, max_length=rules.MOST_SKUS)


class Reason(Wish):
    reason: str = Field(min_length=1, max_length=REASON_LENGTH)


@drops.get("/drops")
@operation(List[Drop], tag="Drops", needs="", no=("bad-cursor", "not-found"))
def index(query: Asked) -> List[Drop]:
    """Published drops.

    Live ones that end first come first, scheduled ones that start first; else the latest first.
    """
    creator = access.creator(query.creator) if query.creator is not None else None
    found = drops_page(
        state=query.state,
        creator_id=creator.id if creator else None,
        cursor=query.cursor,
        limit=query.limit,
    )
    return List.model_construct(
        items=shapes.drops(whole_drops(found.items)), next_cursor=found.next_cursor
    )


@drops.get("/drops/<id:drop_id>")
@operation(Drop, tag="Drops", needs="", no=("not-found",), replaced=ONE)
def show(drop_id: int) -> Drop:
    """One drop; a draft only for its creator."""
    return _shape(access.seen_drop(drop_id))


@drops.post("/drops")
@operation(
    Drop,
    201,
    tag="Drops",
    key="taken",
    no=("suspended", "not-creator", "idempotency-key-invalid", "key-reused"),
    example={
        "title": "Harbour at dusk",
        "starts_at": "$STARTS_AT",
        "ends_at": "$ENDS_AT",
        "limit_per_customer": 2,
        "skus": [
            {
                "name": "A3",
                "price": {"amount": 4500, "currency": "EUR"},
                "quantity": 100,
                "product_id": "$PRODUCT_ID",
            }
        ],
    },
)
def create(json: NewDrop) -> Response:
    """Draft a drop, which only I see."""
    creator, content = access.acting_creator(), _draft(json)
    return once(
        json,
        read,
        lambda key: commands.draft(creator_id=creator.id, content=content, once=key),
    )


@drops.patch("/drops/<id:drop_id>")
@operation(
    Drop,
    tag="Drops",
    no=(
        "not-found",
        "suspended",
        "precondition-failed",
        "frozen",
        "cannot-shrink",
        "ended",
        "cancelled",
    ),
    example={"ends_at": "$ENDS_AT", "skus": [{"id": "$DRAFT_SKU_ID", "quantity": 120}]},
    replaced=DRAFT,
)
def update(drop_id: int, json: DropChange) -> Drop:
    """Change some of a drop of mine, all or nothing."""
    mine = access.own_drop_of_id(drop_id)
    said: dict[str, Any] = json.model_dump(exclude_none=True, exclude={"skus"})
    times: dict[str, datetime] = {
        name: said.pop(name) for name in ("starts_at", "ends_at") if name in said
    }
    if "description" in said:
        said["story"] = said.pop("description")
    commands.change(
        drop_id=mine.id,
        actor_id=access.actor().user_id,
        words=said,
        times=times,
        declared={int(sku.id): sku.quantity for sku in json.skus or ()},
        still=unless_changed(lambda: read(mine.id)),
    )
    return read(mine.id)


@drops.post("/drops/<id:drop_id>/publication")
@operation(
    Drop,
    201,
    tag="Drops",
    no=("not-found", "suspended", "already-published", "no-skus", "ended", "cancelled"),
    replaced=DRAFT,
)
def publish(drop_id: int) -> Drop:
    """Publish a draft of mine: from now on its price, limit, window and variants are frozen."""
    mine = access.own_drop_of_id(drop_id)
    commands.publish(drop_id=mine.id, actor_id=access.actor().user_id)
    return read(mine.id)


@drops.post("/drops/<id:drop_id>/cancellation")
@operation(
    Drop,
    201,
    tag="Drops",
    no=("not-found", "suspended", "not-proved", "ended", "cancelled"),
    example={"reason": "The press broke."},
    replaced=DRAFT,
)
def cancel(drop_id: int, json: Reason) -> Drop:
    """Call a drop of mine off for good; what was paid goes back.

    Once it is published this needs, as a refund does, a password typed within ten minutes.
    """
    mine = access.own_drop_of_id(drop_id)
    actor = access.calling_off(mine)
    commands.cancel(drop_id=mine.id, actor_id=actor.user_id, reason=json.reason)
    return read(mine.id)


@drops.get("/drops/<id:drop_id>/orders")
@operation(
    List[Order],
    tag="Drops",
    no=("not-found", "bad-cursor"),
    replaced={"drop_id": "MY_DROP_ID"},
)
def orders(drop_id: int, query: Place) -> List[Order]:
    """Orders in a drop of mine, the latest first."""
    mine = access.own_drop_of_id(drop_id)
    found = orders_page(
        f"orders of {mine.id}",
        query,
        lambda before, limit: whole_orders_of_drop(mine.id, before, limit),
    )
    return listed(found, shapes.order)


@drops.put("/drops/<id:drop_id>/reminder")
@operation(
    None,
    204,
    tag="News",
    no=("not-found", "suspended", "ended", "cancelled"),
    replaced=ONE,
)
def remind(drop_id: int) -> None:
    """Be reminded before a drop opens; once more does nothing."""
    drop, who = access.seen_drop(drop_id), access.actor()
    PRESSES.spend(who.user_id)
    news.remind_me(user_id=who.user_id, drop_id=drop.id)


@drops.delete("/drops/<id:drop_id>/reminder")
@operation(None, 204, tag="News", no=("not-found", "suspended"), replaced=ONE)
def forget(drop_id: int) -> None:
    """Not be reminded; once more does nothing."""
    drop, who = access.seen_drop(drop_id), access.actor()
    PRESSES.spend(who.user_id)
    news.forget_me(user_id=who.user_id, drop_id=drop.id)


def read(drop_id: int) -> Drop:
    page = drop_of_id(drop_id)
    if page is None:
        raise NotFound
    return _shape(page)


def _shape(page: DropPage) -> Drop:
    return shapes.drops([page])[0]


def _draft(json: NewDrop) -> Draft:
    """What was sent, in the words of the room. Raises `Invalid` for more than one currency."""
    words: dict[str, Any] = json.model_dump(exclude={"description", "skus"})
    return Draft(
        **words, story=json.description, currency=_currency(json.skus), skus=_skus(json.skus)
    )


def _currency(skus: Sequence[NewSku]) -> str:
    currencies = {sku.price.currency for sku in skus} or {"EUR"}
    if len(currencies) > 1:
        raise Invalid(skus="All prices of a drop are in one currency.")
    return currencies.pop()


def _skus(skus: Sequence[NewSku]) -> list[SkuDraft]:
    return [
        SkuDraft(
            name=sku.name,
            price=sku.price.amount,
            quantity=sku.quantity,
            product_id=int(sku.product_id) if sku.product_id else None,
        )
        for sku in skus
    ]
