"""A batch of placements: one statement reads after the lock, one writes before COMMIT.

Rows travel as JSON, so each statement's text is the same for every batch size and stays prepared;
whatever takes locks does so in order, so two batches never wait for each other in a circle.
This file is the only one outside their own rooms that inserts events and keys.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from livedrop.inventory import stock
from livedrop.inventory.stock import Units
from livedrop.lib.db import Tx
from livedrop.orders.events import OfferMade, OrderLapsed, OrderPlaced
from livedrop.orders.rules import (
    Attempt,
    Decision,
    DropFacts,
    DueOrder,
    History,
    NewOrder,
    Offer,
    Place,
    Situation,
    decide,
)
from livedrop.outbox.record import Event
from livedrop.waitlist import steps as line
from livedrop.waitlist.events import LineLeft

Row = dict[str, Any]

DUE_AT_ONCE = 100  # due orders of others that one batch lapses at most
FRONT = 100  # places of one line that one batch serves at most

# Every look-up starts from a caller and ends in an index: `OFFSET 0` keeps the planner from joins,
# which read whole tables. Nothing here can be planned better by knowing the parameters, which is
# why they come as JSON and through `sale`: the plan is made once and not for every batch.
READ = text(f"""
WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now),
sale AS MATERIALIZED (SELECT * FROM drops WHERE id = :drop_id),
caller AS MATERIALIZED (
    SELECT * FROM json_to_recordset(CAST(:callers AS json))
        AS caller (user_id bigint, key text, sign_in_id uuid)
),
sku AS MATERIALIZED (
    SELECT * FROM json_to_recordset(CAST(:skus AS json))
        AS sku (sku_id bigint, free int, short bool)
),
front AS MATERIALIZED (
    SELECT place.* FROM sku CROSS JOIN LATERAL (
        SELECT sku_id, user_id, quantity, turn FROM waitlist_entries
        WHERE sku_id = sku.sku_id AND offer_id IS NULL ORDER BY turn
        LIMIT {FRONT + 1}) AS place
    WHERE EXISTS (SELECT FROM waitlist_entries
            WHERE drop_id = (SELECT id FROM sale) AND offer_id IS NULL)
        AND (free > 0 OR EXISTS (SELECT FROM orders WHERE drop_id = (SELECT id FROM sale)
            AND status = 'placed' AND due_at <= (SELECT now FROM clock)))
),
short AS MATERIALIZED (
    SELECT sku_id FROM sku WHERE short OR sku_id IN (SELECT sku_id FROM front)
),
own AS MATERIALIZED (
    SELECT own.* FROM (
        SELECT user_id FROM caller UNION SELECT user_id FROM front
    ) AS person CROSS JOIN LATERAL (
        SELECT id, user_id, status, due_at, extensions, lapsed_at, (
            SELECT sum(quantity - returned) FROM order_lines WHERE order_id = orders.id) AS units
        FROM orders
        WHERE drop_id = (SELECT id FROM sale) AND user_id = person.user_id OFFSET 0) AS own
),
due AS (
    SELECT id, user_id, due_at FROM own
    WHERE status = 'placed' AND due_at <= (SELECT now FROM clock)
    UNION ALL
    (SELECT id, user_id, due_at FROM orders
     WHERE drop_id = (SELECT id FROM sale) AND status = 'placed'
        AND due_at <= (SELECT now FROM clock) AND EXISTS (SELECT FROM short)
        AND user_id NOT IN (SELECT user_id FROM caller)
        AND user_id NOT IN (SELECT user_id FROM front)
     ORDER BY due_at, id LIMIT {DUE_AT_ONCE + 1})
)
SELECT clock.now, published_at, cancelled_at, starts_at, ends_at, limit_per_customer,
    payment_window_seconds,
    (SELECT json_agg(json_build_array(id, price))
     FROM skus WHERE drop_id = (SELECT id FROM sale)) AS skus,
    (SELECT json_agg(json_build_array(asked.user_id, asked.key, fingerprint, outcome))
     FROM (SELECT DISTINCT user_id, key FROM caller) AS asked CROSS JOIN LATERAL (
        SELECT fingerprint, outcome FROM idempotency_keys
        WHERE user_id = asked.user_id AND key = asked.key OFFSET 0) AS known) AS executed,
    (SELECT json_agg(json_build_array(sign_in_id, suspended_at IS NOT NULL))
     FROM caller CROSS JOIN LATERAL (
        SELECT suspended_at FROM users WHERE id = caller.user_id OFFSET 0) AS person
     LEFT JOIN LATERAL (
        SELECT id, ended_at IS NOT NULL
            OR created_at <= clock_timestamp() - interval '30 days'
            OR seen_at <= clock_timestamp() - interval '14 days' AS ended FROM sign_ins
        WHERE id = caller.sign_in_id AND user_id = caller.user_id OFFSET 0) AS sign_in ON true
     WHERE sign_in_id IS NOT NULL
        AND (sign_in.id IS NULL OR ended OR suspended_at IS NOT NULL)
    ) AS refused_sign_ins,
    (SELECT json_agg(json_build_array(user_id, standing, extensions, lapses)) FROM (
        SELECT user_id, sum(units) FILTER (WHERE status IN ('placed', 'confirmed')) AS standing,
            sum(extensions) AS extensions, count(lapsed_at) AS lapses
        FROM own GROUP BY user_id) AS history) AS histories,
    (SELECT json_agg(json_build_array(id, user_id, (
        SELECT json_agg(json_build_array(sku_id, quantity - returned))
        FROM order_lines WHERE order_id = due.id)) ORDER BY due_at, id) FROM due) AS due,
    (SELECT json_agg(json_build_array(sku_id, (
        SELECT EXTRACT(epoch FROM due_at - clock.now) FROM orders
        WHERE drop_id = sale.id AND status = 'placed' AND due_at > clock.now
            AND (SELECT true FROM order_lines
                 WHERE order_id = orders.id AND order_lines.sku_id = short.sku_id)
        ORDER BY due_at LIMIT 1)))
     FROM short) AS unpaid,
    (SELECT json_agg(json_build_array(sku_id, front.user_id, quantity, person.suspended)
        ORDER BY turn)
     FROM front CROSS JOIN LATERAL (SELECT suspended_at IS NOT NULL AS suspended FROM users
        WHERE id = front.user_id OFFSET 0) AS person) AS line,
    (SELECT json_agg(json_build_array(place.sku_id, place.user_id))
     FROM (SELECT DISTINCT user_id FROM caller) AS person CROSS JOIN LATERAL (
        SELECT sku_id, user_id FROM waitlist_entries
        WHERE user_id = person.user_id AND drop_id = (SELECT id FROM sale) AND offer_id IS NULL
        OFFSET 0) AS place
     WHERE EXISTS (SELECT FROM waitlist_entries
            WHERE drop_id = (SELECT id FROM sale) AND offer_id IS NULL)) AS waiting
FROM sale, clock
""")

WRITE = text("""
WITH placed AS MATERIALIZED (
    SELECT * FROM json_to_recordset(CAST(:placed AS json)) AS placed (
        id uuid, user_id bigint, delivery jsonb, pay_by timestamptz, offered_sku_id bigint)
),
ordered AS (
    INSERT INTO orders (id, drop_id, user_id, placed_at, pay_by, due_at, delivery, offered_sku_id)
    SELECT id, :drop_id, user_id, :now, pay_by, pay_by, delivery, offered_sku_id FROM placed
),
line AS (
    INSERT INTO order_lines (order_id, sku_id, quantity, price)
    SELECT * FROM json_to_recordset(CAST(:lines AS json))
        AS line (order_id uuid, sku_id bigint, quantity int, price int)
),
event AS (
    INSERT INTO outbox_events (kind, at, actor_id, origin, trace, subject, payload)
    SELECT kind, :now, actor_id, origin, trace, subject, payload
    FROM json_to_recordset(CAST(:events AS json))
        AS event (kind text, actor_id bigint, origin text, trace text, subject text, payload jsonb)
)
INSERT INTO idempotency_keys (user_id, key, fingerprint, outcome, created_at)
SELECT user_id, key, fingerprint, outcome, :now FROM json_to_recordset(CAST(:keys AS json))
    AS key (user_id bigint, key text, fingerprint text, outcome jsonb) ORDER BY user_id, key
""")

# Apart from WRITE, because most batches lapse nothing; so it is with what changes the line.
LAPSE = text("""
UPDATE orders SET status = 'lapsed', reason = 'payment-lapsed', lapsed_at = :now
WHERE id = ANY(CAST(:lapsed AS uuid[]))
""")

BUYERS = text(
    "SELECT user_id FROM orders WHERE drop_id = :drop_id"
    " AND placed_at >= COALESCE(CAST(:since AS timestamptz), '-infinity') UNION"
    " SELECT user_id FROM waitlist_entries WHERE drop_id = :drop_id AND offer_id IS NULL"
    " AND since >= COALESCE(CAST(:since AS timestamptz), '-infinity')"
)


def carry_out(
    tx: Tx, drop_id: int, units: Mapping[int, Units], attempts: Sequence[Attempt]
) -> tuple[Situation, Decision] | None:
    """Serve the drop's lines, decide the attempts and write it all; None: no such drop.

    Needs the stock lock; `units` is what it answered.
    """
    wanted = Counter[int]()
    for attempt in attempts:
        for sku_id, quantity in attempt.lines:
            wanted[sku_id] += quantity
    short = sorted(
        sku_id for sku_id in units if wanted[sku_id] and wanted[sku_id] >= units[sku_id].free
    )
    situation = read(tx, drop_id, attempts, units, short)
    if situation is None:
        return None
    decision = decide(attempts, units, situation)
    if decision.changes:
        write(tx, drop_id, situation, decision)
        stock.claim(tx, decision.claims)
    return situation, decision


def read(
    tx: Tx,
    drop_id: int,
    attempts: Sequence[Attempt],
    units: Mapping[int, Units],
    short: list[int],
) -> Situation | None:
    """What is true of the drop and the callers, the stock lock being held; None: no such drop.

    `units` is the stock as it was locked; `short` are the SKUs of which the batch wants at least
    as many units as are free. Where nobody waits in line, or nothing could be offered, no line is
    read.
    """
    row = tx.execute(
        READ,
        {
            "drop_id": drop_id,
            "callers": _json([_caller(attempt) for attempt in attempts]),
            "skus": _json(
                [
                    {"sku_id": sku_id, "free": row.free, "short": sku_id in short}
                    for sku_id, row in units.items()
                ]
            ),
        },
    ).one_or_none()
    callers = {attempt.user_id for attempt in attempts}
    return None if row is None else _situation(row, callers)


def _situation(row: Any, callers: set[int]) -> Situation:
    due = [
        DueOrder(UUID(order_id), user_id, {sku_id: units for sku_id, units in lines if units})
        for order_id, user_id, lines in row.due or ()
    ]
    front, more_line = _front([Place(*place) for place in row.line or ()])
    known = callers | {user_id for _, user_id, *_ in row.line or ()}
    others = [order for order in due if order.user_id not in known]
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
        line=front,
        more_line=more_line,
        waiting={(sku_id, user_id) for sku_id, user_id in row.waiting or ()},
    )


def _front(places: Sequence[Place]) -> tuple[list[Place], frozenset[int]]:
    """The places to be served, and the SKUs that even more people wait for."""
    front, read = [], Counter[int]()
    for place in places:
        read[place.sku_id] += 1
        if read[place.sku_id] <= FRONT:
            front.append(place)
    return front, frozenset(sku_id for sku_id, count in read.items() if count > FRONT)


def write(tx: Tx, drop_id: int, situation: Situation, decision: Decision) -> None:
    """Write the batch's orders, offers, lines, lapses, events and keys, and the places served."""
    now = situation.now
    lapses = [OrderLapsed(id=order.id, drop_id=drop_id) for order in decision.lapsed]
    if lapses:
        lapsed = sorted(event.id for event in lapses)
        tx.execute(LAPSE, {"now": now, "lapsed": lapsed})
        line.end(tx, lapsed)
    line.take(
        tx,
        {(offer.place.sku_id, offer.place.user_id): offer.id for offer in decision.offers},
    )
    line.drop(tx, [(place.sku_id, place.user_id) for place, _ in decision.ended])
    executed = [(order.attempt, order.outcome) for order in decision.placed]
    executed += [(turn.attempt, turn.outcome) for turn in decision.turns]
    tx.execute(
        WRITE,
        {
            "drop_id": drop_id,
            "now": now,
            "placed": _json(
                [_placed(order) for order in decision.placed]
                + [_offered(offer) for offer in decision.offers]
            ),
            "lines": _json(
                [row for order in decision.placed for row in _lines(order)]
                + [
                    _line(offer.id, offer.place.sku_id, offer.units, offer.price)
                    for offer in decision.offers
                ]
            ),
            "events": _json(
                [_event(_told(drop_id, order), order.attempt) for order in decision.placed]
                + [_event(event, None) for event in (*lapses, *_of_lines(drop_id, decision))]
            ),
            "keys": _json([_key(attempt, outcome) for attempt, outcome in executed]),
        },
    )


def _caller(attempt: Attempt) -> Row:
    sign_in_id = attempt.sign_in_id and str(attempt.sign_in_id)
    return {"user_id": attempt.user_id, "key": attempt.key, "sign_in_id": sign_in_id}


def _placed(order: NewOrder) -> Row:
    attempt = order.attempt
    return {
        "id": str(order.id),
        "user_id": attempt.user_id,
        "delivery": attempt.delivery and dict(attempt.delivery),
        "pay_by": order.pay_by.isoformat(),
    }


def _offered(offer: Offer) -> Row:
    return {
        "id": str(offer.id),
        "user_id": offer.place.user_id,
        "pay_by": offer.pay_by.isoformat(),
        "offered_sku_id": offer.place.sku_id,
    }


def _key(attempt: Attempt, outcome: Mapping[str, Any]) -> Row:
    return {
        "user_id": attempt.user_id,
        "key": attempt.key,
        "fingerprint": attempt.fingerprint,
        "outcome": dict(outcome),
    }


def _lines(order: NewOrder) -> Iterator[Row]:
    for (sku_id, quantity), price in zip(order.attempt.lines, order.prices, strict=True):
        yield _line(order.id, sku_id, quantity, price)


def _line(order_id: UUID, sku_id: int, quantity: int, price: int) -> Row:
    return {"order_id": str(order_id), "sku_id": sku_id, "quantity": quantity, "price": price}


def _of_lines(drop_id: int, decision: Decision) -> Iterator[Event]:
    for offer in decision.offers:
        yield OfferMade(
            id=offer.id,
            drop_id=drop_id,
            sku_id=offer.place.sku_id,
            user_id=offer.place.user_id,
            units=offer.units,
        )
    for place, reason in decision.ended:
        yield LineLeft(id=place.sku_id, drop_id=drop_id, user_id=place.user_id, reason=reason)


def _told(drop_id: int, order: NewOrder) -> OrderPlaced:
    attempt = order.attempt
    return OrderPlaced(id=order.id, drop_id=drop_id, actor_id=attempt.user_id, units=attempt.units)


def _event(event: Event, attempt: Attempt | None) -> Row:
    return {
        "kind": event.kind,
        "actor_id": event.actor_id,
        "origin": attempt and attempt.origin,
        "trace": attempt and attempt.trace,
        "subject": event.subject,
        "payload": event.payload,
    }


def _json(rows: list[Row]) -> str:
    return json.dumps(rows)


def buyers(tx: Tx, drop_id: int, since: Any) -> list[int]:
    """Who has an order in the drop, of any status, or waits in line for it, since `since` or later
    (None: ever).

    Exact under the stock lock: orders of a drop are placed one batch after the other, in the
    order of the database's clock.
    """
    return list(tx.execute(BUYERS, {"drop_id": drop_id, "since": since}).scalars())
