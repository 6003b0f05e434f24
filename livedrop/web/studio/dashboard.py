"""The first page of the studio: the latest drops, who follows, and the way to everything else."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from livedrop.drops import queries
from livedrop.follows.queries import growth
from livedrop.web import access

dashboard = Blueprint("dashboard", __name__)

LATEST = 6  # drops shown here; the rest is in their index


@dashboard.get("")
def show() -> ResponseReturnValue:
    creator = access.own_creator()
    drops = queries.creator_drops(creator.id, limit=LATEST)
    zone = access.person().time_zone
    return render_template(
        "studio/show.html", creator=creator, drops=drops, zone=zone, growth=growth(creator.id)
    )
