"""Outbox events: what happened, past tense, never changed; and what went wrong telling them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from livedrop.lib.db import Instant, Model


class OutboxEvent(Model):
    """One event. `awaiting` names the jobs that have not yet done their part.

    `awaiting` is null until the relay has looked at the event; `{}` once everybody is done.
    Until `leased_until` nobody else hands the event over; a new one is free at once. `lease` says
    who may, and `handovers` how often somebody did.
    """

    __tablename__ = "outbox_events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)  # the event's class name: OrderPlaced
    at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))
    actor_id: Mapped[int | None] = mapped_column(BigInteger)  # null: the house itself
    origin: Mapped[str | None] = mapped_column(Text)  # the address it came from
    request_id: Mapped[str | None] = mapped_column(Text)  # in which it was asked for
    trace: Mapped[str | None] = mapped_column(Text)  # of which this is a step, if that is traced
    subject: Mapped[str] = mapped_column(Text)  # `order:<id>`, `drop:<id>`, ...
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    awaiting: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    leased_until: Mapped[datetime] = mapped_column(
        Instant, server_default=text("clock_timestamp()")
    )
    lease: Mapped[UUID | None]
    handovers: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))

    __table_args__ = (
        Index(
            "ix_outbox_events_unfinished",
            "leased_until",
            "id",
            postgresql_where=text("awaiting IS DISTINCT FROM '{}'"),
        ),
    )


class OutboxAttempt(Model):
    """A job was begun with an event and has not succeeded: it runs, or failed, or took its process
    with it. Not before `next_at` is it tried again; with `dead_at` it is a dead letter."""

    __tablename__ = "outbox_attempts"

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    job: Mapped[str] = mapped_column(Text, primary_key=True)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    begun_at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))
    next_at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))
    last_error: Mapped[str | None] = mapped_column(Text)
    dead_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        Index("ix_outbox_attempts_dead", "dead_at", postgresql_where=text("dead_at IS NOT NULL")),
    )
