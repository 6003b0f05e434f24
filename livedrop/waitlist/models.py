"""Places in lines."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from livedrop.lib.db import Instant, Model


class Entry(Model):
    """One person's place in the line for one SKU.

    `turn` is the order of arrival: it is given under the drop's stock lock. From the moment of an
    offer until that order is paid, cancelled or lapsed, the place holds `offer_id` and waits no
    more; then it ends.
    """

    __tablename__ = "waitlist_entries"

    sku_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("skus.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id"), primary_key=True)
    drop_id: Mapped[int] = mapped_column(BigInteger)  # what is locked together
    turn: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    quantity: Mapped[int] = mapped_column(Integer)
    since: Mapped[datetime] = mapped_column(Instant)
    offer_id: Mapped[UUID | None] = mapped_column()

    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 100", name="quantity"),
        Index(
            "ix_waitlist_entries_line", "sku_id", "turn", postgresql_where=text("offer_id IS NULL")
        ),
        Index(
            "ix_waitlist_entries_of_drop",
            "drop_id",
            "since",
            postgresql_where=text("offer_id IS NULL"),
        ),
        Index("ix_waitlist_entries_of_person", "user_id", text("turn DESC")),
        Index(
            "uq_waitlist_entries_offer",
            "offer_id",
            unique=True,
            postgresql_where=text("offer_id IS NOT NULL"),
        ),
    )
