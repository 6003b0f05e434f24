"""The provider's front desk and its book: what was asked for once, and the callbacks owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, func, text
from sqlalchemy.dialects.postgresql import insert

from livedrop.config import configuration
from livedrop.lib.db import transaction
from livedrop.payments.pretend.models import PretendOperation

AT_ONCE = 50  # callbacks taken to be posted
CHUNK = 1000  # rows forgotten in one transaction

# The next attempt is set before this one is made, so that a messenger who dies owes it still.
TAKE = text(
    "WITH owed AS ("
    "  SELECT id FROM pretend_operations"
    "  WHERE delivered_at IS NULL AND callback_due_at <= clock_timestamp()"
    "  ORDER BY callback_due_at LIMIT :at_once FOR UPDATE SKIP LOCKED)"
    " UPDATE pretend_operations AS operation SET attempts = least(attempts + 1, 1000),"
    "  callback_due_at = clock_timestamp()"
    "   + make_interval(secs => least(0.5 * 2.0 ^ least(attempts, 10), 60))"
    " FROM owed WHERE operation.id = owed.id"
    " RETURNING operation.id, key, kind, outcome, amount,"
    "  CAST(extract(epoch FROM clock_timestamp()) AS bigint) AS at"
)
DELIVERED = text(
    "UPDATE pretend_operations SET delivered_at = clock_timestamp()"
    " WHERE id = ANY(CAST(:ids AS bigint[])) AND delivered_at IS NULL"
)

# Nobody asks again under the key of a callback that was taken thirty days ago.
PURGE = text(
    "DELETE FROM pretend_operations WHERE id IN ("
    "  SELECT id FROM pretend_operations"
    "  WHERE delivered_at < (SELECT clock_timestamp()) - interval '30 days'"
    "  ORDER BY delivered_at LIMIT :chunk FOR UPDATE SKIP LOCKED)"
)


@dataclass(frozen=True, slots=True)
class Callback:
    """Something to be told: its content, and the second in which it is told."""

    id: int
    content: dict[str, object]
    at: int


def write_down(*, key: str, kind: str, amount: int, currency: str, outcome: str) -> None:
    """Take an order for a charge or a refund; asking again with the key changes nothing.

    Its callback is owed after the time the provider takes to think. Only a refund that could not
    be made is tried anew when it is asked for again.
    """
    delay = timedelta(seconds=configuration().pretend_delay_seconds)
    with transaction() as tx:
        operation = insert(PretendOperation).values(
            key=key,
            kind=kind,
            amount=amount,
            currency=currency,
            outcome=outcome,
            callback_due_at=func.clock_timestamp() + delay,
        )
        tx.execute(
            operation.on_conflict_do_update(
                index_elements=["key"],
                set_={
                    "outcome": operation.excluded.outcome,
                    "callback_due_at": operation.excluded.callback_due_at,
                    "attempts": 0,
                    "delivered_at": None,
                },
                where=and_(
                    PretendOperation.kind == "refund",
                    PretendOperation.outcome == "decline",
                    PretendOperation.delivered_at.is_not(None),
                ),
            )
        )


def take_owed() -> list[Callback]:
    """The callbacks owed by now, at most `AT_ONCE`; each is owed again in a while."""
    with transaction() as tx:
        rows = tx.execute(TAKE, {"at_once": AT_ONCE}).mappings().all()
    told = ("key", "kind", "outcome", "amount")
    return [Callback(row["id"], {name: row[name] for name in told}, row["at"]) for row in rows]


def note_delivered(*, ids: Sequence[int]) -> None:
    """These callbacks were taken and are owed no more."""
    with transaction() as tx:
        tx.execute(DELIVERED, {"ids": list(ids)})


def purge() -> int:
    """Forget operations whose callback was taken thirty days ago, some at a time; how many."""
    with transaction() as tx:
        return tx.execute(PURGE, {"chunk": CHUNK}).rowcount
