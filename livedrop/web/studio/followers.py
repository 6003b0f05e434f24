"""Who follows a creator, for nobody's eyes but theirs."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from livedrop.follows.queries import followers_of, followers_page
from livedrop.web import access

followers = Blueprint("followers", __name__, url_prefix="/followers")

PER_PAGE = 50


@followers.get("")
def index() -> ResponseReturnValue:
    """All of them, the latest first."""
    creator, cursor = access.own_creator(), request.args.get("cursor")
    return render_template(
        "studio/followers/index.html",
        followers=followers_page(creator.id, cursor=cursor, limit=PER_PAGE),
        number=followers_of([creator.id])[creator.id],
        cursor=cursor,
        zone=access.person().time_zone,
    )
