"""The things creators make."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from livedrop.lib.db import Instant, Model


class Product(Model):
    """A thing a creator makes; it outlives the drops that offer it."""

    __tablename__ = "products"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    creator_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("creators.id"))
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, server_default="")
    artwork: Mapped[str] = mapped_column(Text, server_default="")  # the kind of picture it has
    created_at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))

    __table_args__ = (
        Index("ix_products_newest", text("created_at DESC"), text("id DESC")),
        Index("ix_products_of_creator", "creator_id", text("created_at DESC"), text("id DESC")),
    )
