"""Questions about creators. One statement each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, tuple_

from livedrop.artwork.pictures import Picture, cover_of, mark_of
from livedrop.creators.models import Creator
from livedrop.extensions import db
from livedrop.lib.paging import DEFAULT_LIMIT, Page, after, page
from livedrop.media.photos import Photo, photo_of
from livedrop.media.queries import photo_of_profile


@dataclass(frozen=True, slots=True)
class CreatorCard:
    """What everybody sees of a creator."""

    id: int
    handle: str
    display_name: str
    bio: str
    created_at: datetime
    verified: bool  # somebody who looks after the house knows that they are who they say
    uploaded: Mapping[str, Any] | None = None  # their own picture, if one is ready

    @property
    def picture(self) -> Picture | Photo:
        """Their own, or else the sign that the house draws."""
        return photo_of(self.uploaded) or mark_of(self.handle)

    @property
    def cover(self) -> Picture:
        return cover_of(self.handle)


CARDS = select(
    Creator.id,
    Creator.handle,
    Creator.display_name,
    Creator.bio,
    Creator.created_at,
    Creator.verified_at.is_not(None),
    photo_of_profile(Creator.id),
)


def find_creator(handle: str) -> CreatorCard | None:
    """The creator of this handle, however it is capitalised."""
    return _one(CARDS.where(Creator.handle == handle.lower()))


def creator_of(user_id: int) -> CreatorCard | None:
    """The profile of this person, if they are a creator."""
    return _one(CARDS.where(Creator.id == user_id))


def creators_page(cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[CreatorCard]:
    """All creators, newest first."""
    order = tuple_(Creator.created_at, Creator.id)
    statement = CARDS.order_by(Creator.created_at.desc(), Creator.id.desc()).limit(limit + 1)
    if key := after(cursor, "creators"):
        statement = statement.where(order < tuple_(datetime.fromisoformat(key[0]), key[1]))
    rows = [CreatorCard(*row) for row in db.session.execute(statement)]
    return page(rows, limit, "creators", lambda card: (card.created_at, card.id))


def _one(statement: Select[*tuple[Any, ...]]) -> CreatorCard | None:
    row = db.session.execute(statement).one_or_none()
    return CreatorCard(*row) if row else None
