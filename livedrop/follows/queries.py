"""Questions about follows, one statement each. None counts followers: they are counted already.

Every one names a follower or a creator and finds its rows by the index of that, page after page by
row comparison, so that the last page of a million costs what the first does.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, select, text, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from livedrop.accounts.models import User
from livedrop.creators.models import Creator
from livedrop.creators.queries import CARDS, CreatorCard
from livedrop.extensions import db
from livedrop.follows.models import Follow, FollowerCount
from livedrop.lib.paging import DEFAULT_LIMIT, Page, after, page

DAYS = 30  # that growth looks back
WEEK = 7

# At most so many days times shards are read, however many people came and went on them.
BY_DAY = text("""
    SELECT series.day::date AS day, coalesce(sum(gained), 0) AS gained,
        coalesce(sum(lost), 0) AS lost
    FROM (SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date AS today) AS clock,
        generate_series(today - :days + 1, today, interval '1 day') AS series (day)
    LEFT JOIN follower_days AS noted ON creator_id = :creator AND noted.day = series.day::date
    GROUP BY series.day ORDER BY series.day
""")


def followers_of(creator_ids: Collection[int]) -> dict[int, int]:
    """How many people follow each of these creators."""
    statement = (
        select(FollowerCount.creator_id, func.sum(FollowerCount.followers))
        .where(FollowerCount.creator_id.in_(creator_ids))
        .group_by(FollowerCount.creator_id)
    )
    known = {creator_id: int(number) for creator_id, number in db.session.execute(statement)}
    return {creator_id: known.get(creator_id, 0) for creator_id in creator_ids}


def number_followed(follower_id: int) -> int:
    """How many creators this person follows."""
    question = select(func.count()).select_from(Follow).where(Follow.follower_id == follower_id)
    return db.session.execute(question).scalar_one()


def followed_among(follower_id: int, creator_ids: Collection[int]) -> set[int]:
    """Which of these creators the person follows."""
    statement = select(Follow.creator_id).where(
        Follow.follower_id == follower_id, Follow.creator_id.in_(creator_ids)
    )
    return set(db.session.scalars(statement))


@dataclass(frozen=True, slots=True)
class Pressed:
    """A creator, and whether somebody follows them."""

    id: int
    handle: str
    display_name: str
    following: bool


def pressed(follower_id: int, handles: Collection[str]) -> list[Pressed]:
    """Those of these handles who are creators, and whether the person follows each."""
    follows = exists().where(Follow.follower_id == follower_id, Follow.creator_id == Creator.id)
    statement = select(Creator.id, Creator.handle, Creator.display_name, follows)
    rows = db.session.execute(statement.where(Creator.handle.in_(handles)))
    return [Pressed(*row) for row in rows]


# --- lists, the latest first ---


@dataclass(frozen=True, slots=True)
class Follower:
    """Who follows, as the creator sees them."""

    id: int
    handle: str
    display_name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Following:
    """A creator whom a person follows."""

    creator: CreatorCard
    since: datetime


def followers_page(
    creator_id: int, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Follower]:
    """Who follows this creator: for the creator's own eyes."""
    name = f"followers:{creator_id}"
    statement = (
        select(User.id, User.handle, User.display_name, Follow.since)
        .join(User, User.id == Follow.follower_id)
        .where(Follow.creator_id == creator_id)
        .order_by(Follow.since.desc(), Follow.follower_id.desc())
        .limit(limit + 1)
    )
    if key := after(cursor, name):
        statement = statement.where(_before(Follow.follower_id, key))
    rows = [Follower(*row) for row in db.session.execute(statement)]
    return page(rows, limit, name, lambda follower: (follower.since, follower.id))


def following_page(
    follower_id: int, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Following]:
    """Whom this person follows: for their own eyes."""
    name = f"following:{follower_id}"
    statement = (
        CARDS.add_columns(Follow.since)
        .join(Follow, Follow.creator_id == Creator.id)
        .where(Follow.follower_id == follower_id)
        .order_by(Follow.since.desc(), Follow.creator_id.desc())
        .limit(limit + 1)
    )
    if key := after(cursor, name):
        statement = statement.where(_before(Follow.creator_id, key))
    rows = [Following(CreatorCard(*row[:-1]), row[-1]) for row in db.session.execute(statement)]
    return page(rows, limit, name, lambda one: (one.since, one.creator.id))


def _before(column: InstrumentedAttribute[int], key: list[str | int]) -> ColumnElement[bool]:
    """What comes after this key; written with OR, the index would be read from its beginning."""
    return tuple_(Follow.since, column) < tuple_(datetime.fromisoformat(str(key[0])), key[1])


# --- growth ---


@dataclass(frozen=True, slots=True)
class Day:
    """What became of a creator's followers on one day, in UTC."""

    day: date
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class Growth:
    """How many follow now, and the last days, the latest last."""

    followers: int
    days: tuple[Day, ...]

    @property
    def gained_this_week(self) -> int:
        return sum(day.gained for day in self.days[-WEEK:])


def growth(creator_id: int) -> Growth:
    """A creator's followers over the last `DAYS` days, today among them. Two statements."""
    rows = db.session.execute(BY_DAY, {"creator": creator_id, "days": DAYS})
    days = tuple(Day(row.day, int(row.gained), int(row.lost)) for row in rows)
    return Growth(followers_of([creator_id])[creator_id], days)


def followed(follower_id: int) -> list[int]:
    """Whom this person follows, by id."""
    question = select(Follow.creator_id).where(Follow.follower_id == follower_id)
    return list(db.session.scalars(question.order_by(Follow.creator_id)))
