"""The two statements of a batch of placements: one read after the lock, one write before COMMIT.

Arrays and `unnest` keep each statement's text the same for every batch size, so it stays prepared;
every array that takes locks is sorted, so two batches never wait for each other in a circle.
This file is the only one outside their own rooms that inserts events and keys.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from livedrop.lib.db import Tx
from livedrop.orders.events import OrderLapsed, OrderPlaced
from livedrop.orders.rules import Attempt, Decision, DropFacts, DueOrder, History, Situation

DUE_AT_ONCE = 100  # due orders of others that one batch lapses at most

READ = text("""
WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now),
caller AS (
    SELECT * FROM unnest(
        CAST(:user_ids AS bigint[]), CAST(:keys AS text[]), CAST(:sign_ins AS uuid[])
    ) AS caller (user_id, key, sign_in_id)
),
due AS (
    SELECT orders.id, orders.user_id, orders.due_at FROM orders, clock
    WHERE drop_id = :drop_id AND status = 'placed' AND due_at <= clock.now
        AND user_id = ANY(CAST(:user_ids AS bigint[]))
    UNION
    (SELECT orders.id, orders.user_id, orders.due_at FROM orders, clock
     WHERE drop_id = :drop_id AND status = 'placed' AND due_at <= clock.now
        AND cardinality(CAST(:short AS bigint[])) > 0
        AND user_id <> ALL(CAST(:user_ids AS bigint[]))
     ORDER BY due_at, orders.id LIMIT :due_at_once + 1)
)
SELECT clock.now, published_at, cancelled_at, starts_at, ends_at, limit_per_customer,
    payment_window_seconds,
    (SELECT json_agg(json_build_array(id, price)) FROM skus WHERE drop_id = :drop_id) AS skus,
    (SELECT json_agg(json_build_array(user_id, key, fingerprint, outcome))
     FROM (SELECT DISTINCT user_id, key FROM caller) AS asked
     JOIN idempotency_keys USING (user_id, key)) AS executed,
    (SELECT json_agg(json_build_array(caller.sign_in_id, users.suspended_at IS NOT NULL))
     FROM caller
     JOIN users ON users.id = caller.user_id
     LEFT JOIN sign_ins ON sign_ins.id = caller.sign_in_id AND sign_ins.user_id = users.id
     WHERE caller.sign_in_id IS NOT NULL
        AND (sign_ins.id IS NULL OR sign_ins.ended_at IS NOT NULL
             OR users.suspended_at IS NOT NULL)) AS refused_sign_ins,
    (SELECT json_agg(json_build_array(user_id, standing, extensions, lapses)) FROM (
        SELECT user_id, sum(units) FILTER (WHERE status IN ('placed', 'confirmed')) AS standing,
            sum(extensions) AS extensions, count(lapsed_at) AS lapses
        FROM orders, LATERAL (
            SELECT sum(quantity - returned) AS units FROM order_lines WHERE order_id = orders.id
        ) AS line
        WHERE drop_id = :drop_id AND user_id = ANY(CAST(:user_ids AS bigint[]))
        GROUP BY user_id) AS history) AS histories,
    (SELECT json_agg(json_build_array(id, user_id, (
        SELECT json_agg(json_build_array(sku_id, quantity - returned))
        FROM order_lines WHERE order_id = due.id)) ORDER BY due_at, id) FROM due) AS due,
    (SELECT json_agg(json_build_array(sku_id, (
        SELECT EXTRACT(epoch FROM due_at - clock.now) FROM orders
        JOIN order_lines ON order_id = orders.id AND order_lines.sku_id = short.sku_id
        WHERE drop_id = :drop_id AND status = 'placed' AND due_at > clock.now
        ORDER BY due_at LIMIT 1)))
     FROM unnest(CAST(:short AS bigint[])) AS short (sku_id)) AS unpaid
FROM drops, clock WHERE drops.id = :drop_id
""")

WRITE = text("""
WITH lapsed AS (
    UPDATE orders SET status = 'lapsed', reason = 'payment-lapsed', lapsed_at = :now
    WHERE id = ANY(CAST(:lapsed AS uuid[]))
),
placed AS (
    INSERT INTO orders (id, drop_id, user_id, placed_at, pay_by, due_at, delivery)
    SELECT id, :drop_id, user_id, :now, :pay_by, :pay_by, CAST(delivery AS jsonb)
    FROM unnest(
        CAST(:order_ids AS uuid[]), CAST(:user_ids AS bigint[]), CAST(:deliveries AS text[])
    ) AS placed (id, user_id, delivery)
),
line AS (
    INSERT INTO order_lines (order_id, sku_id, quantity, price)
    SELECT * FROM unnest(
        CAST(:line_orders AS uuid[]), CAST(:sku_ids AS bigint[]),
        CAST(:quantities AS int[]), CAST(:prices AS int[])
    )
),
event AS (
    INSERT INTO outbox_events (kind, at, actor_id, origin, subject, payload)
    SELECT kind, :now, actor_id, origin, subject, CAST(payload AS jsonb) FROM unnest(
        CAST(:kinds AS text[]), CAST(:actors AS bigint[]), CAST(:origins AS text[]),
        CAST(:subjects AS text[]), CAST(:payloads AS text[])
    ) AS event (kind, actor_id, origin, subject, payload)
)
INSERT INTO idempotency_keys (user_id, key, fingerprint, outcome, created_at)
SELECT user_id, key, fingerprint, CAST(outcome AS jsonb), :now FROM unnest(
    CAST(:user_ids AS bigint[]), CAST(:keys AS text[]),
    CAST(:fingerprints AS text[]), CAST(:outcomes AS text[])
) AS finished (user_id, key, fingerprint, outcome)
ORDER BY user_id, key
""")

BUYERS = text(
    "SELECT DISTINCT user_id FROM orders WHERE drop_id = :drop_id"
    " AND (CAST(:since AS timestamptz) IS NULL OR placed_at >= :since)"
)


def read(tx: Tx, drop_id: int, attempts: Sequence[Attempt], short: list[int]) -> Situation | None:
    """What is true of the drop and the callers, the stock lock being held; None: no such drop.

    `short` are the SKUs of which the batch wants at least as many units as are free.
    """
    row = tx.execute(
        READ,
        {
            "drop_id": drop_id,
            "user_ids": [attempt.user_id for attempt in attempts],
            "keys": [attempt.key for attempt in attempts],
            "sign_ins": [attempt.sign_in_id for attempt in attempts],
            "short": short,
            "due_at_once": DUE_AT_ONCE,
        },
    ).one_or_none()
    callers = {attempt.user_id for attempt in attempts}
    return None if row is None else _situation(row, callers)


def _situation(row: Any, callers: set[int]) -> Situation:
    due = [
        DueOrder(UUID(order_id), user_id, {sku_id: units for sku_id, units in lines if units})
        for order_id, user_id, lines in row.due or ()
    ]
    others = [order for order in due if order.user_id not in callers]
    too_many = others[DUE_AT_ONCE:]
    return Situation(
        now=row.now,
        drop=DropFacts(
            row.published_at,
            row.cancelled_at,
            row.starts_at,
            row.ends_at,
            row.limit_per_customer,
            timedelta(seconds=row.payment_window_seconds),
        ),
        skus=dict(row.skus or ()),
        executed={(user, key): (mark, outcome) for user, key, mark, outcome in row.executed or ()},
        refused_sign_ins={
            UUID(sign_in_id): "suspended" if suspended else "signed-out"
            for sign_in_id, suspended in row.refused_sign_ins or ()
        },
        histories={
            user_id: History(standing or 0, extensions, lapses)
            for user_id, standing, extensions, lapses in row.histories or ()
        },
        due=[order for order in due if order not in too_many],
        more_due=bool(too_many),
        unpaid=dict(row.unpaid or ()),
    )


def write(tx: Tx, drop_id: int, situation: Situation, decision: Decision) -> None:
    """Write the batch's orders, lines, lapses, events and keys in one statement."""
    placed = decision.placed
    events = [_event(drop_id, order) for order in placed] + [
        (OrderLapsed(id=order.id, drop_id=drop_id), None) for order in decision.lapsed
    ]
    lines = [
        (order.id, sku_id, quantity, price)
        for order in placed
        for (sku_id, quantity), price in zip(order.attempt.lines, order.prices, strict=True)
    ]
    tx.execute(
        WRITE,
        {
            "drop_id": drop_id,
            "now": situation.now,
            "pay_by": situation.now + situation.drop.window,
            "lapsed": sorted(order.id for order in decision.lapsed),
            "order_ids": [order.id for order in placed],
            "user_ids": [order.attempt.user_id for order in placed],
            "deliveries": [_json(order.attempt.delivery) for order in placed],
            "line_orders": [line[0] for line in lines],
            "sku_ids": [line[1] for line in lines],
            "quantities": [line[2] for line in lines],
            "prices": [line[3] for line in lines],
            "kinds": [event.kind for event, _ in events],
            "actors": [event.actor_id for event, _ in events],
            "origins": [origin for _, origin in events],
            "subjects": [event.subject for event, _ in events],
            "payloads": [json.dumps(event.payload) for event, _ in events],
            "keys": [order.attempt.key for order in placed],
            "fingerprints": [order.attempt.fingerprint for order in placed],
            "outcomes": [json.dumps(order.outcome) for order in placed],
        },
    )


def _event(drop_id: int, order: Any) -> tuple[OrderPlaced | OrderLapsed, str | None]:
    attempt = order.attempt
    event = OrderPlaced(id=order.id, drop_id=drop_id, actor_id=attempt.user_id, units=attempt.units)
    return event, attempt.origin


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(dict(value))


def buyers(tx: Tx, drop_id: int, since: Any) -> list[int]:
    """Who has an order in the drop, of any status, placed at `since` or later (None: ever).

    Exact under the stock lock: orders of a drop are placed one batch after the other, in the
    order of the database's clock.
    """
    return list(tx.execute(BUYERS, {"drop_id": drop_id, "since": since}).scalars())
