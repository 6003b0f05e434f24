"""Deliveries: what goes to whom by e-mail, and what became of it; and how far they are planned."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from livedrop.lib.db import Instant, Model

# What waits in one never waits for what is in a later one, however much that is: letters of one's
# own; what many are told for themselves, which is soon too late; what is announced to followers.
Lane = Literal["personal", "reminders", "announcements"]


class Delivery(Model):
    """One person is told of one event by e-mail, once, whoever plans or sends how often.

    `planned`: to be sent at `next_at`, by whoever takes it then; while somebody is at it, `lease`
    is theirs and `next_at` its end. `sent`: a server took it. `withheld`: when its turn came the
    person did not want it any more, or was not to get it. `dead`: it will not be tried again.

    No foreign keys: checking one writes a lock into the row of each person, a million times.
    """

    __tablename__ = "deliveries"

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Text)  # of `notifications/kinds.py`, or of `account.py`
    lane: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default="planned")
    planned_at: Mapped[datetime] = mapped_column(Instant, server_default=sql("clock_timestamp()"))
    next_at: Mapped[datetime] = mapped_column(Instant, server_default=sql("clock_timestamp()"))
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=sql("0"))
    lease: Mapped[UUID | None]
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    last_error: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("lane IN ('personal', 'reminders', 'announcements')", name="lane"),
        CheckConstraint("state IN ('planned', 'sent', 'withheld', 'dead')", name="state"),
        Index("ix_deliveries_due", "lane", "next_at", postgresql_where=sql("state = 'planned'")),
        Index("ix_deliveries_dead", "next_at", postgresql_where=sql("state = 'dead'")),
    )


class Planned(Model):
    """How far the news of a lane are planned: all up to `news_id`, and of the announcement after it
    those followers up to (`since`, `user_id`), who come from the latest to the first."""

    __tablename__ = "deliveries_planned"

    lane: Mapped[str] = mapped_column(Text, primary_key=True)
    news_id: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime | None] = mapped_column(Instant)
    user_id: Mapped[int | None] = mapped_column(BigInteger)
