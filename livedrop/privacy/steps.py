"""Steps that take a person out of the tables. Each takes the open transaction."""

from sqlalchemy import text

from livedrop.lib import passwords
from livedrop.lib.db import Tx
from livedrop.lib.ids import new_token
from livedrop.privacy.tables import GONE, KEYS, TABLES, About

OPEN = text("SELECT EXISTS (SELECT FROM orders WHERE user_id = :user_id AND status = 'placed')")
SELLING = text("""
    SELECT EXISTS (SELECT FROM drops WHERE creator_id = :user_id AND published_at IS NOT NULL
        AND cancelled_at IS NULL AND ends_at > clock_timestamp())
""")
IN_LINE = text("SELECT EXISTS (SELECT FROM waitlist_entries WHERE user_id = :user_id)")
LOCK = text("SELECT id FROM users WHERE id = :user_id FOR UPDATE")
UNSENT = text("""
    UPDATE deliveries SET state = 'withheld', lease = NULL
    WHERE user_id = :user_id AND state = 'planned'
""")


def _forgetting(one: About) -> str:
    whose = f"WHERE {one.column} = :user_id"
    if one.then == GONE:
        return f"DELETE FROM {one.table} {whose}"
    blanks = ", ".join(f"{column} = {value}" for column, value in one.blank.items())
    return f"UPDATE {one.table} SET {blanks} {whose}"


THEIRS = "(SELECT id FROM sign_ins WHERE user_id = :user_id)"
FORGET = (
    *(text(f"DELETE FROM {table} WHERE sign_in_id IN {THEIRS}") for table in KEYS),
    UNSENT,
    *(text(_forgetting(one)) for one in TABLES if one.then == GONE or one.blank),
)


def lock(tx: Tx, user_id: int) -> bool:
    """Let nobody else change this person meanwhile; whether there is one."""
    return tx.execute(LOCK, {"user_id": user_id}).first() is not None


def has_open_orders(tx: Tx, user_id: int) -> bool:
    return bool(tx.execute(OPEN, {"user_id": user_id}).scalar_one())


def sells(tx: Tx, user_id: int) -> bool:
    """Whether a drop of theirs is on or to come."""
    return bool(tx.execute(SELLING, {"user_id": user_id}).scalar_one())


def stands_in_line(tx: Tx, user_id: int) -> bool:
    return bool(tx.execute(IN_LINE, {"user_id": user_id}).scalar_one())


def forget(tx: Tx, user_id: int) -> None:
    """Leave nothing of the person but their number."""
    hashed = passwords.hash_password(new_token())
    for statement in FORGET:
        wanted = {"user_id": user_id, "nobody_knows": hashed}
        names = statement.compile().params
        tx.execute(statement, {name: wanted[name] for name in names})
