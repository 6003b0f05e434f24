"""Steps that write follows and their counts. Each takes the open transaction.

Row and counts change in one statement, the row first: who finds the row as they want it counts
nothing. Both statements take the row, the count and the day in the same order, so none waits in a
circle.
"""

from sqlalchemy import text

from livedrop.lib.db import Tx

SHARDS = 16  # parts of a creator's count: as many follows of one creator commit at a time

BEGIN = text(f"""
    WITH followed AS (
        INSERT INTO follows (follower_id, creator_id) VALUES (:follower, :creator)
        ON CONFLICT DO NOTHING
        RETURNING creator_id, (follower_id % {SHARDS})::smallint AS shard, since
    ), counted AS (
        INSERT INTO follower_counts AS old (creator_id, shard, followers)
        SELECT creator_id, shard, 1 FROM followed
        ON CONFLICT (creator_id, shard) DO UPDATE SET followers = old.followers + 1
    ), noted AS (
        INSERT INTO follower_days AS old (creator_id, day, shard, gained)
        SELECT creator_id, (since AT TIME ZONE 'UTC')::date, shard, 1 FROM followed
        ON CONFLICT (creator_id, day, shard) DO UPDATE SET gained = old.gained + 1
    )
    SELECT count(*) FROM followed
""")
END = text(f"""
    WITH unfollowed AS (
        DELETE FROM follows WHERE follower_id = :follower AND creator_id = :creator
        RETURNING creator_id, (follower_id % {SHARDS})::smallint AS shard
    ), counted AS (
        UPDATE follower_counts SET followers = followers - 1 FROM unfollowed
        WHERE follower_counts.creator_id = unfollowed.creator_id
            AND follower_counts.shard = unfollowed.shard
    ), noted AS (
        INSERT INTO follower_days AS old (creator_id, day, shard, lost)
        SELECT creator_id, (clock_timestamp() AT TIME ZONE 'UTC')::date, shard, 1 FROM unfollowed
        ON CONFLICT (creator_id, day, shard) DO UPDATE SET lost = old.lost + 1
    )
    SELECT count(*) FROM unfollowed
""")
FORGET = text("DELETE FROM follower_counts")
FORGET_DAYS = text("DELETE FROM follower_days")
COUNT = text(f"""
    INSERT INTO follower_counts (creator_id, shard, followers)
    SELECT creator_id, follower_id % {SHARDS}, count(*) FROM follows GROUP BY 1, 2
""")
COUNT_DAYS = text(f"""
    INSERT INTO follower_days (creator_id, day, shard, gained)
    SELECT creator_id, (since AT TIME ZONE 'UTC')::date, follower_id % {SHARDS}, count(*)
    FROM follows GROUP BY 1, 2, 3
""")


def begin(tx: Tx, follower_id: int, creator_id: int) -> bool:
    """Whether this changed anything; who comes while another does the same waits for it."""
    changed = tx.execute(BEGIN, {"follower": follower_id, "creator": creator_id})
    return bool(changed.scalar_one())


def end(tx: Tx, follower_id: int, creator_id: int) -> bool:
    """Whether this changed anything."""
    changed = tx.execute(END, {"follower": follower_id, "creator": creator_id})
    return bool(changed.scalar_one())


def count_anew(tx: Tx) -> None:
    """Count all follows after they were written in bulk, as if nobody had ever gone."""
    for statement in (FORGET, FORGET_DAYS, COUNT, COUNT_DAYS):
        tx.execute(statement)
