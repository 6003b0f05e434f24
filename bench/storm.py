"""The storm after the last claim: everybody is told all held, then sold out, almost all by the
latch; against the same POST with all its checks and no database."""

from dataclasses import dataclass
from statistics import median

from bench import world
from bench.closed import Flood, flood
from bench.report import Goal, Section, spread
from bench.stage import CONNECTIONS, Stage
from bench.web import Web, serving
from bench.world import Drop
from deploy.local.console import Refusal, say

PAY = (
    "UPDATE orders SET status = 'confirmed', closed_at = clock_timestamp()"
    " WHERE drop_id = %(drop)s AND status = 'placed'"
)


@dataclass(frozen=True)
class Round:
    """One reading of everything, taken one right after the other."""

    checked: Flood
    held: Flood
    sold: Flood
    statements: float  # of SQL per answer, both storms


def run(stage: Stage) -> Section:
    """Measure, and say what came of the goals."""
    url = stage.database.url
    with serving("bench.checked:app", url) as checked, serving("wsgi:app", url) as shop:
        rounds = [_round(stage, checked, shop) for _ in range(stage.options.rounds)]
    return _section(stage, rounds)


def _round(stage: Stage, checked: Web, shop: Web) -> Round:
    drop = world.live_drop(stage.database, units=1)
    requests = [world.order(person, drop) for person in stage.people]
    seconds = stage.options.seconds

    def measure(web: Web) -> Flood:
        flood(web, requests, connections=CONNECTIONS, seconds=1)  # to get warm
        return flood(web, requests, connections=CONNECTIONS, seconds=seconds)

    free = measure(checked)
    flood(shop, requests, connections=CONNECTIONS, seconds=1)  # somebody gets it
    stage.database.forget_statements()
    held = measure(shop)
    _pay(stage, drop)
    sold = measure(shop)
    calls = sum(statement.calls for statement in stage.database.statements())
    found = Round(free, held, sold, calls / (held.requests + sold.requests))
    for storm in (held, sold):
        if storm.errors or storm.refused < storm.requests:
            raise Refusal(f"This run does not count: somebody was not refused: {storm}")
    say(f"all held {held.rate:.0f}/s, sold out {sold.rate:.0f}/s, checked {free.rate:.0f}/s")
    return found


def _pay(stage: Stage, drop: Drop) -> None:
    with stage.database.connection() as connection:
        connection.execute(PAY, {"drop": drop.id})


def _section(stage: Stage, rounds: list[Round]) -> Section:
    def row(what: str, floods: list[Flood]) -> tuple[object, ...]:
        tail = (median(getattr(flood, p) for flood in floods) for p in ("p50", "p95", "p99"))
        return (what, spread([flood.rate for flood in floods]), *tail)

    return Section(
        name="storm",
        title=f"after the last claim, {CONNECTIONS} connections, {len(stage.people)} people",
        server=stage.database.server_version(),
        columns=("what", "per second", "p50 ms", "p95 ms", "p99 ms"),
        rows=[
            row("told that all are held", [r.held for r in rounds]),
            row("told that it is sold out", [r.sold for r in rounds]),
            row("the same POST with all checks and no database", [r.checked for r in rounds]),
        ],
        notes=[
            f"{len(rounds)} rounds of {stage.options.seconds} s, median [lowest-highest]; ratios"
            " are medians of the ratios within a round. Closed loop: latencies hide queueing.",
            f"SQL statements per answer: {median(r.statements for r in rounds):.3f}; every request"
            " was refused with 409.",
        ],
        goals=[
            Goal("all held / POST with all checks", 0.7, _ratio(rounds, "held")),
            Goal("sold out / POST with all checks", 0.7, _ratio(rounds, "sold")),
        ],
    )


def _ratio(rounds: list[Round], name: str) -> float:
    return median(getattr(r, name).rate / r.checked.rate for r in rounds)
