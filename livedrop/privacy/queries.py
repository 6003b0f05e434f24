"""All there is about a person."""

from typing import Any

from sqlalchemy import text

from livedrop.extensions import db
from livedrop.privacy.tables import TABLES

LINES = text("""
    SELECT to_jsonb(line) FROM order_lines AS line JOIN orders ON orders.id = order_id
    WHERE user_id = :user_id ORDER BY order_id, sku_id
""")
PAYMENTS = text("""
    SELECT to_jsonb(payment) - 'window' FROM payments AS payment
    JOIN orders ON orders.id = order_id WHERE user_id = :user_id ORDER BY begun_at
""")
# Where somebody else who did something about them was, and in which request, is not theirs.
DID = text("""
    SELECT to_jsonb(entry) - ARRAY['previous', 'hash'] - CASE WHEN actor_id = :user_id
        THEN CAST('{}' AS text[]) ELSE ARRAY['origin', 'request_id'] END
    FROM audit_entries AS entry
    WHERE actor_id = :user_id OR subject = 'user:' || :user_id ORDER BY id
""")


ROWS = {
    one.table: text(
        f"SELECT to_jsonb(about) - CAST(:hidden AS text[]) FROM {one.table} AS about"
        f" WHERE {one.column} = :user_id"
    ).bindparams(hidden=list(one.hidden))
    for one in TABLES
}


def everything(user_id: int) -> dict[str, list[Any]]:
    """By table: every row about them, without what is a secret even to them, and what the audit
    trail says that they did, or others about them."""
    asked = {**ROWS, "order_lines": LINES, "payments": PAYMENTS, "audit_entries": DID}
    found = {
        name: list(db.session.scalars(question, {"user_id": user_id}))
        for name, question in asked.items()
    }
    return {name: rows for name, rows in found.items() if rows}
