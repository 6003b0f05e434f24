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
DID = text("""
    SELECT to_jsonb(entry) - ARRAY['previous', 'hash'] FROM audit_entries AS entry
    WHERE actor_id = :user_id OR subject = 'user:' || :user_id ORDER BY id
""")


def everything(user_id: int) -> dict[str, list[Any]]:
    """By table: every row about them, without what is a secret even to them, and what the audit
    trail says that they did."""
    found = {one.table: _rows(one.table, one.column, one.hidden, user_id) for one in TABLES}
    who = {"user_id": user_id}
    found["order_lines"] = list(db.session.scalars(LINES, who))
    found["payments"] = list(db.session.scalars(PAYMENTS, who))
    found["audit_entries"] = list(db.session.scalars(DID, who))
    return {name: rows for name, rows in found.items() if rows}


def _rows(table: str, column: str, hidden: tuple[str, ...], user_id: int) -> list[Any]:
    question = text(
        f"SELECT to_jsonb(about) - CAST(:hidden AS text[]) FROM {table} AS about"
        f" WHERE {column} = :user_id"
    )
    return list(db.session.scalars(question, {"user_id": user_id, "hidden": list(hidden)}))
