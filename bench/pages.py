"""Public pages against a bare Flask route that answers as many bytes."""

import urllib.request
from dataclasses import dataclass
from statistics import median

from bench import world
from bench.closed import Flood, flood
from bench.report import Goal, Section, spread
from bench.stage import Stage
from bench.web import Web, serving
from deploy.local.console import Refusal, say

CONNECTIONS = 64


@dataclass(frozen=True)
class Round:
    """One reading of everything, taken one right after the other."""

    hello: Flood
    page: Flood
    unchanged: Flood


def run(stage: Stage) -> Section:
    """Measure, and say what came of the goals."""
    url = stage.database.url
    drop = world.live_drop(stage.database, units=100)
    with serving("bench.bare:app", url) as bare, serving("wsgi:app", url) as shop:
        path = f"/drops/{drop.slug}"
        size, etag = seen(shop, path)
        rounds = [_round(stage, bare, shop, path, size, etag) for _ in range(stage.options.rounds)]
    return _section(stage, rounds, size)


def seen(shop: Web, path: str) -> tuple[int, str]:
    """How many bytes the page has, and its tag."""
    with urllib.request.urlopen(shop.url + path) as answer:
        return len(answer.read()), answer.headers["ETag"]


def _round(stage: Stage, bare: Web, shop: Web, path: str, size: int, etag: str) -> Round:
    def measure(web: Web, request: bytes) -> Flood:
        flood(web, [request] * 2, connections=CONNECTIONS, seconds=1)  # to get warm
        found = flood(web, [request] * 2, connections=CONNECTIONS, seconds=stage.options.seconds)
        if found.errors or found.refused:
            raise Refusal(f"This run does not count: {found}")
        return found

    found = Round(
        hello=measure(bare, world.get(f"/hello/{size}")),
        page=measure(shop, world.get(path)),
        unchanged=measure(shop, world.get(path, f"If-None-Match: {etag}")),
    )
    say(
        f"hello {found.hello.rate:.0f}/s, drop page {found.page.rate:.0f}/s, "
        f"304 {found.unchanged.rate:.0f}/s"
    )
    return found


def _section(stage: Stage, rounds: list[Round], size: int) -> Section:
    def row(what: str, floods: list[Flood]) -> tuple[object, ...]:
        tail = (median(getattr(flood, p) for flood in floods) for p in ("p50", "p95", "p99"))
        return (what, spread([flood.rate for flood in floods]), *tail)

    def ratio(name: str) -> float:
        return median(getattr(r, name).rate / r.hello.rate for r in rounds)

    return Section(
        name="pages",
        title=f"a live drop's page, {CONNECTIONS} connections, four workers",
        server=stage.database.server_version(),
        columns=("what", "per second", "p50 ms", "p95 ms", "p99 ms"),
        rows=[
            row(f"Flask hello of {size:,} bytes", [r.hello for r in rounds]),
            row(f"drop page of {size:,} bytes", [r.page for r in rounds]),
            row("drop page, 304 by its tag", [r.unchanged for r in rounds]),
        ],
        notes=[
            f"{len(rounds)} rounds of {stage.options.seconds} s, median [lowest-highest]; ratios"
            " are medians of the ratios within a round.",
        ],
        goals=[
            Goal("drop page / hello", 0.5, ratio("page")),
            Goal("304 / hello", 0.8, ratio("unchanged")),
        ],
    )
