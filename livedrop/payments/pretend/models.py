"""The provider's own book. Nothing outside this folder reads it."""

from datetime import datetime

from sqlalchemy import BigInteger, Identity, Index, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from livedrop.lib.db import Instant, Model


class PretendOperation(Model):
    """A charge or a refund somebody asked for, and the callback that is owed for it."""

    __tablename__ = "pretend_operations"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)  # the caller's idempotency key
    kind: Mapped[str] = mapped_column(Text)  # charge, refund
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)  # success, decline
    callback_due_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        Index(
            "ix_pretend_operations_owed",
            "callback_due_at",
            postgresql_where=text("delivered_at IS NULL"),
        ),
        Index("ix_pretend_operations_delivered_at", "delivered_at"),  # for the purge
    )
