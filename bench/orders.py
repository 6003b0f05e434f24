"""Orders by browser form on one hot SKU, against honest SQL and against no database at all."""

import time
from collections import Counter
from dataclasses import dataclass
from statistics import median

from bench import honest, world
from bench.closed import Flood, flood
from bench.database import Statement
from bench.report import Goal, Section, spread
from bench.stage import CONNECTIONS, Stage
from bench.web import Web, serving
from bench.world import Drop
from deploy.local.console import Refusal, say

UNITS = 10_000_000
FEW = 64  # connections at which callers still share a transaction
PATIENCE = 3  # seconds; nobody's order takes longer than its deadline of two


@dataclass(frozen=True)
class Round:
    """One reading of everything, taken one right after the other."""

    honest: float  # per second, as are the next
    bare: Flood
    checked: Flood
    orders: Flood
    statements: list[Statement]

    @property
    def statements_per_order(self) -> float:
        return sum(statement.calls for statement in self.statements) / self.orders.requests


def run(stage: Stage) -> Section:
    """Measure, count the rows, and say what came of the goals."""
    url = stage.database.url
    with (
        serving("bench.bare:app", url) as bare,
        serving("bench.checked:app", url) as checked,
        serving("wsgi:app", url) as shop,
    ):
        rounds = [_round(stage, bare, checked, shop) for _ in range(stage.options.rounds)]
    with serving("wsgi:app", url) as quieter:
        drop = world.live_drop(stage.database, UNITS)
        requests = [world.order(person, drop) for person in stage.people]
        flood(quieter, requests, connections=FEW, seconds=stage.options.seconds)
    return _section(stage, rounds, shop.batches, quieter.batches)


def _round(stage: Stage, bare: Web, checked: Web, shop: Web) -> Round:
    drop = world.live_drop(stage.database, UNITS)
    requests = [world.order(person, drop) for person in stage.people]
    seconds = stage.options.seconds

    def measure(web: Web) -> Flood:
        flood(web, requests, connections=CONNECTIONS, seconds=1)  # to get warm
        return flood(web, requests, connections=CONNECTIONS, seconds=seconds)

    found = Round(
        honest=honest.orders_per_second(stage.database, seconds),
        bare=measure(bare),
        checked=measure(checked),
        orders=counted(stage, shop, drop, requests),
        statements=stage.database.statements(),
    )
    say(
        f"orders {found.orders.rate:.0f}/s, honest {found.honest:.0f}/s, "
        f"checked {found.checked.rate:.0f}/s, bare {found.bare.rate:.0f}/s"
    )
    return found


def counted(stage: Stage, shop: Web, drop: Drop, requests: list[bytes]) -> Flood:
    """Flood the shop; every success must be an order, a line, a key, an event and a unit."""
    flood(shop, requests, connections=CONNECTIONS, seconds=1)
    before = _settled(stage, drop)
    stage.database.forget_statements()
    orders = flood(shop, requests, connections=CONNECTIONS, seconds=stage.options.seconds)
    after = _settled(stage, drop)
    unheard = after - before - orders.requests  # answered when the load generator had hung up
    if orders.errors or orders.refused or not 0 <= unheard <= CONNECTIONS:
        raise Refusal(f"This run does not count: {orders}, but {after - before} orders.")
    return orders


def _settled(stage: Stage, drop: Drop) -> int:
    """Orders in the drop once no more can come in; what they claim must agree."""
    time.sleep(PATIENCE)
    with stage.database.connection() as connection:
        row = connection.execute(
            "SELECT claimed, (SELECT count(*) FROM orders WHERE drop_id = %(drop)s),"
            " (SELECT sum(quantity) FROM order_lines WHERE sku_id = %(sku)s),"
            " (SELECT count(*) FROM outbox_events"
            "  WHERE kind = 'OrderPlaced' AND (payload ->> 'drop_id')::bigint = %(drop)s)"
            " FROM stock WHERE sku_id = %(sku)s",
            {"drop": drop.id, "sku": drop.sku_id},
        ).fetchone()
    assert row is not None
    claimed, orders, units, events = row
    if not claimed == orders == (units or 0) == events:
        raise Refusal(f"claimed {claimed}, orders {orders}, units {units}, events {events}")
    return int(orders)


def _section(
    stage: Stage, rounds: list[Round], batches: Counter[int], fewer: Counter[int]
) -> Section:
    def rates(floods: list[Flood]) -> list[float]:
        return [flood.rate for flood in floods]

    def row(what: str, floods: list[Flood]) -> tuple[object, ...]:
        tail = (median(getattr(flood, p) for flood in floods) for p in ("p50", "p95", "p99"))
        return (what, spread(rates(floods)), *tail, floods[-1].cpu)

    last = rounds[-1].statements
    return Section(
        name="orders",
        title=f"one hot SKU, {CONNECTIONS} connections, {len(stage.people)} buyers, four workers",
        server=stage.database.server_version(),
        columns=("what", "per second", "p50 ms", "p95 ms", "p99 ms", "CPU µs, web / all"),
        rows=[
            row("orders by browser form", [r.orders for r in rounds]),
            (
                f"one honest order at a time, pgbench, {honest.CLIENTS} clients",
                spread([r.honest for r in rounds]),
                *("",) * 4,
            ),
            row("the same POST with all checks and no database", [r.checked for r in rounds]),
            row("a bare POST without checks or database", [r.bare for r in rounds]),
        ],
        notes=[
            f"{len(rounds)} rounds of {stage.options.seconds} s, median [lowest-highest]; ratios"
            " are medians of the ratios within a round. Closed loop: latencies hide queueing."
            " CPU is that of the last round, for each request: of the web processes, and of"
            " everything, Postgres and the load generator included.",
            f"Batches of all rounds: {_sizes(batches)}.",
            f"Batches of one more reading with {FEW} connections: {_sizes(fewer)}.",
            f"Statements of the last round: {_calls(last)}.",
            "Rows = successes: orders, lines, events and claimed units agree, and exceed the"
            f" answers by no more than the {CONNECTIONS} connections cut off at the end.",
        ],
        goals=[
            Goal("orders / honest orders", 2.3, _ratio([r.orders.rate / r.honest for r in rounds])),
            Goal(
                "orders / POST with all checks",
                0.4,
                _ratio([r.orders.rate / r.checked.rate for r in rounds]),
            ),
            Goal("orders / bare POST", 0.25, _ratio([r.orders.rate / r.bare.rate for r in rounds])),
            Goal(
                "SQL statements per order",
                0.5,
                _ratio([r.statements_per_order for r in rounds]),
                at_most=True,
            ),
            Goal(f"callers in the median batch at {FEW} connections", 2, median(fewer.elements())),
        ],
    )


_ratio = median


def _sizes(batches: Counter[int]) -> str:
    total = sum(batches.values())
    callers = sum(size * count for size, count in batches.items())
    if not total:
        return "none"
    sizes = sorted(batches.elements())
    return (
        f"{total}, mean {callers / total:.1f}, median {sizes[total // 2]}, "
        f"nine in ten up to {sizes[total * 9 // 10]}, largest {sizes[-1]}"
    )


def _calls(statements: list[Statement]) -> str:
    top = statements[:8]
    return "; ".join(
        f"{s.calls} of `{' '.join(s.text.split())[:40]}` ({s.mean:.2f} ms)" for s in top
    )
