"""Audit entries: append-only, each chained to the one before."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from livedrop.lib.db import Instant, Model


class AuditEntry(Model):
    """Who did what to which thing, when and from where. A trigger refuses edits and removals."""

    __tablename__ = "audit_entries"

    # Counted by the one writer, without gaps: position in the chain, starting at 1.
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    origin: Mapped[str | None] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    previous: Mapped[bytes] = mapped_column(LargeBinary)  # the hash of the entry before
    hash: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("ix_audit_entries_actor_id", "actor_id", "at", "id"),
        Index("ix_audit_entries_subject", "subject", "at", "id"),
        Index("ix_audit_entries_action", "action", "at", "id"),
        Index("ix_audit_entries_at", "at", "id"),
    )
