"""Following: a press on every creator, and whom one follows.

Pages that show creators are everybody's, so they hold a plain link. With script one fragment for
the whole page puts a person's own buttons in its place, and a press is shown before it is answered.
"""

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from livedrop.creators.queries import CreatorCard
from livedrop.drops.queries import DropCard, followed_drops
from livedrop.follows import commands, queries
from livedrop.follows.queries import Following
from livedrop.lib.htmx import see_other, varied, wants_fragment
from livedrop.lib.http import safe_path
from livedrop.lib.paging import Page
from livedrop.lib.ratelimit import Bucket
from livedrop.web import access, session
from livedrop.web.storefront import cards
from livedrop.web.storefront.grids import MOST, grid

follows = Blueprint("follows", __name__)

DROPS, ROW = 6, 4  # of those whom one follows, on the start page and above the list of them
PRESSES = Bucket("follows", "60/minute")


@follows.get("/following")
def index() -> ResponseReturnValue:
    """Whom I follow, the latest first, and before them what they drop."""
    person = access.person()

    def load(cursor: str | None, limit: int) -> Page[Following]:
        return queries.following_page(person.user_id, cursor=cursor, limit=limit)

    found = grid(load)
    drops = [] if found.beginning else _drops_for(person.user_id, ROW)
    return render_template(
        "storefront/follows/index.html",
        grid=found,
        followers=queries.followers_of([one.creator.id for one in found.items]),
        drops=drops,
        levels=cards.levels(drops),
    )


@follows.get("/following/drops")
def drops() -> ResponseReturnValue:
    """The part of the start page that is one person's: what is live or coming of theirs."""
    person = session.current()
    drops = _drops_for(person.user_id, DROPS) if person else []
    html = render_template(
        "storefront/follows/_drops.html", person=person, drops=drops, levels=cards.levels(drops)
    )
    return varied(make_response(html))


def _drops_for(follower_id: int, limit: int) -> list[DropCard]:
    found = [
        drop
        for state in ("live", "scheduled")
        for drop in followed_drops(follower_id, state=state, limit=limit)
    ]
    return found[:limit]


@follows.get("/following/buttons")
def buttons() -> ResponseReturnValue:
    """The buttons for the creators `of` a page, each for its place; a visitor's links stay."""
    person, handles = session.current(), request.args.get("of", "").split(",")
    if person is None:
        return varied(Response(status=204))
    pressed = queries.pressed(person.user_id, handles[:MOST])
    html = render_template("storefront/follows/_buttons.html", pressed=pressed, person=person)
    return varied(make_response(html))


@follows.get("/@<handle>/follow")
def new(handle: str) -> ResponseReturnValue:
    """The button on a page of its own, for who has no script; visitors sign in on the way."""
    creator, person = access.creator(handle), access.person()
    return render_template(
        "storefront/follows/new.html",
        creator=creator,
        following=creator.id in queries.followed_among(person.user_id, [creator.id]),
        oneself=creator.id == person.user_id,
        back=safe_path(request.args.get("next"), _page(creator)),
    )


@follows.post("/@<handle>/follow")
def create(handle: str) -> ResponseReturnValue:
    creator, person = access.creator(handle), access.actor()
    PRESSES.spend(person.user_id)
    commands.follow(follower_id=person.user_id, creator_id=creator.id)
    return _pressed(creator, following=True)


@follows.delete("/@<handle>/follow")
def destroy(handle: str) -> ResponseReturnValue:
    creator, person = access.creator(handle), access.actor()
    PRESSES.spend(person.user_id)
    commands.unfollow(follower_id=person.user_id, creator_id=creator.id)
    return _pressed(creator, following=False)


def _pressed(creator: CreatorCard, *, following: bool) -> Response:
    back = safe_path(request.form.get("next"), _page(creator))
    if not wants_fragment():
        return see_other(back)
    html = render_template(
        "storefront/follows/_pressed.html",
        creator=creator,
        following=following,
        back=back,
        followers=queries.followers_of([creator.id])[creator.id],
    )
    return varied(make_response(html))


def _page(creator: CreatorCard) -> str:
    return url_for("creators.show", handle=creator.handle)
