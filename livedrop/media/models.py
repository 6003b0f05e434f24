"""What is known of an uploaded picture. Its files are in the store (`store.py`)."""

from datetime import datetime
from typing import Any, get_args

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from livedrop.lib.db import Instant, Model
from livedrop.media.rules import STORE_AWAY, State

STATES = ", ".join(f"'{state}'" for state in get_args(State))


class Asset(Model):
    """One picture of somebody, and what shows it: a product or a profile, which are opaque here.

    `name` is random and the whole secret of where its files are; `variants` are those files, each
    with `name`, `width` and `height`, the smallest first.
    """

    __tablename__ = "assets"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    owner_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(Text, unique=True)
    state: Mapped[str] = mapped_column(Text, server_default="waiting")
    alt: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)  # of what was sent: jpeg, png, webp
    digest: Mapped[str] = mapped_column(Text)  # SHA-256 of what was sent
    size: Mapped[int] = mapped_column(Integer)  # bytes: as sent, and once ready, as kept
    width: Mapped[int] = mapped_column(Integer)  # pixels, as sent
    height: Mapped[int] = mapped_column(Integer)
    variants: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    failure: Mapped[str | None] = mapped_column(Text)  # a word of `rules.FAILURES`
    product_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("products.id"))
    profile_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("creators.id"))
    position: Mapped[int] = mapped_column(Integer, server_default="0")  # among the product's
    created_at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))
    put_away_at: Mapped[datetime | None] = mapped_column(Instant)  # last, from where it was shown

    __table_args__ = (
        CheckConstraint(f"state IN ({STATES})", name="state"),
        CheckConstraint("(state = 'failed') = (failure IS NOT NULL)", name="failure"),
        CheckConstraint("num_nonnulls(product_id, profile_id) < 2", name="place"),
        Index("ix_assets_of_owner", "owner_id", text("id DESC")),
        Index(
            "ix_assets_of_product",
            "product_id",
            "position",
            "id",
            postgresql_where=text("product_id IS NOT NULL"),
        ),
        Index(
            "ix_assets_of_profile",
            "profile_id",
            "id",
            postgresql_where=text("profile_id IS NOT NULL"),
        ),
        Index(
            "ix_assets_unused",
            text("coalesce(put_away_at, created_at)"),
            postgresql_where=text("product_id IS NULL AND profile_id IS NULL"),
        ),
    )


# Nothing was made of these yet, and it may be tried.
TO_BE_MADE = (Asset.state == "waiting") | (Asset.failure == STORE_AWAY)
