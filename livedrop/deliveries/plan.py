"""Steps that plan deliveries: one row for each person who wants to hear of an event by e-mail.

How far they came is written down in the same transaction, so planning goes on where it was left,
however it ended. It relies on news becoming visible in the order of their ids.
"""

import json
from collections.abc import Sequence

from sqlalchemy import text

from livedrop.deliveries.account import CONFIRM
from livedrop.deliveries.models import Lane
from livedrop.lib.db import Tx
from livedrop.notifications.kinds import ALL

SHARD = 10_000  # followers looked at in one transaction
CHUNK = 5_000  # notifications looked at in one transaction

# Of the notifications those that many get at once are reminders, whatever they say.
OWN = [kind.name for kind in ALL if kind.hears in ("shopper", "creator")]
EMAIL = json.dumps({kind.name: kind.email for kind in ALL})
# Who may get news by mail; with the person as `users` and the kind of news as `:kind`.
MAY = "confirmed_at IS NOT NULL AND bounced_at IS NULL AND suspended_at IS NULL"
# What is a day late is no news; it can be read on the page.
RECENT = "> (SELECT clock_timestamp() - interval '24 hours')"

BEGIN = text(
    "INSERT INTO deliveries_planned (lane, news_id) VALUES (:lane, 0) ON CONFLICT DO NOTHING"
)
# One at a time: whoever comes second has nothing to plan.
LOCK = text(
    "SELECT lane, news_id, since, user_id FROM deliveries_planned WHERE lane = :lane"
    " FOR UPDATE SKIP LOCKED"
)
NEXT = text(f"""
    SELECT id, event_id, kind, creator_id, at, at {RECENT} AS recent
    FROM announcements WHERE id > :after ORDER BY id LIMIT 1
""")
# From the latest follower to the first, as the index has them.
SHARD_OF_FOLLOWERS = text(f"""
    WITH shard AS MATERIALIZED (
        SELECT follower_id, since FROM follows
        WHERE creator_id = :creator_id
            AND (since, follower_id) < (coalesce(CAST(:since AS timestamptz), 'infinity'),
                coalesce(CAST(:user_id AS bigint), 0))
            AND since <= :at
        ORDER BY since DESC, follower_id DESC LIMIT :shard
    ), planned AS (
        INSERT INTO deliveries (event_id, user_id, kind, lane)
        SELECT :event_id, users.id, :kind, 'announcements'
        FROM shard JOIN users ON users.id = follower_id
        LEFT JOIN preferences AS wants ON wants.user_id = users.id AND wants.kind = :kind
        WHERE {MAY} AND coalesce(wants.email, CAST(:usually AS boolean))
        ON CONFLICT DO NOTHING
    )
    SELECT since, follower_id AS user_id FROM shard ORDER BY since, follower_id LIMIT 1
""")
GO_ON = text(
    "UPDATE deliveries_planned SET news_id = :news_id, since = :since, user_id = :user_id"
    " WHERE lane = :lane"
)
TOLD = text(f"""
    WITH chunk AS MATERIALIZED (
        SELECT id, event_id, user_id, kind, at FROM notifications
        WHERE id > :after ORDER BY id LIMIT :chunk
    ), planned AS (
        INSERT INTO deliveries (event_id, user_id, kind, lane)
        SELECT event_id, users.id, chunk.kind, :lane
        FROM chunk JOIN users ON users.id = chunk.user_id
        LEFT JOIN preferences AS wants ON wants.user_id = users.id AND wants.kind = chunk.kind
        WHERE at {RECENT} AND {MAY}
            AND (chunk.kind = ANY(CAST(:own AS text[]))) = (:lane = 'personal')
            AND coalesce(wants.email, (CAST(:usually AS jsonb) ->> chunk.kind)::boolean, false)
        ON CONFLICT DO NOTHING
    )
    SELECT max(id) FROM chunk
""")
# Who may get letters about their account; with the letter as `asked`. To confirm an address is
# asked of those alone who have not.
MAY_OF_ACCOUNT = (
    f"suspended_at IS NULL AND (asked.kind <> '{CONFIRM}' OR confirmed_at IS NULL"
    " OR bounced_at IS NOT NULL)"
)
ACCOUNT = text(f"""
    WITH asked AS (
        SELECT id AS event_id, split_part(subject, ':', 2)::bigint AS user_id,
            CAST(:kind AS text) AS kind
        FROM outbox_events WHERE id = ANY(CAST(:ids AS bigint[])) AND at {RECENT}
    )
    INSERT INTO deliveries (event_id, user_id, kind, lane)
    SELECT event_id, user_id, kind, 'personal' FROM asked JOIN users ON users.id = user_id
    WHERE {MAY_OF_ACCOUNT}
    ON CONFLICT DO NOTHING
""")


def announcement(tx: Tx) -> bool:
    """Plan for the next followers who hear an announcement; whether there may be more to plan."""
    done = _begin(tx, "announcements")
    news = tx.execute(NEXT, {"after": done["news_id"]}).mappings().one_or_none() if done else None
    if not done or not news:
        return False
    last = None
    usually = {kind.name: kind.email for kind in ALL}.get(news["kind"], False)
    if news["recent"]:
        facts = {name: news[name] for name in ("event_id", "kind", "creator_id", "at")}
        last = tx.execute(
            SHARD_OF_FOLLOWERS, done | facts | {"shard": SHARD, "usually": usually}
        ).one_or_none()
    if last:
        _go_on(tx, done | {"since": last.since, "user_id": last.user_id})
    else:
        _go_on(tx, done | {"news_id": news["id"], "since": None, "user_id": None})
    return True


def told(tx: Tx, lane: Lane) -> bool:
    """Plan what people were told for themselves and belongs in this lane, which is not that of
    announcements; whether there may be more to plan."""
    done = _begin(tx, lane)
    if not done:
        return False
    facts = {"after": done["news_id"], "chunk": CHUNK, "usually": EMAIL, "own": OWN}
    last = tx.execute(TOLD, done | facts).scalar_one()
    if last:
        _go_on(tx, done | {"news_id": last})
    return last is not None


def account(tx: Tx, event_ids: Sequence[int], kind: str) -> None:
    """Plan a letter to whom each of these events is about."""
    tx.execute(ACCOUNT, {"ids": list(event_ids), "kind": kind})


def _begin(tx: Tx, lane: Lane) -> dict[str, object] | None:
    """How far a lane is planned, for us alone; None while somebody else is at it."""
    row = tx.execute(LOCK, {"lane": lane}).mappings().one_or_none()
    if row is None:
        tx.execute(BEGIN, {"lane": lane})
        row = tx.execute(LOCK, {"lane": lane}).mappings().one_or_none()
    return dict(row) if row else None


def _go_on(tx: Tx, done: dict[str, object]) -> None:
    tx.execute(GO_ON, done)
