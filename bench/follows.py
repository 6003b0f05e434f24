"""Whether lists of follows stay flat however deep one goes, and what other shapes would cost.

The statements are the application's own, caught as it sends them; the other shapes are the same
statements, changed in the one place that is compared. All are timed in turn on one connection.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from statistics import median
from time import monotonic, perf_counter
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import TextClause, event

from bench.database import Database, settings
from bench.report import Goal, Section, spread
from bench.stage import Stage
from deploy.local.console import Refusal, step
from livedrop import create_app
from livedrop.extensions import db
from livedrop.follows import queries, steps

CREATORS = 2000  # all of whom one person follows
PARTS = 16
PRESSERS = 16  # who follow at the same time
PEOPLE_EACH = 50  # that each of them presses for
DEPTHS = 0.9  # of all followers of one creator

PEOPLE = """
INSERT INTO users (email, handle, display_name, password_hash)
SELECT 'w' || n || '@example.com', 'w' || n, 'Follower', '' FROM generate_series(1, %(rows)s) AS n
"""
MAKERS = """
WITH person AS (
    INSERT INTO users (email, handle, display_name, password_hash)
    SELECT 'm' || n || '@example.com', 'm' || n, 'Maker', ''
    FROM generate_series(1, %(creators)s) AS n RETURNING id, handle, display_name
)
INSERT INTO creators (id, handle, display_name) SELECT * FROM person RETURNING id
"""
PRESSERS_THERE = """
INSERT INTO users (email, handle, display_name, password_hash)
SELECT 'p' || n || '@example.com', 'p' || n, 'Presser', '' FROM generate_series(1, %(count)s) AS n
RETURNING id
"""
# Everybody follows the star, and one other; the fan follows all.
FOLLOWS = """
INSERT INTO follows (follower_id, creator_id, since)
SELECT users.id, %(star)s, now() - nth * interval '1 second' FROM (
    SELECT id, row_number() OVER (ORDER BY id DESC) AS nth FROM users WHERE handle LIKE 'w%%'
) AS users;
INSERT INTO follows (follower_id, creator_id, since)
SELECT users.id, creators.id, now() - users.id * interval '1 second'
FROM users JOIN (SELECT id, row_number() OVER (ORDER BY id) AS nth FROM creators) AS creators
    ON nth = users.id %% %(creators)s + 1
WHERE users.handle LIKE 'w%%' AND creators.id <> %(star)s;
INSERT INTO follows (follower_id, creator_id, since)
SELECT %(fan)s, id, now() - id * interval '1 second' FROM creators ON CONFLICT DO NOTHING
"""
PARTED = sql.SQL("""
CREATE TABLE follows_parted (LIKE follows INCLUDING DEFAULTS) PARTITION BY HASH (creator_id);
{parts};
INSERT INTO follows_parted SELECT * FROM follows;
ALTER TABLE follows_parted ADD PRIMARY KEY (follower_id, creator_id);
CREATE INDEX ON follows_parted (creator_id, since DESC, follower_id DESC);
CREATE INDEX ON follows_parted (follower_id, since DESC, creator_id DESC)
""")
PART = sql.SQL(
    "CREATE TABLE {} PARTITION OF follows_parted FOR VALUES WITH (MODULUS {}, REMAINDER {})"
)
STARS_LAST = """
SELECT since, follower_id FROM follows WHERE creator_id = %s
ORDER BY since DESC, follower_id DESC OFFSET %s LIMIT 1
"""
FANS_LAST = """
SELECT since, creator_id FROM follows WHERE follower_id = %s
ORDER BY since DESC, creator_id DESC OFFSET %s LIMIT 1
"""


@dataclass(frozen=True)
class Statement:
    """What is sent, and with which values."""

    sql: str
    values: dict[str, Any]

    def elsewhere(self) -> "Statement":
        """The same, asked of the table in partitions."""
        return Statement(re.sub(r"\bfollows\b", "follows_parted", self.sql), self.values)

    def at(self, offset: int) -> "Statement":
        """The same, so many rows further on, which are counted off."""
        return Statement(f"{self.sql} OFFSET {offset}", self.values)

    def behind(self, old: Sequence[Any], new: Sequence[Any]) -> "Statement":
        """The same, beginning behind another row."""
        swap = dict(zip(old, new, strict=True))
        return Statement(self.sql, {name: swap.get(v, v) for name, v in self.values.items()})

    def with_or(self) -> "Statement":
        """The same, the row comparison written out."""
        value = r"(%\(\w+\)s::[\w ]+)"
        pair = rf"\((\S+), (\S+)\) < \({value}, {value}\)"
        written = r"(\1 < \3 OR (\1 = \3 AND \2 < \4))"
        changed, times = re.subn(pair, written, self.sql)
        if times != 1:
            raise Refusal(f"There is no row comparison in {self.sql}")
        return Statement(changed, self.values)


Times = dict[str, list[float]]  # the median of each reading, in ms


def run(stage: Stage) -> Section:
    """Fill the tables, time every statement in turn, and say what came of the goals."""
    rows = stage.options.rows
    app = create_app(settings(stage.database.url))
    star, fan, pressers = _fill(stage.database, rows)
    with app.app_context():
        statements = _statements(stage.database, star, fan, int(rows * DEPTHS))
        db.engine.dispose()
    times: Times = {name: [] for name in statements}
    with stage.database.connection() as connection:
        # Or one statement would be planned each time, and another not.
        connection.execute("SET jit = off; SET plan_cache_mode = force_generic_plan")
        for _ in range(stage.options.rounds):
            for name, statement in statements.items():
                times[name].append(_reading(connection, statement, stage.options.seconds / 4))
    presses = [_presses(stage, star, pressers) for _ in range(stage.options.rounds)]
    return _section(stage, times, presses)


# --- rows ---


def _fill(where: Database, rows: int) -> tuple[int, int, list[int]]:
    """Write everybody; the ids of the star, of the fan, and of those who press."""
    with where.connection() as connection, step(f"Writing {rows:,} followers of one creator"):
        star = connection.execute(MAKERS, {"creators": CREATORS}).fetchone()[0]
        connection.execute(PEOPLE, {"rows": rows})
        fan, *pressers = [
            row[0]
            for row in connection.execute(PRESSERS_THERE, {"count": PRESSERS * PEOPLE_EACH + 1})
        ]
        for statement in FOLLOWS.split(";"):
            connection.execute(statement, {"star": star, "creators": CREATORS, "fan": fan})
        for counting in (steps.COUNT, steps.COUNT_DAYS):
            connection.execute(_raw(counting), {})
        parts = sql.SQL(";").join(
            PART.format(sql.Identifier(f"follows_part_{n}"), sql.Literal(PARTS), sql.Literal(n))
            for n in range(PARTS)
        )
        connection.execute(PARTED.format(parts=parts))
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    return star, fan, pressers


# --- statements ---


def _statements(where: Database, star: int, fan: int, depth: int) -> dict[str, Statement]:
    first = _caught(lambda: queries.followers_page(star))
    page = queries.followers_page(star)
    second = _caught(lambda: queries.followers_page(star, cursor=page.next_cursor))
    last = (page.items[-1].since, page.items[-1].id)
    with where.connection() as connection:
        deep = second.behind(last, connection.execute(STARS_LAST, (star, depth)).fetchone())
        mine = _caught(lambda: queries.following_page(fan))
        far = int(CREATORS * DEPTHS)
        begin = queries.following_page(fan)
        further = _caught(lambda: queries.following_page(fan, cursor=begin.next_cursor))
        end = (begin.items[-1].since, begin.items[-1].creator.id)
        deep_mine = further.behind(end, connection.execute(FANS_LAST, (fan, far)).fetchone())
    follows = _caught(lambda: queries.pressed(fan, ["m1"]))
    return {
        "followers": first,
        "followers deep": deep,
        "followers offset": first.at(depth),
        "followers or": deep.with_or(),
        "followers parted": first.elsewhere(),
        "following": mine,
        "following deep": deep_mine,
        "following parted": mine.elsewhere(),
        "follows": follows,
        "follows parted": follows.elsewhere(),
        "count": _caught(lambda: queries.followers_of([star])),
        "count rows": Statement(f"SELECT count(*) FROM follows WHERE creator_id = {star}", {}),
    }


def _caught(ask: Callable[[], object]) -> Statement:
    """The only statement that the application sends for this."""
    sent: list[Statement] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        sent.append(Statement(statement, dict(values)))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    (only,) = sent
    return only


def _reading(connection: psycopg.Connection, statement: Statement, seconds: float) -> float:
    """The median of as many executions as there is time for, five at least, in ms."""
    found: list[float] = []
    end = monotonic() + seconds
    while len(found) < 5 or monotonic() < end:
        begun = perf_counter()
        connection.execute(statement.sql.encode(), statement.values, prepare=True).fetchall()
        found.append((perf_counter() - begun) * 1000)
    return median(found)


# --- many who follow one creator at the same time ---


def _presses(stage: Stage, star: int, pressers: list[int]) -> tuple[float, float]:
    """Presses per second with the count in shards, and in one row."""
    seconds = stage.options.seconds
    many = (steps.BEGIN, steps.END)
    one = [TextClause(str(each).replace(f"% {steps.SHARDS}", "% 1")) for each in many]
    return _rate(stage, star, pressers, many, seconds), _rate(stage, star, pressers, one, seconds)


def _rate(
    stage: Stage, star: int, pressers: list[int], both: Sequence[TextClause], seconds: float
) -> float:
    """To follow and to stop it, by turns, each committed to disk."""

    def press(people: list[int]) -> int:
        done, end = 0, monotonic() + seconds
        with stage.database.connection() as connection:
            for follower, statement in _turns(people, both):
                if monotonic() > end and done % 2 == 0:
                    return done
                facts = {"follower": follower, "creator": star}
                connection.execute(statement, facts, prepare=True)
                done += 1
        return done

    shares = [pressers[n::PRESSERS] for n in range(PRESSERS)]
    with ThreadPoolExecutor(PRESSERS) as pool:
        return sum(pool.map(press, shares)) / seconds


def _turns(people: list[int], both: Sequence[TextClause]) -> Iterator[tuple[int, bytes]]:
    begin, end = map(_raw, both)
    for person in cycle(people):
        yield person, begin
        yield person, end


def _raw(statement: TextClause) -> bytes:
    """As the driver wants it."""
    return re.sub(r"(?<!:):(\w+)", r"%(\1)s", str(statement).replace("%", "%%")).encode()


# --- what came of it ---


def _section(stage: Stage, times: Times, presses: list[tuple[float, float]]) -> Section:
    depth, far = int(stage.options.rows * DEPTHS), int(CREATORS * DEPTHS)
    rounds, seconds = stage.options.rounds, stage.options.seconds / 4

    def over(name: str, other: str) -> list[float]:
        return [a / b for a, b in zip(times[name], times[other], strict=True)]

    def row(what: str, name: str, other: str) -> tuple[object, ...]:
        return (what, spread(times[name]), spread(times[other]), spread(over(name, other)))

    return Section(
        name="follows",
        title=f"{stage.options.rows:,} followers of one creator",
        server=stage.database.server_version(),
        columns=("what, against what", "ms", "against ms", "ratio"),
        rows=[
            row(f"page of followers at depth {depth:,}, at 0", "followers deep", "followers"),
            row("the same by OFFSET, at 0", "followers offset", "followers"),
            row("the same with OR, at 0", "followers or", "followers"),
            row(f"page of whom one follows at depth {far:,}, at 0", "following deep", "following"),
            row(
                f"first page of followers, {PARTS} parts, one table",
                "followers parted",
                "followers",
            ),
            row(f"whom one follows, {PARTS} parts, one table", "following parted", "following"),
            row(f"does one follow, {PARTS} parts, one table", "follows parted", "follows"),
            row("followers by count(*), by the sum of shards", "count rows", "count"),
        ],
        notes=[
            f"{rounds} rounds; a reading is the median of {seconds:g} s of one statement"
            " after the other on one connection, prepared, answer fetched;"
            " median [lowest-highest] of the rounds. Ratios are within a round.",
            "The table has two rows for each of these followers, and one person follows"
            f" {CREATORS:,} creators. Parts are hash partitions by creator with the same indexes.",
            f"{PRESSERS} people at a time who follow one creator and stop it:"
            f" {spread([many for many, _ in presses])} presses per second with the count in"
            f" {steps.SHARDS} shards, {spread([one for _, one in presses])} in one row:"
            f" {spread([many / one for many, one in presses])} times as many.",
        ],
        goals=[
            Goal(
                f"page of followers at depth {depth:,} / at 0",
                2,
                median(over("followers deep", "followers")),
                at_most=True,
            ),
            Goal(
                f"page of whom one follows at depth {far:,} / at 0",
                2,
                median(over("following deep", "following")),
                at_most=True,
            ),
        ],
    )
