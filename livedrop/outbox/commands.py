"""What is done to the outbox besides writing into it: acknowledging, and forgetting."""

from collections.abc import Sequence

from sqlalchemy import text

from livedrop.lib.db import transaction
from livedrop.outbox import acknowledge as steps

CHUNK = 1000  # rows looked at in one transaction

# The oldest rows by their id, so that looking costs the same however many there are. Done means
# that everybody who awaited it did their part, the audit entry included.
PURGE = text(
    "DELETE FROM outbox_events"
    " WHERE id IN (SELECT id FROM outbox_events ORDER BY id LIMIT :chunk)"
    " AND awaiting = '{}' AND at < clock_timestamp() - interval '7 days'"
)


def acknowledge(*, event_ids: Sequence[int], job: str) -> None:
    """Stop awaiting `job` for these events: for jobs whose effects are other commands."""
    with transaction() as tx:
        steps.acknowledge(tx, event_ids, job)


def purge() -> int:
    """Forget events that are done and older than seven days, some at a time; how many."""
    with transaction() as tx:
        return tx.execute(PURGE, {"chunk": CHUNK}).rowcount
