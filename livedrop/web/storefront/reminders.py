"""To be reminded of a drop: a press on its page, which is everybody's and so holds a plain link.

With script a fragment puts the person's own button there, as with Follow.
"""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from livedrop.drops.queries import DropPage
from livedrop.lib.htmx import respond, see_other, varied, wants_fragment
from livedrop.lib.http import safe_path
from livedrop.lib.ratelimit import Bucket
from livedrop.notifications import commands, queries
from livedrop.web import access, session

reminders = Blueprint("reminders", __name__)

PAGE = ("storefront/reminders/show.html", "storefront/reminders/_reminder.html")
PRESSES = Bucket("reminders", "60/minute")


@reminders.get("/drops/<slug>/reminder")
def show(slug: str) -> ResponseReturnValue:
    """The button; as a page of its own for who has no script. Visitors sign in on the way."""
    drop = access.published_drop(slug)
    if wants_fragment() and session.current() is None:
        return varied(Response(status=204))
    return _button(drop, queries.is_reminded(access.person().user_id, drop.id))


@reminders.put("/drops/<slug>/reminder")
def update(slug: str) -> ResponseReturnValue:
    drop, person = access.published_drop(slug), access.actor()
    PRESSES.spend(person.user_id)
    commands.remind_me(user_id=person.user_id, drop_id=drop.id)
    return _pressed(drop, reminded=True)


@reminders.delete("/drops/<slug>/reminder")
def destroy(slug: str) -> ResponseReturnValue:
    drop, person = access.published_drop(slug), access.actor()
    PRESSES.spend(person.user_id)
    commands.forget_me(user_id=person.user_id, drop_id=drop.id)
    return _pressed(drop, reminded=False)


def _pressed(drop: DropPage, *, reminded: bool) -> Response:
    if not wants_fragment():
        return see_other(safe_path(request.form.get("next"), f"/drops/{drop.slug}"))
    return _button(drop, reminded)


def _button(drop: DropPage, reminded: bool) -> Response:
    return respond(*PAGE, drop=drop, reminded=reminded)
