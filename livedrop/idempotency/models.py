"""What was executed under which key, stored in the transaction of its effect."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from livedrop.lib.db import Instant, Model


class IdempotencyKey(Model):
    """`outcome` is a code and frozen fields: all that is needed to answer the same again."""

    __tablename__ = "idempotency_keys"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(Text)  # of the content that came with the key
    outcome: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))

    __table_args__ = (
        CheckConstraint("length(key) BETWEEN 1 AND 255", name="length"),
        Index("ix_idempotency_keys_created_at", "created_at"),  # for the reaper
    )
