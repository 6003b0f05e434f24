"""Steps that change accounts and sign-ins; each takes the open transaction."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from livedrop.accounts.models import SignIn
from livedrop.lib.db import Tx

END_SIGN_IN = text(
    "UPDATE sign_ins SET ended_at = clock_timestamp() WHERE id = :id AND ended_at IS NULL"
    " RETURNING user_id"
)
REPLACE_HASH = text(
    "UPDATE users SET password_hash = :new WHERE id = :user_id AND password_hash = :old"
)
SUSPEND = text(
    "UPDATE users SET suspended_at = clock_timestamp() WHERE id = :user_id AND suspended_at IS NULL"
)
RESTORE = text(
    "UPDATE users SET suspended_at = NULL WHERE id = :user_id AND suspended_at IS NOT NULL"
)
# Whoever holds a link from before a bounce has shown nothing since. Read again when it was waited
# for, as every row that is changed: of two presses one confirms.
CONFIRM = text(
    "UPDATE users SET confirmed_at = clock_timestamp(), bounced_at = NULL"
    " WHERE id = :user_id AND lower(email) = lower(:email)"
    " AND (confirmed_at IS NULL OR bounced_at IS NOT NULL)"
    " AND CAST(:issued_at AS timestamptz) > coalesce(bounced_at, '-infinity')"
)
IS_CONFIRMED = text(
    "SELECT FROM users WHERE id = :user_id AND lower(email) = lower(:email)"
    " AND confirmed_at IS NOT NULL AND bounced_at IS NULL"
)
BOUNCE = text(
    "UPDATE users SET bounced_at = clock_timestamp() WHERE id = :user_id AND bounced_at IS NULL"
)
RENAME = text("UPDATE users SET display_name = :display_name WHERE id = :user_id")
SET_TIME_ZONE = text("UPDATE users SET time_zone = :time_zone WHERE id = :user_id")


def begin_sign_in(tx: Tx, user_id: int) -> UUID:
    """A new sign-in; its id is 128 random bits, of which not one says anything."""
    sign_in = SignIn(id=UUID(bytes=secrets.token_bytes(16)), user_id=user_id)
    tx.add(sign_in)
    return sign_in.id


def end_sign_in(tx: Tx, sign_in_id: UUID) -> int | None:
    """End it; whose it was, or None if it had ended already."""
    return tx.execute(END_SIGN_IN, {"id": sign_in_id}).scalar_one_or_none()


def replace_hash(tx: Tx, user_id: int, *, old: str, new: str) -> None:
    """Keep the same password in a stronger form, unless it was changed meanwhile."""
    tx.execute(REPLACE_HASH, {"user_id": user_id, "old": old, "new": new})


def suspend(tx: Tx, user_id: int) -> bool:
    """Whether this changed anything; a second suspension leaves the instant of the first."""
    return tx.execute(SUSPEND, {"user_id": user_id}).rowcount == 1


def restore(tx: Tx, user_id: int) -> bool:
    """Whether this changed anything."""
    return tx.execute(RESTORE, {"user_id": user_id}).rowcount == 1


def rename(tx: Tx, user_id: int, display_name: str) -> None:
    tx.execute(RENAME, {"user_id": user_id, "display_name": display_name})


def set_time_zone(tx: Tx, user_id: int, time_zone: str) -> None:
    """From now on the person's times are shown and typed by the clocks of this zone."""
    tx.execute(SET_TIME_ZONE, {"user_id": user_id, "time_zone": time_zone})


def confirm(tx: Tx, user_id: int, email: str, issued_at: datetime) -> bool:
    """Note that the person reads mail at this address, if it is theirs; whether it was news."""
    facts = {"user_id": user_id, "email": email, "issued_at": issued_at}
    return tx.execute(CONFIRM, facts).rowcount == 1


def is_confirmed(tx: Tx, user_id: int, email: str) -> bool:
    """Whether the person has this address, and news go there."""
    return tx.execute(IS_CONFIRMED, {"user_id": user_id, "email": email}).first() is not None


def bounce(tx: Tx, user_id: int) -> bool:
    """Send no news to this address until it is confirmed anew; whether this changed anything."""
    return tx.execute(BOUNCE, {"user_id": user_id}).rowcount == 1
