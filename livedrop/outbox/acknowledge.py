"""Say, in the transaction of an effect, that a job has done its part with some events, or a bit."""

from collections.abc import Sequence

from sqlalchemy import text

from livedrop.lib.db import Tx

# In id order, as everybody who changes several events locks them.
ACKNOWLEDGE = text(
    "WITH heard AS ("
    "  SELECT id FROM outbox_events"
    "  WHERE id = ANY(CAST(:ids AS bigint[])) AND :job = ANY(awaiting)"
    "  ORDER BY id FOR UPDATE)"
    " UPDATE outbox_events AS event SET awaiting = array_remove(awaiting, :job)"
    " FROM heard WHERE event.id = heard.id"
)

# Without its lease, so that a relay that is about to mark it has no say. Not as if it were new, and
# whoever dies with it next is waited for no longer than with a new one.
AGAIN = text(
    "WITH heard AS ("
    "  SELECT id FROM outbox_events"
    "  WHERE id = ANY(CAST(:ids AS bigint[])) AND :job = ANY(awaiting)"
    "  ORDER BY id FOR UPDATE)"
    " UPDATE outbox_events AS event"
    " SET lease = NULL, leased_until = clock_timestamp(), handovers = 1"
    " FROM heard WHERE event.id = heard.id"
)


def acknowledge(tx: Tx, event_ids: Sequence[int], job: str) -> None:
    """Stop awaiting the job of this name for these events. Saying it twice changes nothing."""
    tx.execute(ACKNOWLEDGE, {"ids": list(event_ids), "job": job})


def hand_over_again(tx: Tx, event_ids: Sequence[int], job: str) -> None:
    """Let the events be handed over again at once, behind what waits: a job that awaits them has
    done some of its part and kept nobody waiting for the rest."""
    tx.execute(AGAIN, {"ids": list(event_ids), "job": job})
