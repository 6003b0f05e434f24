"""Who follows whom, and two counts of it that nobody has to count."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from livedrop.lib.db import Instant, Model


class Follow(Model):
    """A person follows a creator, since an instant. Whoever follows again begins anew."""

    __tablename__ = "follows"

    follower_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id"), primary_key=True)
    creator_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("creators.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))

    __table_args__ = (
        CheckConstraint("follower_id <> creator_id", name="not_oneself"),
        Index("ix_follows_of_creator", "creator_id", text("since DESC"), text("follower_id DESC")),
        Index("ix_follows_of_person", "follower_id", text("since DESC"), text("creator_id DESC")),
    )


class FollowerCount(Model):
    """Part of a creator's number of followers: of those whose ids fall into one shard.

    One row for all of them would be locked across the disk flush of every follow, and a million
    people would queue for it.
    """

    __tablename__ = "follower_counts"

    creator_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("creators.id"), primary_key=True)
    shard: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    followers: Mapped[int] = mapped_column(Integer)

    __table_args__ = (CheckConstraint("followers >= 0", name="not_negative"),)


class FollowerDay(Model):
    """How many began and ended to follow a creator on one day (UTC), of one shard."""

    __tablename__ = "follower_days"

    creator_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("creators.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    shard: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    gained: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    lost: Mapped[int] = mapped_column(Integer, server_default=text("0"))
