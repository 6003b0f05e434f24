"""What the gateway gives: a public page against a bare Flask route, orders by JSON against SQL."""

from dataclasses import dataclass, replace
from statistics import median

from flask import Flask

from bench import honest, pages, world
from bench.closed import Flood, flood
from bench.database import settings
from bench.orders import UNITS, counted
from bench.report import Goal, Section, spread
from bench.shape import running
from bench.stage import CONNECTIONS, Stage
from bench.web import WORKERS, Web, serving
from bench.world import Drop
from deploy.local.console import Refusal, say
from livedrop import create_app


@dataclass(frozen=True)
class Round:
    """One reading of everything, taken one right after the other."""

    hello: Flood
    page: Flood
    honest: float  # per second
    orders: Flood
    direct: Flood  # the same orders past the gateway


def run(stage: Stage) -> Section:
    """Measure, count the rows, and say what came of the goals."""
    url = stage.database.url
    shown = world.live_drop(stage.database, units=100)
    with (
        serving("bench.bare:app", url) as bare,
        running(url, ["web"], workers=WORKERS) as shop,
        serving("wsgi:app", url) as direct,
    ):
        size, _ = pages.seen(shop.web, f"/drops/{shown.slug}")
        rounds = [
            _round(stage, bare, shop.web, direct, shown, size) for _ in range(stage.options.rounds)
        ]
    return _section(stage, rounds, size)


def _round(stage: Stage, bare: Web, shop: Web, direct: Web, shown: Drop, size: int) -> Round:
    found = Round(
        hello=_page(stage, bare, f"/hello/{size}"),
        page=_page(stage, shop, f"/drops/{shown.slug}"),
        honest=honest.orders_per_second(stage.database, stage.options.seconds),
        orders=_orders(stage, shop),
        direct=_orders(stage, direct),
    )
    say(
        f"hello {found.hello.rate:.0f}/s, drop page {found.page.rate:.0f}/s, honest"
        f" {found.honest:.0f}/s, orders {found.orders.rate:.0f}/s, direct {found.direct.rate:.0f}/s"
    )
    return found


def _page(stage: Stage, web: Web, path: str) -> Flood:
    requests = [world.get(path)] * 2
    flood(web, requests, connections=pages.CONNECTIONS, seconds=1)  # to get warm
    found = flood(web, requests, connections=pages.CONNECTIONS, seconds=stage.options.seconds)
    if found.errors or found.refused:
        raise Refusal(f"This run does not count: {found}")
    return found


def _orders(stage: Stage, web: Web) -> Flood:
    drop = world.live_drop(stage.database, UNITS)
    return counted(stage, web, drop, world.json_orders(_signer(stage, web), stage.people, drop))


def _signer(stage: Stage, web: Web) -> Flask:
    """The application as it is at `web`, whose address stands in its tokens."""
    return create_app(replace(settings(stage.database.url), url=web.url))


def _section(stage: Stage, rounds: list[Round], size: int) -> Section:
    def row(what: str, floods: list[Flood]) -> tuple[object, ...]:
        tail = (median(getattr(flood, p) for flood in floods) for p in ("p50", "p95", "p99"))
        return (what, spread([flood.rate for flood in floods]), *tail, floods[-1].cpu)

    return Section(
        name="gateway",
        title=f"pages and orders by JSON through nginx before {WORKERS} workers",
        server=stage.database.server_version(),
        columns=("what", "per second", "p50 ms", "p95 ms", "p99 ms", "CPU µs, web / all"),
        rows=[
            row(f"Flask hello of {size:,} bytes, no gateway", [r.hello for r in rounds]),
            row(f"drop page of {size:,} bytes", [r.page for r in rounds]),
            (
                f"one honest order at a time, pgbench, {honest.CLIENTS} clients",
                spread([r.honest for r in rounds]),
                *("",) * 4,
            ),
            row("orders by JSON", [r.orders for r in rounds]),
            row("orders by JSON, no gateway", [r.direct for r in rounds]),
        ],
        notes=[
            f"{len(rounds)} rounds of {stage.options.seconds} s, median [lowest-highest]; ratios"
            " are medians of the ratios within a round. Closed loop: latencies hide queueing."
            f" Pages by {pages.CONNECTIONS} connections, orders by {CONNECTIONS}. CPU is that of"
            " the last round, for each request: of the web processes, and of everything, Postgres,"
            " nginx and the load generator included.",
            "Every order by JSON with an access token, an Idempotency-Key of its own and all checks"
            " but the rate limits, which are lifted; rows and answers agree as in `orders`.",
        ],
        goals=[
            Goal("drop page / hello", 5, median(r.page.rate / r.hello.rate for r in rounds)),
            Goal(
                "orders by JSON / honest orders",
                3,
                median(r.orders.rate / r.honest for r in rounds),
            ),
        ],
    )
