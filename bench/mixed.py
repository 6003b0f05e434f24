"""A drop's hour: people read and order at the same time, in open loop, until all is sold."""

from bench import world
from bench.client import TAG
from bench.crowd import buyers
from bench.open import Answers, Stream, measure, percentiles, poisson
from bench.report import Goal, Section
from bench.stage import Stage
from bench.web import Web, serving
from bench.world import Drop, Person
from deploy.local.console import Refusal, say

READS, BURST, EVERY = 500, 1500, 10  # per second; one second in so many is a burst
ORDERS = 150  # per second
SOLD = 2 / 3  # of the attempts find a unit
CONNECTIONS = 100  # of each of the two clients
WARM = 2  # seconds
PAGES = frozenset({"200", "304"})
PLACED, REFUSED = "303", "409"
ANSWERS = frozenset({PLACED, REFUSED})


def run(stage: Stage) -> Section:
    """Measure once, count the rows, and say what came of the goals."""
    seconds = stage.options.seconds
    people = buyers(stage.database, stage.people, (seconds + WARM) * ORDERS * 5 // 4)
    attempts = poisson(seconds, lambda at: ORDERS)
    units = int(len(attempts) * SOLD)
    drop = world.live_drop(stage.database, units)
    with serving("wsgi:app", stage.database.url) as shop:
        earlier = world.live_drop(stage.database, WARM * ORDERS)
        last = people[len(attempts) :]  # who buys while it gets warm buys nothing later
        _measure(shop, earlier, last, WARM, poisson(WARM, lambda at: ORDERS))
        reads, orders = _measure(shop, drop, people, seconds, attempts)
    _check(stage, drop, orders, units)
    say(f"errors: reads {reads.errors}, orders {orders.errors}")
    return _section(stage, reads, orders)


def _measure(
    shop: Web, drop: Drop, people: list[Person], seconds: float, attempts: list[float]
) -> list[Answers]:
    reads = poisson(seconds, lambda at: BURST if int(at) % EVERY == EVERY // 4 else READS)
    orders = [world.order(person, drop) for person in people[: len(attempts)]]
    return measure(
        shop,
        [
            Stream(reads, pages(drop), PAGES, CONNECTIONS),
            Stream(attempts, orders, ANSWERS, CONNECTIONS),
        ],
    )


def pages(drop: Drop) -> list[bytes]:
    """What people look at, ten in a row; three of them have it already and ask whether it holds."""
    here, again = f"/drops/{drop.slug}", f"If-None-Match: {TAG.decode()}"
    fresh = [world.get(path) for path in (here, "/", here, "/drops", here, "/", here)]
    return [*fresh, *(world.get(path, again) for path in (here, "/", "/drops"))]


def _check(stage: Stage, drop: Drop, orders: Answers, units: int) -> None:
    """Every redirect to an order must be one; without errors there are no others."""
    with stage.database.connection() as connection:
        row = connection.execute(
            "SELECT claimed, (SELECT count(*) FROM orders WHERE drop_id = %(drop)s)"
            " FROM stock WHERE sku_id = %(sku)s",
            {"drop": drop.id, "sku": drop.sku_id},
        ).fetchone()
    claimed, found = row
    placed, unknown = orders.count(PLACED), sum(orders.errors.values())
    if claimed != found or claimed > units or not placed <= found <= placed + unknown:
        raise Refusal(f"This run does not count: {placed} placed, {found} found, {claimed} claimed")
    if not unknown and claimed < units and orders.count(REFUSED):
        raise Refusal(f"This run does not count: refused with {units - claimed} units left")


def _section(stage: Stage, reads: Answers, orders: Answers) -> Section:
    seconds = stage.options.seconds

    def row(what: str, some: list[float], errors: object = "") -> tuple[object, ...]:
        return (what, len(some), len(some) / seconds, *percentiles(some), errors)

    def late(what: str, answers: Answers) -> tuple[object, ...]:
        return (what, "", "", *percentiles(answers.lateness), "")

    def p95(answers: Answers) -> float:
        return list(percentiles(answers.all))[1]

    errors = [sum(answers.errors.values()) for answers in (reads, orders)]
    return Section(
        name="mixed",
        title=f"{READS} reads/s with bursts of {BURST}/s and {ORDERS} order attempts/s at once",
        server=stage.database.server_version(),
        columns=("what", "number", "per second", "p50 ms", "p95 ms", "p99 ms", "errors"),
        rows=[
            row("reads", reads.all, errors[0]),
            row("of them pages", reads.latencies.get("200", [])),
            row("of them 304 by a tag", reads.latencies.get("304", [])),
            row("order attempts by browser form", orders.all, errors[1]),
            row("of them placed", orders.latencies.get(PLACED, [])),
            row("of them refused, for nothing is left", orders.latencies.get(REFUSED, [])),
            late("how late the client that reads was itself", reads),
            late("how late the client that orders was itself", orders),
        ],
        notes=[
            f"{seconds} s, one second in {EVERY} a burst. Open loop, Poisson arrivals: latencies"
            " count from when a request was due and so include queueing and the client's own"
            " lateness.",
            f"Two client processes beside four workers, {CONNECTIONS} kept connections each;"
            f" {reads.queued} reads and {orders.queued} orders found all of theirs busy.",
            "Drop page, start page and all drops; every buyer another person, every key new. What"
            " was placed agrees with the orders and units in the database.",
            f"What went wrong: {reads.errors | orders.errors or 'nothing'}.",
        ],
        goals=[
            Goal("reads, p95", 50, p95(reads), at_most=True, unit=" ms"),
            Goal("orders, p95", 100, p95(orders), at_most=True, unit=" ms"),
            Goal("errors", 0, float(sum(errors)), at_most=True),
        ],
    )
