"""The step that sums up the days of creators. A day is one of the creator's time zone."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from livedrop.lib.db import Tx

# Of creators with a drop in the last days, and for three days back in case nobody looked. Days on
# which nothing was sold are marked too, so that each is summed up once.
END = text("""
    WITH creator AS (
        SELECT DISTINCT creator_id, time_zone FROM drops JOIN users ON users.id = creator_id
        WHERE published_at IS NOT NULL
            AND ends_at > (SELECT clock_timestamp() - interval '5 days')
            AND starts_at < (SELECT clock_timestamp())
    ), over AS (
        SELECT creator_id, day::date AS day FROM creator CROSS JOIN LATERAL
            (SELECT date_trunc('day', clock_timestamp() AT TIME ZONE time_zone) AS today) AS clock
        CROSS JOIN generate_series(today - interval '3 days', today - interval '1 day',
            interval '1 day') AS day
    ), marked AS (
        INSERT INTO day_marks (creator_id, day)
        SELECT creator_id, day FROM over WHERE NOT EXISTS (
            SELECT FROM day_marks AS mark
            WHERE mark.creator_id = over.creator_id AND mark.day = over.day)
        ORDER BY creator_id, day LIMIT :most
        ON CONFLICT DO NOTHING RETURNING creator_id, day
    ), sold AS (
        SELECT marked.creator_id, marked.day, currency, count(DISTINCT orders.id) AS orders,
            sum(quantity - returned) AS units, sum((quantity - returned) * price) AS amount
        FROM marked JOIN users ON users.id = marked.creator_id
        JOIN drops ON drops.creator_id = marked.creator_id
        JOIN orders ON drop_id = drops.id AND orders.status = 'confirmed'
            AND closed_at >= day::timestamp AT TIME ZONE time_zone
            AND closed_at < (day + 1)::timestamp AT TIME ZONE time_zone
        JOIN order_lines ON order_id = orders.id
        WHERE drops.ends_at > (SELECT clock_timestamp() - interval '5 days')
        GROUP BY 1, 2, 3
    )
    SELECT creator_id, day, coalesce(sum(orders), 0)::int AS orders,
        coalesce(sum(units), 0)::int AS units, coalesce(jsonb_object_agg(currency, amount::bigint)
            FILTER (WHERE currency IS NOT NULL), '{}') AS amounts
    FROM marked LEFT JOIN sold USING (creator_id, day) GROUP BY 1, 2 ORDER BY 2, 1
""")


@dataclass(frozen=True, slots=True)
class Ended:
    """What was sold on one day; `amounts` are minor units by currency."""

    creator_id: int
    day: date
    orders: int
    units: int
    amounts: dict[str, int]


def end(tx: Tx, most: int) -> list[Ended]:
    """Days that are over and were not summed up yet. Each is answered once, whoever asks."""
    return [Ended(*row) for row in tx.execute(END, {"most": most})]
