"""What processes counted is added up, and forgotten when nobody asks for it any more."""

import json
from collections.abc import Collection, Mapping

from sqlalchemy import text

from livedrop.lib.db import transaction

# In order, as all who change several of these rows lock them.
ADD = text(
    "INSERT INTO refusal_counts AS known (drop_id, minute, reason, tries)"
    " SELECT drop_id, date_trunc('minute', clock_timestamp()), reason, tries"
    " FROM json_to_recordset(CAST(:counts AS json))"
    "  AS new (drop_id bigint, reason text, tries int) ORDER BY drop_id, reason"
    " ON CONFLICT (drop_id, minute, reason) DO UPDATE SET tries = known.tries + excluded.tries"
)
ADD_DAYS = text(
    "INSERT INTO drop_days AS known (drop_id, day, what, number)"
    " SELECT drop_id, (clock_timestamp() AT TIME ZONE 'UTC')::date, what, sum(number)"
    " FROM json_to_recordset(CAST(:counts AS json))"
    "  AS new (drop_id bigint, what text, number bigint) GROUP BY 1, 2, 3 ORDER BY 1, 3"
    " ON CONFLICT (drop_id, day, what) DO UPDATE SET number = known.number + excluded.number"
)
TURN_AWAY = text(
    "INSERT INTO turned_away (drop_id, user_id)"
    " SELECT drop_id, user_id FROM json_to_recordset(CAST(:people AS json))"
    "  AS new (drop_id bigint, user_id bigint) ORDER BY 1, 2"
    " ON CONFLICT DO NOTHING RETURNING drop_id"
)
WATCH = text(
    "WITH gone AS (DELETE FROM watching WHERE process = :process"
    "  AND drop_id <> ALL(CAST(:drop_ids AS bigint[])))"
    " INSERT INTO watching AS known (drop_id, process, sockets)"
    " SELECT drop_id, :process, sockets FROM json_to_recordset(CAST(:counts AS json))"
    "  AS new (drop_id bigint, sockets int)"
    " ON CONFLICT (drop_id, process) DO UPDATE SET sockets = excluded.sockets,"
    "  at = clock_timestamp()"
)
PURGE_WATCHING = text("DELETE FROM watching WHERE at < clock_timestamp() - interval '1 minute'")
# Not by an index: there is little of it, and it is looked for once an hour.
PURGE_REFUSALS = text(
    "DELETE FROM refusal_counts WHERE (drop_id, minute, reason) IN ("
    "  SELECT drop_id, minute, reason FROM refusal_counts"
    "  WHERE minute < (SELECT clock_timestamp()) - interval '30 days'"
    "  LIMIT :chunk FOR UPDATE SKIP LOCKED)"
)
PURGE_TURNED_AWAY = text(
    "DELETE FROM turned_away WHERE (drop_id, user_id) IN ("
    "  SELECT drop_id, user_id FROM turned_away"
    "  WHERE at < (SELECT clock_timestamp()) - interval '30 days'"
    "  LIMIT :chunk FOR UPDATE SKIP LOCKED)"
)
CHUNK = 1000  # rows in one transaction


def count_refusals(tries: Mapping[tuple[int, str], int]) -> None:
    """Add tries that were refused, by drop id and reason, to the present minute and day."""
    counts = [
        {"drop_id": drop_id, "reason": reason, "tries": number}
        for (drop_id, reason), number in tries.items()
    ]
    with transaction() as tx:
        tx.execute(ADD, {"counts": json.dumps(counts)})
        by_day = [
            {"drop_id": one["drop_id"], "what": "refused", "number": one["tries"]} for one in counts
        ]
        tx.execute(ADD_DAYS, {"counts": json.dumps(by_day)})


def count_interest(views: Mapping[int, int], people: Collection[tuple[int, int]]) -> None:
    """Add views of drops, by drop id, and people (drop id, user id) who were turned away, each of
    them once, to the present day."""
    counts = [
        {"drop_id": drop_id, "what": "view", "number": number} for drop_id, number in views.items()
    ]
    some = [{"drop_id": drop_id, "user_id": user_id} for drop_id, user_id in people]
    with transaction() as tx:
        new = tx.execute(TURN_AWAY, {"people": json.dumps(some)}).scalars()
        counts += [{"drop_id": drop_id, "what": "turned-away", "number": 1} for drop_id in new]
        tx.execute(ADD_DAYS, {"counts": json.dumps(counts)})


def count_watching(process: str, sockets: Mapping[int, int]) -> None:
    """Say how many sockets of a process listen to which drops now; to all others, none."""
    counts = [{"drop_id": drop_id, "sockets": number} for drop_id, number in sockets.items()]
    params = {"process": process, "drop_ids": list(sockets), "counts": json.dumps(counts)}
    with transaction() as tx:
        tx.execute(WATCH, params)


def purge_watching() -> int:
    """Forget what processes said that are gone; how many rows."""
    with transaction() as tx:
        return tx.execute(PURGE_WATCHING, {}).rowcount


def purge_refusals() -> int:
    """Forget refusals of thirty days ago, some at a time; how many rows."""
    with transaction() as tx:
        return tx.execute(PURGE_REFUSALS, {"chunk": CHUNK}).rowcount


def purge_turned_away() -> int:
    """Forget who was turned away thirty days ago, some at a time; how many. The numbers stay."""
    with transaction() as tx:
        return tx.execute(PURGE_TURNED_AWAY, {"chunk": CHUNK}).rowcount
