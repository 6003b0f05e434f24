"""What is done to the outbox besides writing into it: acknowledging, and forgetting."""

from collections.abc import Sequence

from sqlalchemy import text

from livedrop.lib.chunks import Looked
from livedrop.lib.db import transaction
from livedrop.outbox import acknowledge as steps

CHUNK = 1000  # rows looked at in one transaction

# Done means that everybody who awaited it did their part, the audit entry included.
PURGE = text(
    "WITH looked AS ("
    "  SELECT id, at < clock_timestamp() - interval '7 days' AS old FROM outbox_events"
    "  WHERE id > :after ORDER BY id LIMIT :chunk),"
    " gone AS ("
    "  DELETE FROM outbox_events WHERE id IN (SELECT id FROM looked WHERE old)"
    "  AND awaiting = '{}' RETURNING id)"
    " SELECT (SELECT count(*) FROM gone), (SELECT max(id) FROM looked WHERE old)"
)


def acknowledge(*, event_ids: Sequence[int], job: str) -> None:
    """Stop awaiting `job` for these events: for jobs whose effects are other commands."""
    with transaction() as tx:
        steps.acknowledge(tx, event_ids, job)


def purge(after: int) -> Looked:
    """Look at some events behind the id `after`; forget those done and older than seven days."""
    with transaction() as tx:
        return Looked(*tx.execute(PURGE, {"after": after, "chunk": CHUNK}).one())
