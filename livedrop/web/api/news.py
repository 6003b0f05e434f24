"""News: what I was told, how far I have read, and what I want to hear."""

from typing import Annotated

from flask import Blueprint
from pydantic import ConfigDict, Field, RootModel

from livedrop.notifications import commands
from livedrop.notifications.kinds import KINDS
from livedrop.notifications.queries import inbox_page, preferences_of
from livedrop.web import access
from livedrop.web.api import shapes
from livedrop.web.api.lists import Place, listed
from livedrop.web.api.operations import List, Shape, Wish, operation, unless_changed
from livedrop.web.api.shapes import Channels, Notification
from livedrop.web.api.wishes import Id, one_of

news = Blueprint("news", __name__)

Kind = Annotated[str, *one_of(KINDS)]


class ReadUpTo(Wish):
    up_to: Id = Field(description="The newest notification that was read.")


class Preferences(RootModel[dict[Kind, Channels]], Shape):
    """By kind of news, where it is told."""


class NewChannels(Wish):
    page: bool | None = Field(None, description="Without it, as it is.")
    email: bool | None = Field(None, description="Without it, as it is.")


class NewPreferences(RootModel[dict[Kind, NewChannels]], Wish):
    """By kind of news; what is not named stays as it is."""

    model_config = ConfigDict(extra=None)


@news.get("/notifications")
@operation(List[Notification], tag="News", no=("bad-cursor",))
def index(query: Place) -> List[Notification]:
    """My news, the latest first."""
    found = inbox_page(access.person().user_id, cursor=query.cursor, limit=query.limit)
    return listed(found, shapes.notification)


@news.post("/notifications/read")
@operation(None, 204, tag="News", example={"up_to": "$NOTIFICATION_ID"})
def read(json: ReadUpTo) -> None:
    """I have read all up to this one."""
    commands.read_up_to(user_id=access.person().user_id, news_id=int(json.up_to))


@news.get("/me/preferences")
@operation(Preferences, tag="News")
def show() -> Preferences:
    """What I want to hear, and where."""
    return _preferences(access.person().user_id)


@news.patch("/me/preferences")
@operation(
    Preferences,
    tag="News",
    no=("suspended", "precondition-failed"),
    example={"low": {"page": False, "email": False}},
)
def update(json: NewPreferences) -> Preferences:
    """Change what I want to hear."""
    user_id = access.actor().user_id
    chosen = preferences_of(user_id)
    wanted = {
        kind: (
            chosen[kind][0] if new.page is None else new.page,
            chosen[kind][1] if new.email is None else new.email,
        )
        for kind, new in json.root.items()
    }
    still = unless_changed(lambda: _preferences(user_id))
    commands.prefer(user_id=user_id, channels=wanted, still=still)
    return _preferences(user_id)


def _preferences(user_id: int) -> Preferences:
    return Preferences(shapes.channels(preferences_of(user_id)))
