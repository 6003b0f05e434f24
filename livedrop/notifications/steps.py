"""Steps that write news, and how far they were read. Each takes the open transaction."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import NamedTuple

from sqlalchemy import text

from livedrop.lib.db import Tx
from livedrop.notifications.fanout import Heard, News, Written

CHUNK = 1000  # people who are reminded in one transaction

ONE_WRITER = text("SELECT pg_advisory_xact_lock(hashtext('news_ids'))")
# An event is about a drop, an order or one of its payments, or a creator's day.
HEARD = text("""
    SELECT event.id, event.kind, event.at, event.actor_id, event.payload,
        "drop".id AS drop_id, coalesce("drop".creator_id, about.creator_id) AS creator_id,
        "drop".published_at, "drop".currency, "order".id AS order_id,
        coalesce("order".user_id, about.user_id) AS user_id, "order".reason
    FROM outbox_events AS event
    CROSS JOIN LATERAL (SELECT split_part(subject, ':', 1) AS what,
        split_part(subject, ':', 2) AS which) AS subject
    CROSS JOIN LATERAL (SELECT
        CASE what WHEN 'drop' THEN which::bigint ELSE (payload ->> 'drop_id')::bigint END
            AS drop_id,
        CASE what WHEN 'order' THEN which::uuid ELSE (payload ->> 'order_id')::uuid END
            AS order_id,
        CASE what WHEN 'creator' THEN which::bigint END AS creator_id,
        (payload ->> 'user_id')::bigint AS user_id) AS about
    LEFT JOIN orders AS "order" ON "order".id = about.order_id
    LEFT JOIN drops AS "drop" ON "drop".id = coalesce(about.drop_id, "order".drop_id)
    WHERE event.id = ANY(CAST(:ids AS bigint[])) ORDER BY event.id
""")
IDS = text("SELECT nextval('news_ids') FROM generate_series(1, :count)")
ANNOUNCE = text("""
    INSERT INTO announcements (id, event_id, kind, creator_id, drop_id, at, facts)
    SELECT id, event_id, kind, creator_id, drop_id, at, facts
    FROM jsonb_to_recordset(CAST(:news AS jsonb)) AS news (id bigint, event_id bigint, kind text,
        creator_id bigint, drop_id bigint, at timestamptz, facts jsonb)
    ON CONFLICT DO NOTHING RETURNING id, kind, creator_id, drop_id
""")
NOTIFY = text("""
    INSERT INTO notifications (id, user_id, event_id, kind, drop_id, order_id, at, facts)
    SELECT id, user_id, event_id, kind, drop_id, order_id, at, facts
    FROM jsonb_to_recordset(CAST(:news AS jsonb)) AS news (id bigint, user_id bigint,
        event_id bigint, kind text, drop_id bigint, order_id uuid, at timestamptz, facts jsonb)
    ON CONFLICT DO NOTHING RETURNING id, kind, user_id, drop_id
""")
# Who wants to be reminded only after it happened is not told of it.
REMIND = text("""
    WITH person AS (
        SELECT user_id FROM reminders
        WHERE drop_id = :drop_id AND reminders.since <= :at AND user_id > coalesce(
            (SELECT done.user_id FROM reminding AS done
                WHERE event_id = :event_id AND kind = :kind), 0)
        AND NOT EXISTS (
            SELECT FROM follows WHERE follower_id = user_id AND creator_id = :unless_following
                AND follows.since <= :at)
        ORDER BY user_id LIMIT :chunk
    ), told AS (
        INSERT INTO notifications (id, user_id, event_id, kind, drop_id, at, facts)
        SELECT nextval('news_ids'), user_id, :event_id, :kind, :drop_id, :at,
            CAST(:facts AS jsonb) FROM person
        ON CONFLICT DO NOTHING RETURNING id, user_id
    ), done AS (
        INSERT INTO reminding (event_id, kind, user_id)
        SELECT :event_id, :kind, max(user_id) FROM person HAVING count(*) > 0
        ON CONFLICT (event_id, kind) DO UPDATE SET user_id = excluded.user_id
    )
    SELECT (SELECT count(*) FROM person) AS looked_at,
        (SELECT max(id) FROM told) AS news_id, ARRAY(SELECT user_id FROM told) AS user_ids
""")
REMINDED = text("DELETE FROM reminding WHERE event_id = ANY(CAST(:ids AS bigint[]))")
# However far somebody says they read, what is yet to come is unread.
READ = text("""
    INSERT INTO inboxes AS old (user_id, read_up_to)
    SELECT :user_id, least(:up_to, greatest(
        (SELECT max(id) FROM announcements), (SELECT max(id) FROM notifications), 0))
    ON CONFLICT (user_id) DO UPDATE SET read_up_to = greatest(old.read_up_to, excluded.read_up_to)
""")
REMEMBER = text("""
    INSERT INTO reminders (drop_id, user_id) VALUES (:drop_id, :user_id) ON CONFLICT DO NOTHING
""")
FORGET = text("DELETE FROM reminders WHERE drop_id = :drop_id AND user_id = :user_id")
PREFER = text("""
    WITH wanted AS (
        SELECT * FROM jsonb_to_recordset(CAST(:wanted AS jsonb))
            AS one (kind text, page boolean, email boolean)
    ), gone AS (
        DELETE FROM preferences WHERE user_id = :user_id AND kind = ANY(CAST(:usual AS text[]))
    )
    INSERT INTO preferences (user_id, kind, page, email)
    SELECT :user_id, kind, page, email FROM wanted
    ON CONFLICT (user_id, kind) DO UPDATE SET page = excluded.page, email = excluded.email
""")


def one_writer(tx: Tx) -> None:
    """Wait until nobody else is writing news, and let nobody do so before the commit.

    Before any id is taken: else one could appear behind a larger one that somebody has read up to.
    """
    tx.execute(ONE_WRITER)


def heard(tx: Tx, event_ids: Sequence[int]) -> list[Heard]:
    """These events in the order in which they happened."""
    return [Heard(**row) for row in tx.execute(HEARD, {"ids": list(event_ids)}).mappings()]


def numbered(tx: Tx, news: Sequence[News]) -> list[News]:
    """The same with ids, in this order. Needs the lock."""
    ids = tx.execute(IDS, {"count": len(news)}).scalars()
    return [replace(one, id=news_id) for one, news_id in zip(news, ids, strict=True)]


def announce(tx: Tx, news: Iterable[News]) -> Iterator[Written]:
    """Write those for followers that were not written yet. Needs the lock."""
    for row in tx.execute(ANNOUNCE, {"news": _json(news)}):
        yield Written(kind=row[1], news_id=row[0], creator_id=row[2], drop_id=row[3])


def notify(tx: Tx, news: Iterable[News]) -> Iterator[Written]:
    """Write those for one person each that were not written yet. Needs the lock."""
    for row in tx.execute(NOTIFY, {"news": _json(news)}):
        yield Written(kind=row[1], news_id=row[0], user_ids=(row[2],), drop_id=row[3])


class Reminded(NamedTuple):
    """What was written, if anything, and whether there may be more to tell."""

    written: Written | None
    more: bool


def remind(tx: Tx, news: News) -> Reminded:
    """Tell the next people with a reminder on the drop. Needs the lock."""
    facts = {"facts": json.dumps(news.facts), "chunk": CHUNK}
    row = tx.execute(REMIND, asdict(news) | facts).one()
    told = Written(
        kind=news.kind,
        news_id=row.news_id,
        drop_id=news.drop_id,
        user_ids=tuple(row.user_ids),
    )
    return Reminded(told if row.user_ids else None, row.looked_at == CHUNK)


def reminded(tx: Tx, event_ids: Sequence[int]) -> None:
    """Of these events everybody was told: nobody has to know any more how far that had come."""
    tx.execute(REMINDED, {"ids": list(event_ids)})


def read(tx: Tx, user_id: int, up_to: int) -> None:
    """Nothing is ever unread again."""
    tx.execute(READ, {"user_id": user_id, "up_to": up_to})


def remember(tx: Tx, drop_id: int, user_id: int) -> bool:
    """Whether this changed anything."""
    return bool(tx.execute(REMEMBER, {"drop_id": drop_id, "user_id": user_id}).rowcount)


def forget(tx: Tx, drop_id: int, user_id: int) -> bool:
    """Whether this changed anything."""
    return bool(tx.execute(FORGET, {"drop_id": drop_id, "user_id": user_id}).rowcount)


def prefer(
    tx: Tx, user_id: int, wanted: Sequence[dict[str, str | bool]], usual: Sequence[str]
) -> None:
    """Keep what is `wanted` otherwise, and nothing of what is as `usual`."""
    facts = {"user_id": user_id, "wanted": json.dumps(wanted), "usual": list(usual)}
    tx.execute(PREFER, facts)


def _json(news: Iterable[News]) -> str:
    return json.dumps([asdict(one) for one in news], default=str)
