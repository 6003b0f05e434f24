"""What is to be written to whom, whether there is anything to do, and what died."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import text

from livedrop.deliveries.models import Lane
from livedrop.deliveries.steps import Turn
from livedrop.extensions import db

# Of an announcement the news are everybody's, else the person's own; of the account there are none.
CONTENTS = text("""
    SELECT turn.event_id, turn.user_id, delivery.kind, users.email,
        coalesce(told.facts, announced.facts) AS facts, told.order_id,
        drops.slug AS drop_slug, drops.title AS drop_title,
        creators.display_name AS creator_name
    FROM unnest(CAST(:events AS bigint[]), CAST(:people AS bigint[])) AS turn (event_id, user_id)
    JOIN deliveries AS delivery USING (event_id, user_id)
    JOIN users ON users.id = turn.user_id
    LEFT JOIN notifications AS told
        ON delivery.lane <> 'announcements' AND told.user_id = turn.user_id
        AND told.event_id = turn.event_id AND told.kind = delivery.kind
    LEFT JOIN announcements AS announced
        ON delivery.lane = 'announcements' AND announced.event_id = turn.event_id
    LEFT JOIN drops ON drops.id = coalesce(told.drop_id, announced.drop_id)
    LEFT JOIN creators ON creators.id = drops.creator_id
""")
BUSY = """
    SELECT EXISTS (SELECT FROM {news} WHERE id > coalesce(
            (SELECT news_id FROM deliveries_planned WHERE lane = :lane), 0))
        OR EXISTS (SELECT FROM deliveries
            WHERE state = 'planned' AND lane = :lane AND next_at <= statement_timestamp())
"""
ANNOUNCING, TELLING = (
    text(BUSY.format(news=table)) for table in ("announcements", "notifications")
)
OVERDUE = text("""
    SELECT lane.name, greatest(0, coalesce(extract(epoch FROM clock_timestamp() - (
        SELECT min(next_at) FROM deliveries WHERE state = 'planned' AND lane = lane.name)), 0))
    FROM unnest(CAST(:lanes AS text[])) AS lane (name)
""")
DEAD = text("""
    SELECT event_id, kind, email, attempts, planned_at, last_error
    FROM deliveries JOIN users ON users.id = user_id
    WHERE state = 'dead' ORDER BY next_at DESC LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class Contents:
    """What one letter is written from. Of a letter about the account there are no facts; of a
    creator's day there is no drop."""

    event_id: int
    user_id: int
    kind: str
    email: str
    facts: Mapping[str, Any] | None
    order_id: UUID | None
    drop_slug: str | None
    drop_title: str | None
    creator_name: str | None


@dataclass(frozen=True, slots=True)
class Dead:
    """A delivery that will not be tried again."""

    event_id: int
    kind: str
    email: str
    attempts: int
    planned_at: datetime
    last_error: str | None


def contents(turns: Sequence[Turn]) -> Iterator[tuple[Turn, Contents]]:
    """What is to be written in each of these turns."""
    asked = {"events": [turn.event_id for turn in turns], "people": [t.user_id for t in turns]}
    by_key = {(turn.event_id, turn.user_id): turn for turn in turns}
    for row in db.session.execute(CONTENTS, asked):
        yield by_key[row[0], row[1]], Contents(*row)


def busy(lane: Lane) -> bool:
    """Whether there is something to plan or to send."""
    question = ANNOUNCING if lane == "announcements" else TELLING
    return bool(db.session.scalar(question, {"lane": lane}))


def dead(most: int) -> list[Dead]:
    """The latest."""
    return [Dead(*row) for row in db.session.execute(DEAD, {"most": most})]


def overdue() -> dict[str, float]:
    """For how many seconds the first letter of each lane should have been sent."""
    rows = db.session.execute(OVERDUE, {"lanes": list(get_args(Lane))})
    return {name: float(seconds) for name, seconds in rows}
