"""What nobody else writes down: who was refused and who looks on, for a while and in numbers only.

None refers to drops by a foreign key: its check would wait for a drop that somebody changes.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from livedrop.lib.db import Instant, Model


class RefusalCount(Model):
    """How many tries at a drop were refused in a minute for a reason, all processes together."""

    __tablename__ = "refusal_counts"

    drop_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    minute: Mapped[datetime] = mapped_column(Instant, primary_key=True)  # when it began
    reason: Mapped[str] = mapped_column(Text, primary_key=True)  # a code of `orders.rules`
    tries: Mapped[int] = mapped_column(Integer)


class DropDay(Model):
    """How much of something a drop had on a day, in UTC, kept for good: `view`s of its page, tries
    that were `refused`, and people who were `turned-away` for the first time."""

    __tablename__ = "drop_days"

    drop_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    what: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)


class TurnedAway(Model):
    """Somebody wanted more of a drop than was left, or stood in line: so that nobody is counted
    twice, and forgotten after thirty days."""

    __tablename__ = "turned_away"

    drop_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))

    __table_args__ = (Index("ix_turned_away_at", "at"),)


class Watching(Model):
    """How many sockets of one process listened to a drop at an instant."""

    __tablename__ = "watching"

    drop_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    process: Mapped[str] = mapped_column(Text, primary_key=True)
    sockets: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))
