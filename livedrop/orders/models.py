"""Orders and their lines."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from livedrop.lib.db import Instant, Model

STATUSES = ("placed", "confirmed", "cancelled", "lapsed", "refunded")
REASONS = ("by-shopper", "payment-lapsed", "drop-cancelled", "refunded")


class Order(Model):
    """What one shopper ordered from one drop.

    `due_at` is the instant from which a placed order no longer holds its units, swept or not:
    `pay_by`, or 30 s later while the payment that protects it is pending. An order that the house
    placed for whoever stood first in line for a SKU is an offer: `offered_sku_id` is that SKU.
    """

    __tablename__ = "orders"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    drop_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("drops.id"))
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id"))
    status: Mapped[str] = mapped_column(Text, server_default="placed")
    reason: Mapped[str | None] = mapped_column(Text)
    placed_at: Mapped[datetime] = mapped_column(Instant)
    pay_by: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    extensions: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    lapsed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)  # confirmed, cancelled or refunded
    delivery: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB
    )  # name, line1, line2, postcode, city, country
    offered_sku_id: Mapped[int | None] = mapped_column(BigInteger)

    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.sku_id", lazy="raise")

    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint(f"reason IN {REASONS}", name="reason"),
        CheckConstraint("extensions BETWEEN 0 AND 10", name="extensions"),
        Index("ix_orders_of_person_in_drop", "drop_id", "user_id"),
        Index("ix_orders_of_person", "user_id", text("placed_at DESC"), text("id DESC")),
        Index("ix_orders_of_drop", "drop_id", text("placed_at DESC"), text("id DESC")),
        Index(
            "ix_orders_unpaid",
            "drop_id",
            "due_at",
            postgresql_where=text("status = 'placed'"),
        ),
        Index(
            "uq_orders_one_offer",
            "offered_sku_id",
            "user_id",
            unique=True,
            postgresql_where=text("status = 'placed' AND offered_sku_id IS NOT NULL"),
        ),
        Index("ix_orders_due", "due_at", postgresql_where=text("status = 'placed'")),
    )


class OrderLine(Model):
    """SKU, quantity and the price as it was. Standing units are quantity - returned."""

    __tablename__ = "order_lines"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    sku_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("skus.id"), primary_key=True)
    quantity: Mapped[int] = mapped_column(Integer)
    returned: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    price: Mapped[int] = mapped_column(Integer)  # minor units, frozen when placed

    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 100", name="quantity"),
        CheckConstraint("returned BETWEEN 0 AND quantity", name="returned"),
        Index("ix_order_lines_sku_id", "sku_id"),
    )
