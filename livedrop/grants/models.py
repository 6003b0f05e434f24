"""Refresh tokens and live tickets; of both the hashes alone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from livedrop.lib.db import Instant, Model


class Family(Model):
    """The refresh tokens of one sign-in: the present one, and the one before it.

    Every other secret that comes under this id is an older one, which somebody kept.
    """

    __tablename__ = "refresh_families"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # the first half of each of its tokens
    sign_in_id: Mapped[UUID] = mapped_column(ForeignKey("sign_ins.id"), unique=True)
    current: Mapped[bytes] = mapped_column(LargeBinary)  # SHA-256
    previous: Mapped[bytes | None] = mapped_column(LargeBinary)
    rotated_at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))


class Ticket(Model):
    """A word that opens one socket in somebody's name, once and soon."""

    __tablename__ = "live_tickets"

    hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # SHA-256
    sign_in_id: Mapped[UUID] = mapped_column(ForeignKey("sign_ins.id"))
    made_at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))

    __table_args__ = (Index("ix_live_tickets_made_at", "made_at"),)
