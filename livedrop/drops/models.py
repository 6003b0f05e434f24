"""Drops, the SKUs they offer, and the public history of their changes."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from livedrop.lib.db import Instant, Model


class Drop(Model):
    """A named sale by one creator. Facts only: its state is derived from them (`schedule.py`)."""

    __tablename__ = "drops"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    creator_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("creators.id"))
    title: Mapped[str] = mapped_column(Text)
    story: Mapped[str] = mapped_column(Text, server_default="")
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    currency: Mapped[str] = mapped_column(Text)
    limit_per_customer: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    payment_window_seconds: Mapped[int] = mapped_column(SmallInteger, server_default=text("90"))
    ships: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    cancelled_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id"))
    cancel_reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        CheckConstraint("limit_per_customer BETWEEN 1 AND 100", name="limit"),
        CheckConstraint("payment_window_seconds BETWEEN 60 AND 600", name="window"),
        Index("ix_drops_of_creator", "creator_id", text("created_at DESC"), text("id DESC")),
        Index(
            "ix_drops_starts_at",
            "starts_at",
            "id",
            postgresql_where=text("published_at IS NOT NULL"),
        ),
        Index(
            "ix_drops_ends_at", "ends_at", "id", postgresql_where=text("published_at IS NOT NULL")
        ),
        Index(
            "ix_drops_cancelled_at",
            "cancelled_at",
            "id",
            postgresql_where=text("published_at IS NOT NULL AND cancelled_at IS NOT NULL"),
        ),
        Index(
            "ix_drops_of_creator_starts_at",
            "creator_id",
            "starts_at",
            "id",
            postgresql_where=text("published_at IS NOT NULL"),
        ),
    )


class Sku(Model):
    """One variant of a product that a drop offers, with its price; frozen at publication."""

    __tablename__ = "skus"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    drop_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("drops.id"), index=True)
    product_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("products.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    price: Mapped[int] = mapped_column(Integer)  # minor units of the drop's currency

    __table_args__ = (CheckConstraint("price >= 0", name="price"),)


class DropChange(Model):
    """One line of a drop's public history: published, rescheduled, units added, cancelled."""

    __tablename__ = "drop_changes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    drop_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("drops.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))
    kind: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))


class DropMark(Model):
    """That it was said of a drop with this very start what came, and when last; nothing decides
    by it."""

    __tablename__ = "drop_marks"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    drop_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("drops.id"))
    # soon, opened, ended; low, sold-out, back, first-sale
    kind: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))

    __table_args__ = (UniqueConstraint("drop_id", "kind", "starts_at"),)
