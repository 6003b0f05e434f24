"""People, their sign-ins, and what they asked for by mail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    func,
    text,
)
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
        # By their beginnings, whatever the database's own order of letters is.
        Index("ix_users_handle_begins", "handle", postgresql_ops={"handle": "text_pattern_ops"}),
        Index(
            "ix_users_email_begins",
            func.lower(email).label("lowered"),
            postgresql_ops={"lowered": "text_pattern_ops"},
        ),
        Index("ix_users_admins", "id", postgresql_where=text("admin_since IS NOT NULL")),
        Index("ix_users_suspended", "id", postgresql_where=text("suspended_at IS NOT NULL")),
        Index(
            "ix_users_name_begins",
            func.lower(display_name).label("lowered"),
            postgresql_ops={"lowered": "text_pattern_ops"},
        ),
    )


class SignIn(Model):
    """One sign-in of one person in one browser; whoever holds its id is that person."""

    __tablename__ = "sign_ins"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # 122 random bits
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))
    # Used last, to the hour: not every page is worth a write.
    seen_at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    device: Mapped[str] = mapped_column(Text, server_default="")  # such as "Firefox on Windows"
    origin: Mapped[str | None] = mapped_column(Text)  # the address it was begun from


class Impersonation(Model):
    """An admin looks at the shop as somebody else sees it: for half an hour, in one sign-in of
    theirs, and changes nothing."""

    __tablename__ = "impersonations"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # 122 random bits
    sign_in_id: Mapped[UUID] = mapped_column(ForeignKey("sign_ins.id"), index=True)
    admin_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id"), index=True)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id"), index=True)
    begun_at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class PasswordReset(Model):
    """The right to choose a new password, for half an hour and once. Whoever reads this table has
    nothing: the token that was mailed is not in it."""

    __tablename__ = "password_resets"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # SHA-256 of the token
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))


class AddressChange(Model):
    """The last change of address that a person asked for: theirs once they press in the mail that
    went there."""

    __tablename__ = "address_changes"

    user_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    email: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Instant, server_default=text("clock_timestamp()"))
    changed_at: Mapped[datetime | None] = mapped_column(Instant)


class LeftAddress(Model):
    """An address that a person had until this event, and where they are told of it: whatever they
    ask for afterwards, or whoever found their browser open does."""

    __tablename__ = "left_addresses"

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id"), index=True)
    email: Mapped[str] = mapped_column(Text)
    left_at: Mapped[datetime] = mapped_column(
        Instant, server_default=text("clock_timestamp()"), index=True
    )
