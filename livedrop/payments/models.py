"""Payments: one row per attempt to pay an order."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from livedrop.lib.db import Instant, Model

STATUSES = ("pending", "declined", "succeeded", "refund_pending", "refunded", "refund_failed")


class Payment(Model):
    """One attempt. Its id is the key the provider gets, so asking twice charges once.

    `protects` says that it was the first in its payment window: only that one keeps an order
    from lapsing while it is pending.
    """

    __tablename__ = "payments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    method: Mapped[str] = mapped_column(Text)
    requested_outcome: Mapped[str] = mapped_column(Text, server_default="success")
    status: Mapped[str] = mapped_column(Text, server_default="pending")
    amount: Mapped[int] = mapped_column(BigInteger)  # minor units
    # What must go back in all, and what has: the difference is on its way while refund_pending.
    refund_due: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    refunded: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    currency: Mapped[str] = mapped_column(Text)
    window: Mapped[datetime] = mapped_column(Instant)  # the pay_by it was begun under
    protects: Mapped[bool] = mapped_column(Boolean)
    begun_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint(
            "0 <= refunded AND refunded <= refund_due AND refund_due <= amount", name="refund"
        ),
        Index("ix_payments_order_id", "order_id", text("begun_at DESC")),
        # An order is paid at most once: a second success is refunded, never kept.
        Index(
            "uq_payments_kept",
            "order_id",
            unique=True,
            postgresql_where=text("status = 'succeeded'"),
        ),
        Index(
            "uq_payments_pending",
            "order_id",
            unique=True,
            postgresql_where=text("status = 'pending'"),
        ),
        Index(
            "ix_payments_open",
            "begun_at",
            postgresql_where=text("status IN ('pending', 'refund_pending', 'refund_failed')"),
        ),
    )
