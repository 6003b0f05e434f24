"""Proves from the tables alone that the house tells the truth, in one snapshot of a running shop.

It shares no rule with the code that sells: what it knows is written here, as questions whose
every answer is something wrong. So a mistake in a command is found, not repeated.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, TextClause, text

from livedrop.audit import verify
from livedrop.extensions import db
from livedrop.lib.metrics import Tally
from livedrop.media import verify as pictures

log = logging.getLogger(__name__)

MISCLAIMED = Tally("livedrop_stock_conservation_errors", "SKUs found with units in no order.")
AT_MOST = 20  # answers shown of one question


@dataclass(frozen=True, slots=True)
class Question:
    """`sql` finds what must not be; each row holds the values of `says`."""

    says: str
    sql: TextClause


def problems(anchor: verify.Anchor | None = None) -> Iterator[str]:
    """One sentence for each thing that does not add up; nothing at all is the proof."""
    with _snapshot() as connection:
        for question in QUESTIONS:
            yield from _answers(connection, question)
    yield from verify.problems(anchor)
    yield from pictures.problems()


def counts() -> dict[str, int]:
    """How much was looked at."""
    with _snapshot() as connection:
        return dict(connection.execute(COUNTS).mappings().one())


def watch_stock() -> int:
    """Look whether the units claimed in drops that sell, or lately did, are those in orders; of how
    many SKUs not. So many a minute are asked while everything else goes on."""
    with _snapshot() as connection:
        wrong = list(connection.execute(NOW_CLAIMED).mappings())
    for row in wrong:
        log.critical("%s", CLAIMED.says.format(**row))
    MISCLAIMED.note(times=len(wrong))
    return len(wrong)


def _answers(connection: Connection, question: Question) -> Iterator[str]:
    rows = connection.execute(question.sql).mappings().fetchmany(AT_MOST + 1)
    yield from (question.says.format(**row) for row in rows[:AT_MOST])
    if len(rows) > AT_MOST:
        yield "... and more of the same"


@contextmanager
def _snapshot() -> Iterator[Connection]:
    """One instant of the database, read without a limit of time; nothing can be written."""
    level = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with db.engine.connect().execution_options(**level) as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        yield connection


# --- units ---

CLAIMED = Question(
    "SKU {sku_id}: {claimed} units claimed, {standing} in orders that stand",
    text("""
        SELECT sku_id, coalesce(claimed, 0) AS claimed, coalesce(standing, 0) AS standing
        FROM stock FULL JOIN (
            SELECT sku_id, sum(quantity - returned) AS standing
            FROM order_lines JOIN orders ON orders.id = order_id
            WHERE status IN ('placed', 'confirmed') GROUP BY sku_id
        ) AS line USING (sku_id)
        WHERE coalesce(claimed, 0) <> coalesce(standing, 0) ORDER BY sku_id
    """),
)
NOW_CLAIMED = text("""
    SELECT sku_id, claimed, standing FROM stock JOIN drops ON drops.id = drop_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(quantity - returned), 0) AS standing
        FROM order_lines JOIN orders ON orders.id = order_id
        WHERE order_lines.sku_id = stock.sku_id AND status IN ('placed', 'confirmed')
    ) AS line
    WHERE starts_at < clock_timestamp() AND ends_at > clock_timestamp() - interval '1 hour'
        AND claimed <> standing
""")
DECLARED = Question(
    "SKU {sku_id}: {claimed} of {declared} units claimed",
    text("""
        SELECT sku_id, claimed, declared FROM stock
        WHERE claimed < 0 OR claimed > declared ORDER BY sku_id
    """),
)
STOCKED = Question(
    "SKU {sku_id}: its stock does not belong to its drop",
    text("""
        SELECT skus.id AS sku_id FROM skus LEFT JOIN stock ON stock.sku_id = skus.id
        WHERE stock.drop_id IS DISTINCT FROM skus.drop_id ORDER BY skus.id
    """),
)
LIMITED = Question(
    "person {user_id}: {units} units of drop {drop_id}, whose limit is {most}",
    text("""
        SELECT user_id, drop_id, sum(quantity - returned) AS units, limit_per_customer AS most
        FROM orders JOIN order_lines ON order_id = orders.id JOIN drops ON drops.id = drop_id
        WHERE status IN ('placed', 'confirmed') GROUP BY user_id, drop_id, limit_per_customer
        HAVING sum(quantity - returned) > limit_per_customer ORDER BY drop_id, user_id
    """),
)

# --- orders ---

LINES = Question(
    "order {id}: {wrong}",
    text("""
        SELECT orders.id, CASE WHEN count(sku_id) = 0 THEN 'it has no line'
            WHEN bool_or(skus.drop_id <> orders.drop_id) THEN 'a line is of another drop'
            WHEN bool_or(order_lines.price <> skus.price) THEN 'a price was changed'
            WHEN status IN ('placed', 'confirmed', 'cancelled', 'lapsed')
                AND sum(quantity - returned) = 0 THEN 'all was returned, yet it is ' || status
            ELSE 'units stand, yet it is refunded' END AS wrong
        FROM orders LEFT JOIN order_lines ON order_id = orders.id
            LEFT JOIN skus ON skus.id = sku_id
        GROUP BY orders.id, status
        HAVING count(sku_id) = 0 OR bool_or(skus.drop_id <> orders.drop_id)
            OR bool_or(order_lines.price <> skus.price)
            OR (sum(quantity - returned) = 0) <> (status = 'refunded')
        ORDER BY orders.id
    """),
)
IN_TIME = Question(
    "order {id}: placed at {placed_at}, when drop {drop_id} was not live",
    text("""
        SELECT orders.id, placed_at, drop_id FROM orders JOIN drops ON drops.id = drop_id
        WHERE published_at IS NULL OR placed_at < published_at OR placed_at < starts_at
            OR placed_at >= ends_at OR placed_at > cancelled_at
        ORDER BY orders.id
    """),
)
DUE = Question(
    "order {id}: due at {due_at}, to be paid by {pay_by}, {protected}",
    text("""
        SELECT * FROM (
            SELECT id, due_at, pay_by, CASE WHEN EXISTS (
                SELECT FROM payments WHERE order_id = orders.id AND payments.status = 'pending'
                AND protects AND payments."window" = pay_by
            ) THEN 'protected' ELSE 'not protected' END AS protected
            FROM orders WHERE status = 'placed'
        ) AS placed
        WHERE CASE protected WHEN 'protected' THEN due_at <= pay_by ELSE due_at <> pay_by END
        ORDER BY id
    """),
)
OFFERED = Question(
    "offer {id} of SKU {sku_id} to person {user_id}: {wrong}",
    text("""
        SELECT coalesce(orders.id, offer_id) AS id, coalesce(offered_sku_id, sku_id) AS sku_id,
            coalesce(orders.user_id, place.user_id) AS user_id, CASE
            WHEN offer_id IS NULL THEN 'it stands, and no place in line is kept for it'
            ELSE 'a place in line is kept for it, and it does not stand' END AS wrong
        FROM (
            SELECT id, offered_sku_id, user_id FROM orders
            WHERE status = 'placed' AND offered_sku_id IS NOT NULL
        ) AS orders FULL JOIN (
            SELECT offer_id, sku_id, user_id FROM waitlist_entries WHERE offer_id IS NOT NULL
        ) AS place ON offer_id = orders.id AND sku_id = offered_sku_id
            AND place.user_id = orders.user_id
        WHERE offer_id IS NULL OR orders.id IS NULL ORDER BY 1
    """),
)
OFFERED_ONCE = Question(
    "person {user_id}: {offers} offers of SKU {sku_id} at once",
    text("""
        SELECT user_id, offered_sku_id AS sku_id, count(*) AS offers FROM orders
        WHERE status = 'placed' AND offered_sku_id IS NOT NULL
        GROUP BY user_id, offered_sku_id HAVING count(*) > 1 ORDER BY sku_id, user_id
    """),
)
WAITING = Question(
    "person {user_id} in line for SKU {sku_id}: {wrong}",
    text("""
        SELECT user_id, sku_id, CASE WHEN skus.drop_id <> place.drop_id
            THEN 'it is of another drop' ELSE 'since before the drop was live' END AS wrong
        FROM waitlist_entries AS place JOIN skus ON skus.id = sku_id
            JOIN drops ON drops.id = skus.drop_id
        WHERE skus.drop_id <> place.drop_id OR since < starts_at ORDER BY sku_id, user_id
    """),
)

# --- money ---

MONEY = Question(
    "order {id} ({status}): {kept} kept of its payments, {worth} is what stands of it",
    text("""
        SELECT id, status, kept, worth FROM orders, LATERAL (
            SELECT coalesce(sum(amount - refund_due), 0) AS kept FROM payments
            WHERE order_id = orders.id AND payments.status NOT IN ('pending', 'declined')
        ) AS money, LATERAL (
            SELECT CASE WHEN orders.status = 'confirmed'
                THEN coalesce(sum((quantity - returned) * price), 0) ELSE 0 END AS worth
            FROM order_lines WHERE order_id = orders.id
        ) AS lines
        WHERE kept <> worth ORDER BY id
    """),
)
PAYMENTS = Question(
    "payment {id} ({status}): {amount} paid, {refund_due} to go back, {refunded} back",
    text("""
        SELECT id, status, amount, refund_due, refunded FROM payments
        WHERE NOT CASE status
            WHEN 'succeeded' THEN refunded = refund_due
            WHEN 'refunded' THEN refunded = amount
            WHEN 'refund_pending' THEN refunded <= refund_due
            WHEN 'refund_failed' THEN refunded <= refund_due
            ELSE refund_due = 0 END
        ORDER BY id
    """),
)

REFUNDS = Question(
    "order {order_id}: {returned} units of SKU {sku_id} came back, {told} by its refunds",
    text("""
        SELECT order_id, sku_id, coalesce(returned, 0) AS returned, coalesce(told, 0) AS told
        FROM (SELECT order_id, sku_id, returned FROM order_lines WHERE returned > 0) AS line
        FULL JOIN (
            SELECT order_id, CAST(key AS bigint) AS sku_id, sum(CAST(value AS bigint)) AS told
            FROM order_refunds, jsonb_each_text(units) GROUP BY 1, 2
        ) AS refund USING (order_id, sku_id)
        WHERE coalesce(returned, 0) <> coalesce(told, 0) ORDER BY order_id, sku_id
    """),
)
REFUNDED = Question(
    "order {order_id}: refunds for {amount}, yet its units cost {worth} and {owed} is to go back",
    text("""
        SELECT order_id, amount, worth, coalesce(owed, 0) AS owed FROM (
            SELECT order_id, sum(amount) AS amount FROM order_refunds GROUP BY 1
        ) AS refund CROSS JOIN LATERAL (
            SELECT sum(returned * CAST(price AS bigint)) AS worth FROM order_lines
            WHERE order_id = refund.order_id
        ) AS line CROSS JOIN LATERAL (
            SELECT sum(refund_due) AS owed FROM payments
            WHERE id IN (SELECT payment_id FROM order_refunds WHERE order_id = refund.order_id)
        ) AS payment
        WHERE amount <> worth OR amount <> coalesce(owed, 0) ORDER BY order_id
    """),
)

# --- followers ---

FOLLOWERS = Question(
    "creator {creator_id}, shard {shard}: {counted} followers counted, {net} by the days,"
    " {following} follow",
    text("""
        SELECT creator_id, shard, coalesce(counted, 0) AS counted, coalesce(net, 0) AS net,
            coalesce(following, 0) AS following
        FROM (
            SELECT creator_id, shard, followers AS counted FROM follower_counts
        ) AS total FULL JOIN (
            SELECT creator_id, shard, sum(gained - lost) AS net FROM follower_days GROUP BY 1, 2
        ) AS day USING (creator_id, shard) FULL JOIN (
            SELECT creator_id, follower_id % 16 AS shard, count(*) AS following FROM follows
            GROUP BY 1, 2
        ) AS follow USING (creator_id, shard)
        WHERE coalesce(counted, 0) <> coalesce(following, 0)
            OR coalesce(net, 0) <> coalesce(following, 0)
        ORDER BY creator_id, shard
    """),
)
FOLLOWED = Question(
    "creator {creator_id}: {following} who follow came on {day}, on which {gained} were counted",
    text("""
        SELECT creator_id, day, following, coalesce(sum(gained), 0) AS gained FROM (
            SELECT creator_id, (since AT TIME ZONE 'UTC')::date AS day, count(*) AS following
            FROM follows GROUP BY 1, 2
        ) AS follow LEFT JOIN follower_days USING (creator_id, day)
        GROUP BY creator_id, day, following HAVING following > coalesce(sum(gained), 0)
        ORDER BY creator_id, day
    """),
)

# --- events ---

HEARD = Question(
    "event {id} ({kind}): {wrong}",
    text("""
        SELECT event.id, kind, CASE WHEN entry.id IS NULL
            THEN 'acknowledged by the audit trail, which has no entry of it'
            ELSE 'has an entry in the audit trail, which still awaits it' END AS wrong
        FROM outbox_events AS event LEFT JOIN audit_entries AS entry ON event_id = event.id
        WHERE awaiting IS NOT NULL AND ('audit' = ANY(awaiting)) = (entry.id IS NOT NULL)
            AND NOT EXISTS (SELECT FROM outbox_attempts
                WHERE event_id = event.id AND job = 'audit' AND dead_at IS NOT NULL)
        ORDER BY event.id
    """),
)
TOLD = Question(
    "audit entry {id} does not tell what event {event_id} ({kind}) was",
    text("""
        SELECT entry.id, event_id, kind
        FROM audit_entries AS entry JOIN outbox_events AS event ON event.id = event_id
        WHERE (entry.at, action, entry.subject, entry.payload)
                <> (event.at, kind, event.subject, event.payload)
            OR entry.actor_id IS DISTINCT FROM event.actor_id
            OR entry.origin IS DISTINCT FROM event.origin
        ORDER BY entry.id
    """),
)
GIVEN_UP = Question(
    "event {id} ({kind}): its audit entry was given up after {attempts} attempts: {last_error}",
    text("""
        SELECT event_id AS id, kind, attempts, last_error
        FROM outbox_attempts LEFT JOIN outbox_events AS event ON event.id = event_id
        WHERE job = 'audit' AND dead_at IS NOT NULL ORDER BY event_id
    """),
)
BURIED = Question(
    "event {id}: {job} was given up for it, yet {wrong}",
    text("""
        SELECT event_id AS id, job, CASE WHEN event.id IS NULL THEN 'there is no such event'
            ELSE 'it is still awaited' END AS wrong
        FROM outbox_attempts LEFT JOIN outbox_events AS event ON event.id = event_id
        WHERE dead_at IS NOT NULL AND coalesce(job = ANY(awaiting), true) ORDER BY event_id, job
    """),
)

# --- news ---

ANNOUNCED = Question(
    "announcement {id} is not of the creator of drop {drop_id}, which everybody may see",
    text("""
        SELECT announcements.id, drop_id FROM announcements LEFT JOIN drops ON drops.id = drop_id
        WHERE announcements.creator_id IS DISTINCT FROM drops.creator_id OR published_at IS NULL
        ORDER BY announcements.id
    """),
)
NUMBERED = Question(
    "news {id}: {wrong}",
    text("""
        SELECT id, 'two have this number' AS wrong FROM announcements JOIN notifications USING (id)
        UNION ALL
        SELECT read_up_to, 'somebody has read up to it, and it is yet to come' FROM inboxes
        WHERE read_up_to > greatest(0,
            (SELECT max(id) FROM announcements), (SELECT max(id) FROM notifications))
        ORDER BY 1
    """),
)

QUESTIONS = (
    CLAIMED,
    DECLARED,
    STOCKED,
    LIMITED,
    LINES,
    IN_TIME,
    DUE,
    OFFERED,
    OFFERED_ONCE,
    WAITING,
    MONEY,
    PAYMENTS,
    REFUNDS,
    REFUNDED,
    FOLLOWERS,
    FOLLOWED,
    HEARD,
    TOLD,
    GIVEN_UP,
    BURIED,
    ANNOUNCED,
    NUMBERED,
)
COUNTS = text("""
    SELECT (SELECT count(*) FROM drops) AS drops, (SELECT count(*) FROM orders) AS orders,
        (SELECT count(*) FROM payments) AS payments, (SELECT count(*) FROM follows) AS follows,
        (SELECT count(*) FROM announcements) + (SELECT count(*) FROM notifications) AS news,
        (SELECT count(*) FROM outbox_events) AS events,
        (SELECT count(*) FROM outbox_attempts WHERE dead_at IS NOT NULL) AS "dead letters",
        (SELECT count(*) FROM audit_entries) AS "audit entries"
""")
