"""People and their sign-ins."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from livedrop.lib.db import Instant, Model


class User(Model):
    """A person: shopper, creator and admin in one."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    email: Mapped[str] = mapped_column(Text)  # as typed; compared in lower case
    handle: Mapped[str] = mapped_column(Text)  # lower case
    display_name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    time_zone: Mapped[str] = mapped_column(Text, server_default="UTC")  # IANA name
    # Where the last order went, so that nobody is asked twice: see `Order.delivery`.
    delivery: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)  # the e-mail address
    # Its mail server said that nobody is there; until it is confirmed anew.
    bounced_at: Mapped[datetime | None] = mapped_column(Instant)
    admin_since: Mapped[datetime | None] = mapped_column(Instant)
    suspended_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("handle ~ '^[a-z0-9][a-z0-9_]{1,29}$'", name="handle"),
        Index("uq_users_email", func.lower(email), unique=True),
        Index("uq_users_handle", "handle", unique=True),
    )


class SignIn(Model):
    """One sign-in of one person in one browser; whoever holds its id is that person."""

    __tablename__ = "sign_ins"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # 122 random bits
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
