"""A creator's profile."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from livedrop.lib.db import Instant, Model


class Creator(Model):
    """The profile of a person who publishes drops; handle is the person's, copied never to change.

    The id is the person's own: one person is at most one creator.
    """

    __tablename__ = "creators"

    id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id"), primary_key=True)
    handle: Mapped[str] = mapped_column(Text, unique=True)
    display_name: Mapped[str] = mapped_column(Text)
    bio: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))
    verified_at: Mapped[datetime | None] = mapped_column(Instant)  # that they are who they say

    __table_args__ = (Index("ix_creators_newest", text("created_at DESC"), text("id DESC")),)
