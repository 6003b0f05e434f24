"""Creators: listed, and known to be who they say."""

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from livedrop.creators import commands
from livedrop.creators.queries import CreatorCard, creator_of, creators_page
from livedrop.follows.queries import followers_of
from livedrop.lib.errors import NotFound
from livedrop.web import access
from livedrop.web.backoffice import deeds
from livedrop.web.backoffice.deeds import About, Deed

creators = Blueprint("creators", __name__, url_prefix="/creators")

PER_PAGE = 50
DEEDS = {
    "verification": Deed(
        "Verify {name}",
        "Everybody sees a sign beside their name: that they are who they say.",
        "Verify",
        "Verified.",
        commands.verify,
        hurts=False,
    ),
    "withdrawal": Deed(
        "Verify {name} no more",
        "The sign beside their name goes.",
        "Take the sign away",
        "Not verified any more.",
        commands.withdraw_verification,
    ),
}
NOUNS = ", ".join(DEEDS)


@creators.get("")
def index() -> ResponseReturnValue:
    """All of them, the latest first."""
    access.admin()
    cursor = request.args.get("cursor")
    found = creators_page(cursor, PER_PAGE)
    return render_template(
        "backoffice/creators/index.html",
        creators=found,
        followers=followers_of([creator.id for creator in found.items]),
        cursor=cursor,
        done=DEEDS.get(request.args.get("done", "")),
    )


@creators.get(f"/<int:creator_id>/<any({NOUNS}):noun>/new")
def new(creator_id: int, noun: str) -> Response:
    access.acting_admin()
    return deeds.ask(DEEDS[noun], _about(_creator(creator_id), noun))


@creators.post(f"/<int:creator_id>/<any({NOUNS}):noun>")
def create(creator_id: int, noun: str) -> Response:
    admin, creator = access.acting_admin(), _creator(creator_id)
    return deeds.carry_out(
        DEEDS[noun], _about(creator, noun), by=admin.user_id, creator_id=creator_id
    )


def _creator(creator_id: int) -> CreatorCard:
    creator = creator_of(creator_id) if creator_id < 2**63 else None
    if creator is None:
        raise NotFound
    return creator


def _about(creator: CreatorCard, noun: str) -> About:
    return About(
        name=f"{creator.display_name} (@{creator.handle})",
        action=url_for(".create", creator_id=creator.id, noun=noun),
        back=url_for(".index"),
        page=url_for(".index", done=noun),
    )
