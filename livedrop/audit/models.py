"""Audit entries: append-only, each chained to the one before."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, LargeBinary, Text, text
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


class AuditCheck(Model):
    """A walk along the whole chain, from its first entry to what was its last when somebody asked;
    made a piece at a time, so that nobody waits for it."""

    __tablename__ = "audit_checks"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))
    asked_by: Mapped[int | None] = mapped_column(BigInteger)
    goal: Mapped[int] = mapped_column(BigInteger)  # the last entry then, and its hash
    goal_hash: Mapped[bytes] = mapped_column(LargeBinary)
    anchor: Mapped[str | None] = mapped_column(Text)  # kept elsewhere, and brought by who asked
    reached: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    reached_hash: Mapped[bytes] = mapped_column(LargeBinary)
    found: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))  # what is wrong
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        Index("ix_audit_checks_open", "id", postgresql_where=text("ended_at IS NULL")),
    )
