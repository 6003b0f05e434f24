"""Steps that hand deliveries out to whoever sends them, and note what became of each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import text

from livedrop.deliveries.models import Lane
from livedrop.deliveries.plan import EMAIL, MAY, MAY_OF_ACCOUNT
from livedrop.lib.db import Tx
from livedrop.notifications.kinds import KINDS

GIVE_UP = "24 hours"

# Whose turn it is. A lease is the right to send; `attempts` counts how often it was given. What
# people wanted when it was planned, they may not want any more.
TAKE = text(f"""
    WITH due AS MATERIALIZED (
        SELECT event_id, user_id, kind FROM deliveries
        WHERE state = 'planned' AND lane = :lane AND next_at <= statement_timestamp()
        ORDER BY next_at LIMIT :most FOR UPDATE SKIP LOCKED
    ), turn AS (
        SELECT asked.event_id, asked.user_id, CASE WHEN CAST(:usually AS jsonb) ? asked.kind
            THEN {MAY} AND coalesce(wants.email, (CAST(:usually AS jsonb) ->> asked.kind)::boolean)
            ELSE {MAY_OF_ACCOUNT} END AS wanted
        FROM due AS asked JOIN users ON users.id = asked.user_id
        LEFT JOIN preferences AS wants ON wants.user_id = users.id AND wants.kind = asked.kind
    )
    UPDATE deliveries AS delivery
    SET state = CASE WHEN wanted THEN 'planned' ELSE 'withheld' END,
        lease = CASE WHEN wanted THEN CAST(:lease AS uuid) END, attempts = attempts + 1,
        next_at = clock_timestamp() + make_interval(secs => :seconds)
    FROM turn WHERE delivery.event_id = turn.event_id AND delivery.user_id = turn.user_id
    RETURNING delivery.event_id, delivery.user_id, attempts, wanted
""")
SENT = text(
    "UPDATE deliveries SET state = 'sent', sent_at = clock_timestamp(), lease = NULL,"
    " last_error = NULL"
    " WHERE event_id = :event_id AND user_id = :user_id AND lease = :lease"
)
FAILED = text(
    "UPDATE deliveries SET lease = NULL, last_error = :error,"
    " next_at = clock_timestamp() + make_interval(secs => :pause),"
    " state = CASE WHEN :never OR clock_timestamp() + make_interval(secs => :pause)"
    f"  > planned_at + interval '{GIVE_UP}' THEN 'dead' ELSE 'planned' END"
    " WHERE event_id = :event_id AND user_id = :user_id AND lease = :lease RETURNING kind"
)
# Pages stay as they are.
STOP = text("""
    INSERT INTO preferences AS wants (user_id, kind, page, email)
    SELECT :user_id, kind, page, false
    FROM jsonb_to_recordset(CAST(:usually AS jsonb)) AS kind (kind text, page boolean)
    ON CONFLICT (user_id, kind) DO UPDATE SET email = false WHERE wants.email
""")
REVIVE = text(
    "UPDATE deliveries SET state = 'planned', attempts = 0, planned_at = clock_timestamp(),"
    " next_at = clock_timestamp() WHERE state = 'dead'"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to send one delivery until its lease ends; it is given for the so manieth time."""

    event_id: int
    user_id: int
    attempt: int
    lease: UUID


def take(tx: Tx, *, lane: Lane, most: int, seconds: float) -> tuple[list[Turn], int]:
    """Take what is due in a lane, for so many seconds: what is still wanted, and how many were
    looked at."""
    lease = uuid4()
    facts = {"lane": lane, "most": most, "lease": lease, "seconds": seconds, "usually": EMAIL}
    rows = tx.execute(TAKE, facts).all()
    turns = [Turn(row[0], row[1], row[2], lease) for row in rows if row.wanted]
    return turns, len(rows)


def sent(tx: Tx, turn: Turn) -> bool:
    """Whether it was still theirs who sent it."""
    return bool(tx.execute(SENT, _named(turn)).rowcount)


def failed(tx: Tx, turn: Turn, *, error: str, pause: float, never: bool) -> str | None:
    """Try again in `pause` seconds, unless `never` or it was tried for a day; of which kind it is,
    None if it was not theirs any more."""
    facts = {"error": error, "pause": pause, "never": never}
    return tx.execute(FAILED, _named(turn) | facts).scalar_one_or_none()


def stop(tx: Tx, user_id: int, kinds: Sequence[str]) -> bool:
    """Let the person want none of these kinds by e-mail; whether they wanted one until now."""
    usually = [{"kind": kind, "page": KINDS[kind].page} for kind in kinds]
    facts = {"user_id": user_id, "usually": json.dumps(usually)}
    return bool(tx.execute(STOP, facts).rowcount)


def revive(tx: Tx) -> int:
    """Let everything that is dead be tried again; how many."""
    return tx.execute(REVIVE).rowcount


def _named(turn: Turn) -> dict[str, object]:
    return {"event_id": turn.event_id, "user_id": turn.user_id, "lease": turn.lease}
