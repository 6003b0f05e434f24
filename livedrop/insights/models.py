"""What nobody else writes down: who was refused and who looks on, for a while and in numbers only.

Neither refers to drops by a foreign key: its check would wait for a drop that somebody changes.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from livedrop.lib.db import Instant, Model


class RefusalCount(Model):
    """How many tries at a drop were refused in a minute for a reason, all processes together."""

    __tablename__ = "refusal_counts"

    drop_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    minute: Mapped[datetime] = mapped_column(Instant, primary_key=True)  # when it began
    reason: Mapped[str] = mapped_column(Text, primary_key=True)  # a code of `orders.rules`
    tries: Mapped[int] = mapped_column(Integer)


class Watching(Model):
    """How many sockets of one process listened to a drop at an instant."""

    __tablename__ = "watching"

    drop_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    process: Mapped[str] = mapped_column(Text, primary_key=True)
    sockets: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))
