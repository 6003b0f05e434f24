"""Orders, their lines, and what of them was given back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
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
        # For who sold them; an order comes here when it is over, never while it is placed.
        Index(
            "ix_orders_over",
            "drop_id",
            "status",
            text("placed_at DESC"),
            text("id DESC"),
            postgresql_where=text("status IN ('cancelled', 'lapsed', 'refunded')"),
        ),
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


class Refund(Model):
    """Units of a confirmed order that came back, why, and the money that goes back for them.

    `back_in_all` is how much of the payment is to be back by then, which is also what tells this
    refund from the others at the provider: the money is back once so much of the payment is.
    """

    __tablename__ = "order_refunds"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)  # null: the house itself
    reason: Mapped[str] = mapped_column(Text)  # as told to the shopper
    units: Mapped[dict[str, int]] = mapped_column(JSONB)  # by SKU id
    amount: Mapped[int] = mapped_column(BigInteger)  # minor units
    # Null where nothing was paid for what came back.
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"))
    back_in_all: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint("amount >= 0 AND amount <= back_in_all", name="amount"),
        Index("ix_order_refunds_order_id", "order_id", "id"),
        Index("uq_order_refunds_payment", "payment_id", "back_in_all", unique=True),
    )
