"""Creators: who they are, what they make and drop, and who follows them."""

from flask import Blueprint, Response
from pydantic import Field

from livedrop.creators import commands
from livedrop.creators.commands import BIO_LENGTH, NAME_LENGTH
from livedrop.creators.queries import CreatorCard, creator_of, creators_page
from livedrop.drops.queries import creator_drops, drops_page, whole_drops
from livedrop.follows import commands as follows
from livedrop.follows.queries import followers_page, following_page
from livedrop.lib.errors import NotFound
from livedrop.lib.paging import Page
from livedrop.products.queries import products_page
from livedrop.web import access, session
from livedrop.web.api import shapes
from livedrop.web.api.lists import Place, listed
from livedrop.web.api.once import once
from livedrop.web.api.operations import List, Wish, operation, unless_changed
from livedrop.web.api.shapes import Creator, Drop, Follower, Product
from livedrop.web.storefront.follows import PRESSES

creators = Blueprint("creators", __name__)

ADA = {"handle": "HANDLE"}


class NewCreator(Wish):
    display_name: str = Field(min_length=1, max_length=NAME_LENGTH)
    bio: str = Field("", max_length=BIO_LENGTH)


class NewProfile(Wish):
    display_name: str | None = Field(None, min_length=1, max_length=NAME_LENGTH)
    bio: str | None = Field(None, max_length=BIO_LENGTH)


@creators.post("/creators")
@operation(
    Creator,
    201,
    tag="Creators",
    key="taken",
    no=("suspended", "already-creator", "idempotency-key-invalid", "key-reused", "invalid"),
    example={"display_name": "Ada", "bio": "Prints from a small press."},
)
def create(json: NewCreator) -> Response:
    """Become a creator, under my handle."""
    user_id = access.actor().user_id
    return once(
        json,
        read,
        lambda key: commands.become_creator(
            user_id=user_id, display_name=json.display_name, bio=json.bio, once=key
        ),
    )


@creators.get("/creators")
@operation(List[Creator], tag="Creators", needs="", no=("bad-cursor",))
def index(query: Place) -> List[Creator]:
    """All creators, the newest first."""
    return _listed(creators_page(query.cursor, query.limit))


@creators.get("/creators/<handle:handle>")
@operation(Creator, tag="Creators", needs="", no=("not-found",), replaced=ADA)
def show(handle: str) -> Creator:
    """One creator."""
    return _shape(access.creator(handle))


@creators.patch("/creators/<handle:handle>")
@operation(
    Creator,
    tag="Creators",
    no=("not-found", "suspended", "precondition-failed"),
    example={"bio": "Prints from a small press by the sea."},
    replaced={"handle": "MY_HANDLE"},
)
def update(handle: str, json: NewProfile) -> Creator:
    """Change what others see of me."""
    mine = _own(handle)
    access.actor()
    commands.edit_profile(
        creator_id=mine.id,
        display_name=mine.display_name if json.display_name is None else json.display_name,
        bio=mine.bio if json.bio is None else json.bio,
        still=unless_changed(lambda: read(mine.id)),
    )
    return read(mine.id)


@creators.get("/creators/<handle:handle>/drops")
@operation(List[Drop], tag="Creators", needs="", no=("not-found", "bad-cursor"), replaced=ADA)
def drops(handle: str, query: Place) -> List[Drop]:
    """Their drops, the latest start first; of my own, drafts too, the latest made first."""
    creator, who = access.creator(handle), session.current()
    own = who is not None and who.user_id == creator.id
    found = (creator_drops if own else drops_page)(
        creator_id=creator.id, cursor=query.cursor, limit=query.limit
    )
    return List.model_construct(
        items=shapes.drops(whole_drops(found.items)), next_cursor=found.next_cursor
    )


@creators.get("/creators/<handle:handle>/products")
@operation(List[Product], tag="Creators", needs="", no=("not-found", "bad-cursor"), replaced=ADA)
def products(handle: str, query: Place) -> List[Product]:
    """Their products, the newest first."""
    creator = access.creator(handle)
    found = products_page(creator_id=creator.id, cursor=query.cursor, limit=query.limit)
    return List.model_construct(items=shapes.products(found.items), next_cursor=found.next_cursor)


@creators.get("/creators/<handle:handle>/followers")
@operation(
    List[Follower],
    tag="Creators",
    no=("not-found", "bad-cursor"),
    replaced={"handle": "MY_HANDLE"},
)
def followers(handle: str, query: Place) -> List[Follower]:
    """Who follows me, the latest first; nobody else is told."""
    mine = _own(handle)
    found = followers_page(mine.id, cursor=query.cursor, limit=query.limit)
    return listed(found, shapes.follower)


@creators.put("/creators/<handle:handle>/follow")
@operation(None, 204, tag="Following", no=("not-found", "suspended", "yourself"), replaced=ADA)
def follow(handle: str) -> None:
    """Follow a creator; once more does nothing."""
    creator, who = access.creator(handle), access.actor()
    PRESSES.spend(who.user_id)
    follows.follow(follower_id=who.user_id, creator_id=creator.id)


@creators.delete("/creators/<handle:handle>/follow")
@operation(None, 204, tag="Following", no=("not-found", "suspended"), replaced=ADA)
def unfollow(handle: str) -> None:
    """Follow a creator no more; once more does nothing."""
    creator, who = access.creator(handle), access.actor()
    PRESSES.spend(who.user_id)
    follows.unfollow(follower_id=who.user_id, creator_id=creator.id)


@creators.get("/me/following")
@operation(List[Creator], tag="Following", no=("bad-cursor",))
def following(query: Place) -> List[Creator]:
    """Whom I follow, the latest first."""
    found = following_page(access.person().user_id, cursor=query.cursor, limit=query.limit)
    return _listed(Page(tuple(one.creator for one in found.items), found.next_cursor))


def read(creator_id: int) -> Creator:
    card = creator_of(creator_id)
    assert card is not None
    return _shape(card)


def _shape(card: CreatorCard) -> Creator:
    return shapes.creators([card])[0]


def _listed(found: Page[CreatorCard]) -> List[Creator]:
    return List.model_construct(items=shapes.creators(found.items), next_cursor=found.next_cursor)


def _own(handle: str) -> CreatorCard:
    """My own profile. Raises `NotFound` for anybody else's."""
    creator = access.creator(handle)
    if creator.id != access.person().user_id:
        raise NotFound
    return creator
