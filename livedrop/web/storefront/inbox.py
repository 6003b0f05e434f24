"""A person's news: all of them, how many are unread on every page, and what has just come."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from livedrop.lib.htmx import see_other, varied
from livedrop.lib.paging import Page
from livedrop.notifications import commands, queries
from livedrop.notifications.queries import MANY, Told, Unread
from livedrop.web import access, session
from livedrop.web.storefront.grids import grid

inbox = Blueprint("inbox", __name__)

TOASTS = 3  # that are shown at once; the inbox has them all


@inbox.get("/inbox")
def index() -> ResponseReturnValue:
    """My news, the latest first."""
    person = access.person()

    def load(cursor: str | None, limit: int) -> Page[Told]:
        return queries.inbox_page(person.user_id, cursor=cursor, limit=limit)

    found = grid(load)
    return render_template(
        "storefront/inbox/index.html", grid=found, unread=queries.unread(person.user_id)
    )


@inbox.post("/inbox/read")
def read() -> ResponseReturnValue:
    """I have read all up to `up_to`; what came since is still new."""
    person = access.person()
    up_to = request.form.get("up_to", 0, _id)
    commands.read_up_to(user_id=person.user_id, news_id=up_to)
    return see_other(url_for("inbox.index"))


@inbox.get("/inbox/toasts")
def toasts() -> ResponseReturnValue:
    """What came `after` the newest news an open page knows of, and the number beside the bell.

    Asked by a page that was nudged, or that asks by itself; quiet (204) if nothing is different
    from what it has `shown`.
    """
    person = session.current()
    if person is None:
        return varied(Response(status=204))
    after, unread = request.args.get("after", 0, _id), queries.unread(person.user_id)
    came = queries.news_after(person.user_id, after, TOASTS) if unread.newest > after else []
    if not came and request.args.get("shown", -1, int) == unread.number:
        return varied(Response(status=204))
    html = render_template("storefront/inbox/_toasts.html", came=came[::-1], **bell(unread))
    return varied(make_response(html))


def bell(unread: Unread) -> dict[str, Any]:
    """What `storefront/inbox/_bell.html` shows: in the account menu, and when it has changed."""
    return {"unread": unread, "many": MANY}


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
