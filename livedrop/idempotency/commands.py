"""Forget what was executed long ago."""

from sqlalchemy import text

from livedrop.lib.db import transaction

CHUNK = 1000  # rows in one transaction

# A key's age counts from its writing, which is in the transaction of its effect: what is visible
# here is finished.
PURGE = text(
    "DELETE FROM idempotency_keys WHERE (user_id, key) IN ("
    "  SELECT user_id, key FROM idempotency_keys"
    "  WHERE created_at < (SELECT clock_timestamp()) - interval '72 hours'"
    "  ORDER BY created_at LIMIT :chunk FOR UPDATE SKIP LOCKED)"
)


def purge() -> int:
    """Forget keys older than 72 hours, some at a time; how many. They may then be used anew."""
    with transaction() as tx:
        return tx.execute(PURGE, {"chunk": CHUNK}).rowcount
