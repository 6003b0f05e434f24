"""What must be true of the shop at every commit, asked of the tables alone.

Shares no code with the application: it would share its mistakes.
"""

from sqlalchemy import text

from livedrop.extensions import db

RULES = """
SELECT format('SKU %s: claimed %s of %s', sku_id, claimed, declared) FROM stock
WHERE claimed > declared OR claimed < 0

UNION ALL
SELECT format('SKU %s: claimed %s, standing %s', sku_id, claimed, standing)
FROM stock LEFT JOIN LATERAL (
    SELECT coalesce(sum(quantity - returned), 0) AS standing
    FROM order_lines JOIN orders ON orders.id = order_id
    WHERE order_lines.sku_id = stock.sku_id AND status IN ('placed', 'confirmed')
) AS line ON true
WHERE claimed <> standing

UNION ALL
SELECT format('person %s: %s units of %s', user_id, sum(quantity - returned), limit_per_customer)
FROM orders JOIN order_lines ON order_id = orders.id JOIN drops ON drops.id = drop_id
WHERE status IN ('placed', 'confirmed')
GROUP BY drops.id, user_id HAVING sum(quantity - returned) > limit_per_customer

UNION ALL
SELECT format('order %s: %s after the drop was over', orders.id, status)
FROM orders JOIN drops ON drops.id = drop_id
WHERE placed_at >= ends_at OR placed_at >= cancelled_at OR closed_at >= cancelled_at
    AND status = 'confirmed'

UNION ALL
SELECT format('order %s: recorded as %s %s times', substr(subject, 7), kind, count(*))
FROM outbox_events
WHERE kind IN ('OrderPlaced', 'OrderLapsed', 'OrderCancelled', 'OrderConfirmed')
GROUP BY subject, kind HAVING count(*) > 1

UNION ALL
SELECT format('order %s: gone', substr(subject, 7)) FROM outbox_events
WHERE kind = 'OrderPlaced'
    AND NOT EXISTS (SELECT FROM orders WHERE orders.id::text = substr(subject, 7))

UNION ALL
SELECT format('key %s: %s orders, recorded %s times', key, count(orders.id), coalesce(events, 0))
FROM idempotency_keys
LEFT JOIN orders ON orders.id::text = outcome ->> 'order_id'
LEFT JOIN (
    SELECT substr(subject, 7) AS id, count(*) AS events FROM outbox_events
    WHERE kind = 'OrderPlaced' GROUP BY subject
) AS placed ON placed.id = outcome ->> 'order_id'
WHERE outcome ->> 'code' = 'placed'
GROUP BY idempotency_keys.user_id, key, events
HAVING count(orders.id) <> count(*) OR coalesce(events, 0) <> 1

UNION ALL
SELECT format('key %s: executed %s times', key, count(*)) FROM idempotency_keys
GROUP BY user_id, key HAVING count(*) > 1

UNION ALL
SELECT format('order %s: recorded without a key', substr(subject, 7)) FROM outbox_events
WHERE kind = 'OrderPlaced' AND at > clock_timestamp() - interval '72 hours' AND NOT EXISTS (
    SELECT FROM idempotency_keys WHERE outcome ->> 'order_id' = substr(subject, 7))

UNION ALL
SELECT format('place of %s for SKU %s: %s', entry.user_id, sku_id, CASE
    WHEN orders.id IS NULL THEN 'its offer is no order' ELSE 'its offer is ' || status END)
FROM waitlist_entries AS entry LEFT JOIN orders ON orders.id = offer_id
    AND orders.user_id = entry.user_id AND offered_sku_id = sku_id
WHERE offer_id IS NOT NULL AND status IS DISTINCT FROM 'placed'

UNION ALL
SELECT format('offer %s: nobody waited for it', orders.id) FROM orders
WHERE status = 'placed' AND offered_sku_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM waitlist_entries WHERE offer_id = orders.id)

UNION ALL
SELECT format('person %s: %s offers of SKU %s at once', user_id, count(*), offered_sku_id)
FROM orders WHERE status = 'placed' AND offered_sku_id IS NOT NULL
GROUP BY user_id, offered_sku_id HAVING count(*) > 1

UNION ALL
SELECT format('order %s, %s: keeps %s for goods of %s', id, status, kept, worth)
FROM orders CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount - refund_due), 0) AS kept FROM payments
    WHERE order_id = orders.id AND payments.status NOT IN ('pending', 'declined')
) AS payment CROSS JOIN LATERAL (
    SELECT coalesce(sum((quantity - returned) * price), 0) AS worth FROM order_lines
    WHERE order_id = orders.id AND orders.status = 'confirmed'
) AS line
WHERE kept <> worth AND EXISTS (SELECT FROM payments WHERE order_id = orders.id)
"""


def broken() -> list[str]:
    """Everything that should not be, a sentence each, in the database of the open context."""
    with db.engine.connect() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        return sorted(connection.scalars(text(RULES)))
