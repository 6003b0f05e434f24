"""Questions about news, one statement each, however many creators somebody follows.

An inbox merges what is announced by those whom a person follows with what they were told
themselves. Of each creator only the newest announcement is looked at, in the index of those; only
of those creators whose newest are new enough for the page further ones are read. That is exact:
whatever is on a page is the newest of its creator, or behind one that is on it too.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from livedrop.artwork.pictures import Picture, mark_of
from livedrop.extensions import db
from livedrop.lib.paging import DEFAULT_LIMIT, Page, after, page
from livedrop.notifications.kinds import ALL
from livedrop.notifications.models import Preference, Reminder
from livedrop.notifications.words import About, Words, words_of

MANY = 100  # unread news beyond which nobody counts
FIRST_PAGE = 2**62  # larger than any id

# What of a creator's announcements a follower sees: nothing from before they followed, nothing of
# a kind they do not want on a page, and not that a drop opened if they were reminded of it. Written
# with `<> ALL`, Postgres would take it for granted that next to nothing is left of a creator's
# announcements, and read and sort all of them to find the newest.
SEEN = """
    announced.creator_id = follow.creator_id AND announced.at >= follow.since
    AND NOT ARRAY(SELECT name FROM hidden) @> ARRAY[announced.kind]
    AND (announced.kind <> 'live' OR NOT EXISTS (
        SELECT FROM notifications AS told WHERE told.user_id = :user_id
            AND told.event_id = announced.event_id
            AND NOT ARRAY(SELECT name FROM hidden) @> ARRAY[told.kind]))
"""
OWN = "told.user_id = :user_id AND NOT ARRAY(SELECT name FROM hidden) @> ARRAY[told.kind]"
HIDDEN = """
    hidden AS MATERIALIZED (
        SELECT kind AS name FROM preferences WHERE user_id = :user_id AND NOT page
    )
"""
READ_UP_TO = "coalesce((SELECT read_up_to FROM inboxes WHERE user_id = :user_id), 0)"
INBOX = text(f"""
    WITH {HIDDEN}, newest AS (
        SELECT follow.creator_id, follow.since FROM follows AS follow CROSS JOIN LATERAL (
            SELECT id FROM announcements AS announced
            WHERE {SEEN} AND announced.id < :before AND announced.id > :after
            ORDER BY announced.id DESC LIMIT 1
        ) AS announced
        WHERE follow.follower_id = :user_id ORDER BY announced.id DESC LIMIT :most
    ), news AS (
        (SELECT announced.id, kind, at, drop_id, NULL::uuid AS order_id, facts
        FROM newest AS follow CROSS JOIN LATERAL (
            SELECT * FROM announcements AS announced
            WHERE {SEEN} AND announced.id < :before AND announced.id > :after
            ORDER BY announced.id DESC LIMIT :most
        ) AS announced ORDER BY announced.id DESC LIMIT :most)
        UNION ALL
        (SELECT id, kind, at, drop_id, order_id, facts FROM notifications AS told
        WHERE {OWN} AND told.id < :before AND told.id > :after
        ORDER BY told.id DESC LIMIT :most)
        ORDER BY id DESC LIMIT :most
    )
    SELECT news.id, news.kind, news.at, news.id <= {READ_UP_TO} AS read, news.facts,
        news.order_id, drops.slug, drops.title, creators.handle, creators.display_name
    FROM news LEFT JOIN drops ON drops.id = drop_id
        LEFT JOIN creators ON creators.id = drops.creator_id
    ORDER BY news.id DESC
""")
# At most so many are looked at. The newest id is that of anybody's news: whatever comes later has
# a larger one.
UNREAD = text(f"""
    WITH {HIDDEN}, inbox AS MATERIALIZED (SELECT {READ_UP_TO} AS read_up_to), unread AS (
        (SELECT FROM follows AS follow CROSS JOIN LATERAL (
            SELECT FROM announcements AS announced
            WHERE {SEEN} AND announced.id > (SELECT read_up_to FROM inbox)
            ORDER BY announced.id DESC LIMIT :many
        ) AS announced WHERE follow.follower_id = :user_id LIMIT :many)
        UNION ALL
        (SELECT FROM notifications AS told
        WHERE {OWN} AND told.id > (SELECT read_up_to FROM inbox) LIMIT :many)
        LIMIT :many
    )
    SELECT (SELECT count(*) FROM unread), greatest(
        (SELECT max(id) FROM announcements), (SELECT max(id) FROM notifications), 0)
""")

ANNOUNCEMENT = text("""
    SELECT announced.id, kind, at, false, facts, NULL::uuid, drops.slug, drops.title,
        creators.handle, creators.display_name
    FROM announcements AS announced JOIN drops ON drops.id = drop_id
        JOIN creators ON creators.id = drops.creator_id
    WHERE announced.id = :news_id
""")
# Those to whom `SEEN` shows it, told at once: that they will be reminded of the drop, before they
# are.
READERS = text("""
    SELECT follow.follower_id
    FROM announcements AS announced JOIN follows AS follow
        ON follow.creator_id = announced.creator_id AND follow.follower_id = ANY(:people)
    WHERE announced.id = :news_id AND announced.at >= follow.since
        AND NOT EXISTS (SELECT FROM preferences AS hidden WHERE NOT page
            AND hidden.user_id = follow.follower_id AND hidden.kind = announced.kind)
        AND (announced.kind <> 'live' OR NOT EXISTS (
            SELECT FROM reminders AS reminder WHERE reminder.drop_id = announced.drop_id
                AND reminder.user_id = follow.follower_id
                AND NOT EXISTS (SELECT FROM preferences AS hidden WHERE NOT page
                    AND hidden.user_id = follow.follower_id AND hidden.kind = 'reminder-now')))
""")


@dataclass(frozen=True, slots=True)
class Told:
    """One piece of news in somebody's inbox. `drop_slug` and all about it are None of a day."""

    id: int
    kind: str
    at: datetime
    read: bool
    facts: Mapping[str, Any]
    order_id: UUID | None
    drop_slug: str | None
    drop_title: str | None
    creator_handle: str | None
    creator_name: str | None

    @property
    def words(self) -> Words:
        return words_of(
            About(
                kind=self.kind,
                facts=self.facts,
                drop_slug=self.drop_slug,
                drop_title=self.drop_title or "",
                creator_name=self.creator_name or "",
                order_id=self.order_id,
            )
        )

    @property
    def picture(self) -> Picture | None:
        return mark_of(self.creator_handle) if self.creator_handle else None


@dataclass(frozen=True, slots=True)
class Unread:
    """How many news somebody has not read, at most `MANY`, and the newest id there was then."""

    number: int
    newest: int


def inbox_page(
    user_id: int, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Told]:
    """A person's news, the latest first."""
    name = f"inbox:{user_id}"
    key = after(cursor, name)
    rows = _news(user_id, limit + 1, before=int(key[0]) if key else FIRST_PAGE)
    return page(rows, limit, name, lambda told: (told.id,))


def news_after(user_id: int, news_id: int, limit: int) -> list[Told]:
    """The latest of a person's unread news that came after this one, the latest first."""
    return [told for told in _news(user_id, limit, after=news_id) if not told.read]


def announcement(news_id: int) -> Told:
    """An announcement as one of its readers finds it."""
    return Told(*db.session.execute(ANNOUNCEMENT, {"news_id": news_id}).one())


def readers_among(news_id: int, people: Collection[int]) -> set[int]:
    """Which of these people read an announcement in their inbox."""
    return set(db.session.scalars(READERS, {"news_id": news_id, "people": list(people)}))


def _news(user_id: int, most: int, *, before: int = FIRST_PAGE, after: int = 0) -> list[Told]:
    asked = {"user_id": user_id, "most": most, "before": before, "after": after}
    return [Told(*row) for row in db.session.execute(INBOX, asked)]


def unread(user_id: int) -> Unread:
    """How much a person has not read yet."""
    return Unread(*db.session.execute(UNREAD, {"user_id": user_id, "many": MANY}).one())


# --- what people want to hear ---


def preferences_of(user_id: int) -> dict[str, tuple[bool, bool]]:
    """By kind, in the order of `kinds.py`: whether on the page, and whether by e-mail."""
    question = select(Preference.kind, Preference.page, Preference.email)
    rows = db.session.execute(question.where(Preference.user_id == user_id))
    chosen = {kind: (page, email) for kind, page, email in rows}
    return {kind.name: chosen.get(kind.name, (kind.page, kind.email)) for kind in ALL}


def is_reminded(user_id: int, drop_id: int) -> bool:
    """Whether the person wants to be reminded of the drop."""
    question = select(Reminder.since).where(
        Reminder.drop_id == drop_id, Reminder.user_id == user_id
    )
    return db.session.execute(question).first() is not None
