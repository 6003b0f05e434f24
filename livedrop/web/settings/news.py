"""What a person wants to hear of, kind by kind, on pages and by e-mail."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from livedrop.lib.htmx import see_other
from livedrop.notifications import commands, queries
from livedrop.notifications.kinds import ALL, Kind
from livedrop.web import access

news = Blueprint("news", __name__)

GROUPS = {
    "followers": ("Creators you follow", "What those drop whom you follow."),
    "reminded": ("Your reminders", "Drops of which you wanted to be reminded."),
    "shopper": ("Your orders", "What becomes of what you ordered, and your places in line."),
    "creator": ("Your own drops", "What you sell."),
}


@news.get("/news")
def edit() -> ResponseReturnValue:
    """A visitor signs in first; what only creators are told is asked of creators only."""
    person = access.person()
    return render_template(
        "settings/news/edit.html",
        groups=_groups(),
        chosen=queries.preferences_of(person.user_id),
        saved="saved" in request.args,
    )


@news.put("/news")
def update() -> ResponseReturnValue:
    """What is not ticked is not wanted; kinds that were not asked stay as they are."""
    person = access.actor()
    asked = {kind.name for _, _, kinds in _groups() for kind in kinds}
    channels = {name: (_ticked(name, "page"), _ticked(name, "email")) for name in asked}
    commands.prefer(user_id=person.user_id, channels=channels)
    return see_other(url_for("settings.news.edit", saved=1))


def _groups() -> list[tuple[str, str, list[Kind]]]:
    """Title, what it is, and its kinds."""
    creates = access.own_creator_or_none() is not None
    return [
        (*words, [kind for kind in ALL if kind.hears == hears])
        for hears, words in GROUPS.items()
        if creates or hears != "creator"
    ]


def _ticked(name: str, channel: str) -> bool:
    return f"{name}-{channel}" in request.form
