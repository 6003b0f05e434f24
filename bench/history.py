"""Whether an order takes longer when there are millions of old ones: with and without, in turn."""

from dataclasses import dataclass
from statistics import median

import psycopg

from bench import database, world
from bench.crowd import buyers
from bench.database import Database
from bench.open import Answers, Stream, measure, percentiles, poisson
from bench.report import Goal, Section, spread
from bench.stage import Stage
from bench.web import Web, serving
from bench.world import Person
from deploy.local.console import Refusal, say, step

ORDERS = 150  # per second
CONNECTIONS = 100
WARM = 2  # seconds
PLACED = frozenset({"303"})
PER_DROP = 10_000  # old orders
EVERYBODY = 100_000  # people who may have ordered, those who order now among them

PEOPLE = """
INSERT INTO users (email, handle, display_name, password_hash, confirmed_at)
SELECT 'o' || n || '@example.com', 'o' || n, 'Old customer', '', now()
FROM generate_series((SELECT count(*) FROM users) + 1, %(everybody)s) AS n
"""
NUMBERED = """
CREATE TEMP TABLE person AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM users;
CREATE UNIQUE INDEX ON person (n);
ANALYZE person
"""
# One drop that is over, all of it confirmed. The ids are in order of time, as those of the
# application: 48 bits of milliseconds, the version, and chance.
OLD_DROP = """
WITH old AS (
    UPDATE drops SET starts_at = now() - %(days)s * interval '1 day',
        ends_at = now() - %(days)s * interval '1 day' + interval '1 hour',
        published_at = now() - (%(days)s + 1) * interval '1 day'
    WHERE id = %(drop)s RETURNING id, starts_at
), made AS MATERIALIZED (
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
            || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15)
        )::uuid AS id, old.id AS drop_id, at, person.id AS user_id
    FROM old, generate_series(0, %(count)s - 1) AS nth
    CROSS JOIN LATERAL (SELECT starts_at + nth * interval '0.3 seconds' AS at) AS instant
    JOIN person ON person.n = (%(days)s * 7919 + nth) %% (SELECT count(*) FROM person)
    ORDER BY nth
), line AS (
    INSERT INTO order_lines (order_id, sku_id, quantity, price)
    SELECT id, %(sku)s, 1, 4500 FROM made
), units AS (
    UPDATE stock SET claimed = %(count)s WHERE sku_id = %(sku)s
)
INSERT INTO orders (id, drop_id, user_id, status, placed_at, pay_by, due_at, closed_at)
SELECT id, drop_id, user_id, 'confirmed', at, at + interval '90 seconds',
    at + interval '90 seconds', at + interval '20 seconds' FROM made
"""


@dataclass(frozen=True)
class Side:
    """One of the two shops that are compared."""

    database: Database
    people: list[Person]
    shop: Web


@dataclass(frozen=True)
class Round:
    """One reading of each, taken one right after the other."""

    young: Answers
    old: Answers

    def ratio(self, percentile: int) -> float:
        young, old = (list(percentiles(some.all))[percentile] for some in (self.young, self.old))
        return old / young


def run(stage: Stage) -> Section:
    """Fill a second database, measure both in turn, and say what came of the goal."""
    count = (stage.options.seconds + WARM) * ORDERS * 5 // 4
    young, young_people = stage.database, buyers(stage.database, stage.people, count)
    with database.fresh(young.url, f"{database.NAME}_old") as old:
        old_people = buyers(old, [], count)
        size = fill(old, stage.options.rows, EVERYBODY)
        with serving("wsgi:app", young.url) as first, serving("wsgi:app", old.url) as second:
            sides = Side(young, young_people, first), Side(old, old_people, second)
            young.forget_statements()  # of both: the server counts them in one place
            rounds = [_round(stage, *sides, turn) for turn in range(stage.options.rounds)]
        statements = _dearest(young), _dearest(old)
    return _section(stage, rounds, size, statements)


def fill(old: Database, orders: int, everybody: int) -> str:
    """Write so many people and, drop by drop, old orders, with every index and key in place; how
    large it got."""
    with old.connection() as connection:
        connection.execute(PEOPLE, {"everybody": everybody})
        connection.execute(NUMBERED)
        with step(f"Writing {orders:,} old orders"):
            for days in range(-(-orders // PER_DROP), 0, -1):
                count = min(PER_DROP, orders)
                _write_drop(old, connection, days, count)
                orders -= count
        with step("Letting Postgres tidy up, as it would by itself"):
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")
        row = connection.execute(
            "SELECT pg_size_pretty(pg_database_size(current_database()))"
        ).fetchone()
    return str(row[0])


def _write_drop(old: Database, connection: psycopg.Connection, days: int, count: int) -> None:
    drop = world.live_drop(old, units=count)
    which = {"drop": drop.id, "sku": drop.sku_id, "days": days, "count": count}
    connection.execute(OLD_DROP, which)


def _round(stage: Stage, young: Side, old: Side, turn: int) -> Round:
    """Whoever was first in one round is second in the next."""
    order = [young, old] if turn % 2 == 0 else [old, young]
    found = {side.database.url: _orders(side, stage.options.seconds) for side in order}
    both = Round(found[young.database.url], found[old.database.url])
    say(f"p50 {both.ratio(0):.2f}, p95 {both.ratio(1):.2f} times as long with old orders")
    return both


def _orders(side: Side, seconds: float) -> Answers:
    """Let everybody order once in a new drop with enough for all."""
    drop = world.live_drop(side.database, units=len(side.people))
    requests = [world.order(person, drop) for person in side.people]

    def send(some: list[bytes], seconds: float) -> Answers:
        due = poisson(seconds, lambda at: ORDERS)
        return measure(side.shop, [Stream(due, some, PLACED, CONNECTIONS)])[0]

    warm = len(requests) * WARM // (int(seconds) + WARM)
    send(requests[:warm], WARM)
    found = send(requests[warm:], seconds)
    if found.errors:
        raise Refusal(f"This run does not count: {found.errors}")
    return found


def _dearest(where: Database) -> str:
    """The statements on which most time was spent, and how long each took."""
    spent = sorted(where.statements(), key=lambda one: one.calls * one.mean, reverse=True)
    return "; ".join(
        f"{one.calls} of `{' '.join(one.text.split())[:30]}` ({one.mean:.2f} ms)"
        for one in spent[:4]
    )


def _section(stage: Stage, rounds: list[Round], size: str, statements: tuple[str, str]) -> Section:
    old_orders = stage.options.rows

    def row(what: str, answers: list[Answers]) -> tuple[object, ...]:
        readings = zip(*(percentiles(some.all) for some in answers), strict=True)
        return (what, *(spread(list(reading)) for reading in readings))

    late = [some.lateness for r in rounds for some in (r.young, r.old)]
    lateness = list(percentiles([ms for some in late for ms in some]))
    return Section(
        name="history",
        title=f"{ORDERS} orders/s with {old_orders:,} old orders and with none",
        server=stage.database.server_version(),
        columns=("what", "p50 ms", "p95 ms", "p99 ms"),
        rows=[
            row("orders, no old ones", [r.young for r in rounds]),
            row(f"orders, {old_orders:,} old ones", [r.old for r in rounds]),
            (
                "the latter / the former",
                *(spread([r.ratio(p) for r in rounds]) for p in range(3)),
            ),
        ],
        notes=[
            f"{len(rounds)} rounds of {stage.options.seconds} s each, by turns,"
            " median [lowest-highest]. Open loop, Poisson arrivals: latencies count from when a"
            " request was due.",
            f"{EVERYBODY:,} people with old orders in {-(-old_orders // PER_DROP):,} drops that"
            f" are over; who orders is one of them. That database has {size}.",
            f"The client itself was {lateness[0]:.2f} ms late at p50, {lateness[1]:.2f} ms at p95.",
            f"Statements without old orders: {statements[0]}.",
            f"Statements with old orders: {statements[1]}.",
        ],
        goals=[
            Goal(
                "p95 with old orders / p95 without",
                1.2,
                median(r.ratio(1) for r in rounds),
                at_most=True,
            ),
        ],
    )
