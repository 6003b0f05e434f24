"""Stock: one row per SKU, the only place that says how many units are left."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from livedrop.lib.db import Model


class Stock(Model):
    """Units promised and units in orders that stand. The CHECK is the last word on overselling."""

    __tablename__ = "stock"

    sku_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("skus.id"), primary_key=True)
    drop_id: Mapped[int] = mapped_column(BigInteger, index=True)  # what is locked together
    declared: Mapped[int] = mapped_column(Integer)
    claimed: Mapped[int] = mapped_column(Integer, server_default=text("0"))

    __table_args__ = (
        CheckConstraint("0 <= claimed AND claimed <= declared", name="claimed_within_declared"),
    )
