"""News and how far they were read; what somebody wants to hear, and of which drops to be reminded.

Announcements and notifications share one sequence of ids. Whoever takes ids holds one lock until
the commit (`steps.one_writer`), so a smaller id never appears after a larger one: an inbox is
merged by id, and one number says how far it was read.

Neither refers to drops or orders by a foreign key: its check would wait for a row that somebody
changes, and with the lock held all news would wait too. Neither is ever removed.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Index, Sequence, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from livedrop.extensions import db
from livedrop.lib.db import Instant, Model

NEWS_IDS = Sequence("news_ids", metadata=db.metadata)


class Announcement(Model):
    """One thing that all who follow a creator may read; there is no copy for each of them."""

    __tablename__ = "announcements"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    kind: Mapped[str] = mapped_column(Text)  # of `kinds.py`
    creator_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("creators.id"))
    drop_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Instant)  # when it happened
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))

    __table_args__ = (
        # With all that decides whether somebody sees it, so that an inbox needs no row to look.
        Index(
            "ix_announcements_of_creator",
            "creator_id",
            text("id DESC"),
            postgresql_include=["at", "kind", "event_id"],
        ),
        # Only the times of a drop change more than once; the rest of its life is told once.
        Index(
            "uq_announcements_once",
            "drop_id",
            "kind",
            unique=True,
            postgresql_where=text("kind <> 'rescheduled'"),
        ),
    )


class Notification(Model):
    """What one person is told, once for each event and kind."""

    __tablename__ = "notifications"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id"))
    event_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(Text)  # of `kinds.py`
    drop_id: Mapped[int | None] = mapped_column(BigInteger)
    order_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(Instant)  # when it happened
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))

    __table_args__ = (
        Index("uq_notifications_once", "user_id", "event_id", "kind", unique=True),
        Index("ix_notifications_of_person", "user_id", text("id DESC")),
    )


class Inbox(Model):
    """How far a person read: all news up to this id. Without a row, nothing."""

    __tablename__ = "inboxes"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id"), primary_key=True)
    read_up_to: Mapped[int] = mapped_column(BigInteger)


class Preference(Model):
    """How a person wants to hear of one kind, where that is not what `kinds.py` says."""

    __tablename__ = "preferences"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    page: Mapped[bool] = mapped_column(Boolean)
    email: Mapped[bool] = mapped_column(Boolean)


class Reminder(Model):
    """A person wants to be told when a drop is about to open, opens, and has something again."""

    __tablename__ = "reminders"

    drop_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("drops.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))


class Reminding(Model):
    """How far those with a reminder were told of an event: everybody up to this person. It is there
    only until all are."""

    __tablename__ = "reminding"

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)


class DayMark(Model):
    """That a creator's day was summed up; a day is one of their own time zone."""

    __tablename__ = "day_marks"

    creator_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("creators.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
