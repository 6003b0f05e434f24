"""Steps that change accounts and sign-ins; each takes the open transaction."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from livedrop.accounts import resets
from livedrop.accounts.models import LeftAddress, PasswordReset, SignIn
from livedrop.lib.db import Tx
from livedrop.lib.errors import DomainError
from livedrop.outbox.models import OutboxEvent
from livedrop.outbox.record import origin

END_SIGN_IN = text(
    "UPDATE sign_ins SET ended_at = clock_timestamp() WHERE id = :id AND ended_at IS NULL"
    " RETURNING user_id"
)
# Pages call a sign-in by this, as its id is for its browser alone.
END_ONE = text(
    "UPDATE sign_ins SET ended_at = clock_timestamp() WHERE user_id = :user_id"
    " AND left(encode(sha256(uuid_send(id)), 'hex'), 32) = :name AND ended_at IS NULL RETURNING id"
)
END_OTHERS = text(
    "UPDATE sign_ins SET ended_at = clock_timestamp() WHERE user_id = :user_id"
    " AND ended_at IS NULL AND id IS DISTINCT FROM CAST(:but AS uuid)"
)
SEE = text("UPDATE sign_ins SET seen_at = clock_timestamp() WHERE id = :id AND ended_at IS NULL")
REPLACE_HASH = text(
    "UPDATE users SET password_hash = :new WHERE id = :user_id AND password_hash = :old"
)
# Whoever changes the password waits for this, and ends what begins here; whoever comes after them
# finds another hash.
STILL = text("SELECT FROM users WHERE id = :user_id AND password_hash = :password_hash FOR SHARE")
SET_HASH = text("UPDATE users SET password_hash = :new WHERE id = :user_id")
FORGET_OLD_RESETS = text(
    "DELETE FROM password_resets WHERE created_at <= clock_timestamp() - CAST(:lasts AS interval)"
)
FORGET_RESETS = text("DELETE FROM password_resets WHERE user_id = :user_id")
FORGET_WANTED = text("DELETE FROM address_changes WHERE user_id = :user_id AND changed_at IS NULL")
SPEND_RESET = text(
    "DELETE FROM password_resets WHERE digest = :digest"
    " AND created_at > clock_timestamp() - CAST(:lasts AS interval) RETURNING user_id"
)
ASK_ADDRESS = text("""
    INSERT INTO address_changes AS asked (user_id, email) VALUES (:user_id, :email)
    ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, asked_at = clock_timestamp(),
        changed_at = NULL
""")
CHANGED_ADDRESS = text("""
    UPDATE address_changes AS asked SET changed_at = clock_timestamp()
    FROM users WHERE users.id = asked.user_id AND asked.user_id = :user_id
        AND asked.email = :email AND changed_at IS NULL
    RETURNING users.email
""")
FORGET_ADDRESSES = text(
    "DELETE FROM address_changes WHERE user_id IN (SELECT user_id FROM address_changes"
    " WHERE coalesce(changed_at, asked_at) < clock_timestamp() - CAST(:kept AS interval)"
    " ORDER BY user_id LIMIT :most FOR UPDATE SKIP LOCKED)"
)
FORGET_LEFT = text(
    "DELETE FROM left_addresses WHERE event_id IN (SELECT event_id FROM left_addresses"
    " WHERE left_at < clock_timestamp() - CAST(:kept AS interval)"
    " ORDER BY left_at LIMIT :most FOR UPDATE SKIP LOCKED)"
)
SET_ADDRESS = text(
    "UPDATE users SET email = :email, confirmed_at = clock_timestamp(), bounced_at = NULL"
    " WHERE id = :user_id"
)
SUSPEND = text(
    "UPDATE users SET suspended_at = clock_timestamp() WHERE id = :user_id AND suspended_at IS NULL"
)
RESTORE = text(
    "UPDATE users SET suspended_at = NULL WHERE id = :user_id AND suspended_at IS NOT NULL"
)
APPOINT = text(
    "UPDATE users SET admin_since = clock_timestamp()"
    " WHERE id = :user_id AND admin_since IS NULL RETURNING suspended_at IS NOT NULL"
)
DISMISS = text(
    "UPDATE users SET admin_since = NULL WHERE id = :user_id AND admin_since IS NOT NULL"
)
BEGIN_LOOK = text("""
    INSERT INTO impersonations (id, sign_in_id, admin_id, user_id)
    SELECT :id, sign_ins.id, admin.id, person.id
    FROM sign_ins JOIN users AS admin ON admin.id = sign_ins.user_id, users AS person
    WHERE sign_ins.id = :sign_in_id AND sign_ins.ended_at IS NULL
        AND admin.id = :admin_id AND admin.admin_since IS NOT NULL AND admin.suspended_at IS NULL
        AND person.id = :user_id AND person.admin_since IS NULL
""")
END_LOOKS = text(
    "UPDATE impersonations SET ended_at = clock_timestamp()"
    " WHERE sign_in_id = :sign_in_id AND ended_at IS NULL"
)
END_LOOK = text(
    "UPDATE impersonations SET ended_at = clock_timestamp()"
    " WHERE id = :id AND admin_id = :admin_id AND ended_at IS NULL RETURNING user_id"
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


def begin_sign_in(tx: Tx, user_id: int, device: str = "") -> UUID:
    """A new sign-in; its id is 128 random bits, of which not one says anything."""
    sign_in_id = UUID(bytes=secrets.token_bytes(16))
    tx.add(SignIn(id=sign_in_id, user_id=user_id, device=device, origin=origin.get()))
    return sign_in_id


def end_sign_in(tx: Tx, sign_in_id: UUID) -> int | None:
    """End it; whose it was, or None if it had ended already."""
    return tx.execute(END_SIGN_IN, {"id": sign_in_id}).scalar_one_or_none()


def end_one(tx: Tx, user_id: int, name: str) -> UUID | None:
    """End the person's sign-in of this name; its id, or None if they have none such."""
    return tx.execute(END_ONE, {"user_id": user_id, "name": name}).scalar_one_or_none()


def end_others(tx: Tx, user_id: int, but: UUID | None = None) -> int:
    """End all of a person's sign-ins, `but` one; how many."""
    return tx.execute(END_OTHERS, {"user_id": user_id, "but": but}).rowcount


def see(tx: Tx, sign_in_id: UUID) -> None:
    """Note that it is in use."""
    tx.execute(SEE, {"id": sign_in_id})


def replace_hash(tx: Tx, user_id: int, *, old: str, new: str) -> bool:
    """Keep the same password in a stronger form; False if it was changed meanwhile."""
    return tx.execute(REPLACE_HASH, {"user_id": user_id, "old": old, "new": new}).rowcount == 1


def still(tx: Tx, user_id: int, password_hash: str) -> bool:
    """Whether this is the person's password, and it stays so until the transaction ends."""
    facts = {"user_id": user_id, "password_hash": password_hash}
    return tx.execute(STILL, facts).first() is not None


def set_hash(tx: Tx, user_id: int, new: str) -> None:
    """Give the person another password. No mail that was sent before chooses a further one, or
    another address.

    Comes before ending their sign-ins: see `still`.
    """
    tx.execute(SET_HASH, {"user_id": user_id, "new": new})
    tx.execute(FORGET_RESETS, {"user_id": user_id})
    forget_wanted(tx, user_id)


def open_reset(tx: Tx, user_id: int) -> str:
    """A token with which a new password can be chosen, beside those that were sent before: a mail
    may come twice, or late."""
    token = resets.new_token()
    tx.execute(FORGET_OLD_RESETS, {"lasts": resets.LASTS})
    tx.add(PasswordReset(digest=resets.digest(token), user_id=user_id))
    return token


def spend_reset(tx: Tx, token: str) -> int | None:
    """Use it up; whose password may be set now, or None if it was used, is too old or is none."""
    facts = {"digest": resets.digest(token), "lasts": resets.LASTS}
    return tx.execute(SPEND_RESET, facts).scalar_one_or_none()


def forget_wanted(tx: Tx, user_id: int) -> None:
    """Whoever knew the password may have asked for an address of their own: that is over."""
    tx.execute(FORGET_WANTED, {"user_id": user_id})


def ask_address(tx: Tx, user_id: int, email: str) -> None:
    """Note which address the person wants to have; what they wanted before is forgotten."""
    tx.execute(ASK_ADDRESS, {"user_id": user_id, "email": email})


def forget_addresses(tx: Tx, kept: timedelta, most: int) -> int:
    """Forget changes that were asked for or carried out so long ago, and what was left by them;
    how many rows."""
    facts = {"kept": kept, "most": most}
    return sum(tx.execute(forget, facts).rowcount for forget in (FORGET_ADDRESSES, FORGET_LEFT))


def change_address(tx: Tx, user_id: int, email: str) -> str | None:
    """Let them have it, if it is what they asked for last and do not have yet; which one they had
    until now, or None.

    What was mailed to their old address opens nothing any more.
    """
    facts = {"user_id": user_id, "email": email}
    left: str | None = tx.execute(CHANGED_ADDRESS, facts).scalar_one_or_none()
    if left is not None:
        tx.execute(SET_ADDRESS, facts)
        tx.execute(FORGET_RESETS, {"user_id": user_id})
    return left


def leave_address(tx: Tx, event: OutboxEvent, user_id: int, email: str) -> None:
    """Note which address the person had until this event, to tell them there."""
    tx.session.flush()
    tx.add(LeftAddress(event_id=event.id, user_id=user_id, email=email))


def suspend(tx: Tx, user_id: int) -> bool:
    """Whether this changed anything; a second suspension leaves the instant of the first."""
    return tx.execute(SUSPEND, {"user_id": user_id}).rowcount == 1


def restore(tx: Tx, user_id: int) -> bool:
    """Whether this changed anything."""
    return tx.execute(RESTORE, {"user_id": user_id}).rowcount == 1


def appoint(tx: Tx, user_id: int) -> bool:
    """Whether this changed anything. Raises `is-suspended`: nobody who may do nothing is given more
    to do."""
    suspended = tx.execute(APPOINT, {"user_id": user_id}).scalar_one_or_none()
    if suspended:
        raise DomainError("is-suspended")
    return suspended is not None


def dismiss(tx: Tx, user_id: int) -> bool:
    """Whether this changed anything."""
    return tx.execute(DISMISS, {"user_id": user_id}).rowcount == 1


def begin_look(tx: Tx, admin_id: int, sign_in_id: UUID, user_id: int) -> UUID | None:
    """Let an admin look as somebody who is none; None if they may not. Ends what they looked as in
    that sign-in before."""
    facts = {"admin_id": admin_id, "sign_in_id": sign_in_id, "user_id": user_id}
    tx.execute(END_LOOKS, {"sign_in_id": sign_in_id})
    look_id = UUID(bytes=secrets.token_bytes(16))
    begun = tx.execute(BEGIN_LOOK, facts | {"id": look_id})
    return look_id if begun.rowcount else None


def end_look(tx: Tx, look_id: UUID, admin_id: int) -> int | None:
    """End it; as whom they looked, or None if it was over."""
    facts = {"id": look_id, "admin_id": admin_id}
    return tx.execute(END_LOOK, facts).scalar_one_or_none()


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
