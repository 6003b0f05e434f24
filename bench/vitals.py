"""What the pages of the demo world weigh, and how they feel on a slow phone while others read.

The phone is the one that Lighthouse simulates: four times slower, on slow 4G, its cache empty.
"""

import gzip
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil

from playwright.sync_api import Browser, Page, Response, sync_playwright

from bench import database, world
from bench.open import Stream, measure, poisson
from bench.report import Goal, Section
from bench.stage import Stage
from bench.web import Web, serving
from bench.world import Person
from deploy.local import browser
from deploy.local.console import Refusal, say
from livedrop import create_app
from livedrop.seed.commands import seed
from livedrop.seed.launch_day import LAUNCH_DAY

VISITS = 16  # of each page
DROP = "/drops/harbour-at-dusk"  # live in the demo world
PAGE = frozenset({"200"})
PAGES = {"home": "/", "drop, live": DROP, "all drops": "/drops", "a creator": "/@ada"}
READS = 500  # per second, by everybody else
AT_A_TIME = 20  # seconds of them
AT_REST = 700  # ms a phone's browser is open before it goes anywhere; its start is not the page's
PROCESSES = 2  # of the web, as many as there are where nobody says otherwise
CONNECTIONS = 100
PHONE = {"width": 412, "height": 823}
PIXELS = 1.75  # of the screen to each of the page
SLOWER = 4  # times, than this machine
SLOW_4G = {
    "offline": False,
    "latency": 150,  # ms there and back
    "downloadThroughput": 1_638_400 / 8,  # bytes per second
    "uploadThroughput": 750_000 / 8,
}
KINDS = {
    "document": "page",
    "fetch": "page",
    "stylesheet": "styles",
    "script": "scripts",
    "font": "fonts",
    "image": "pictures",
}
SENT_AS_IT_IS = {"fonts", "pictures"}  # compressed already
# Largest contentful paint, the longest interaction and how far things moved, as the browser tells.
OBSERVE = """
window.vitals = { lcp: 0, cls: 0 };
const observe = (type, heard, more) => new PerformanceObserver((list) =>
  list.getEntries().forEach(heard)).observe({ type, buffered: true, ...more });
observe("largest-contentful-paint", (entry) => { vitals.lcp = entry.startTime; });
observe("layout-shift", (entry) => { if (!entry.hadRecentInput) vitals.cls += entry.value; });
observe("event", (entry) => {
  if (!entry.interactionId || entry.duration < (sessionStorage.inp ?? 0)) return;
  sessionStorage.inp = entry.duration; // kept while a touch leads to the next page
}, { durationThreshold: 16 });
"""


@dataclass
class Visits:
    """What came of the visits to one page. Weights in bytes, gzipped where that helps."""

    weights: Counter[str] = field(default_factory=Counter)
    lcp: list[float] = field(default_factory=list)  # ms
    inp: list[float] = field(default_factory=list)  # ms
    cls: list[float] = field(default_factory=list)

    @property
    def light(self) -> float:
        """Thousands of bytes of page, styles and scripts."""
        return sum(self.weights[kind] for kind in ("page", "styles", "scripts")) / 1000


def run(stage: Stage) -> Section:
    """Visit each page again and again, and say what came of the goals."""
    app = create_app(database.settings(stage.database.url))
    with app.app_context():
        seed(world=LAUNCH_DAY, fresh=True)
    people = iter(world.people(app, stage.database, VISITS * len(PAGES)))
    web = serving("wsgi:app", stage.database.url, PROCESSES)
    with web as shop, sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=browser.ensure(), args=["--no-sandbox"])
        found = {name: _weighed(chrome, shop, path) for name, path in PAGES.items()}
        with _others_reading(shop):
            for _ in range(VISITS):
                for name, path in PAGES.items():
                    _visit(chrome, shop, path, next(people), found[name])
        chrome.close()
    for name, visits in found.items():
        say(f"{name}: LCP {_p75(visits.lcp):.0f} ms, INP {_p75(visits.inp):.0f} ms")
    return _section(stage, found)


def _weighed(chrome: Browser, shop: Web, path: str) -> Visits:
    """Everything the page asks for until it rests, and so also what it warms for the visits."""
    visits = Visits()
    answers: list[Response] = []
    with chrome.new_context(viewport=PHONE, device_scale_factor=PIXELS) as context:
        page = context.new_page()
        page.on("response", lambda answer: answers.append(answer))
        page.goto(shop.url + path)
        page.wait_for_load_state("networkidle")
        for answer in answers:
            kind = KINDS.get(answer.request.resource_type, "page")
            body = answer.body()
            visits.weights[kind] += len(body if kind in SENT_AS_IT_IS else gzip.compress(body, 6))
    return visits


def _visit(chrome: Browser, shop: Web, path: str, person: Person, visits: Visits) -> None:
    with chrome.new_context(viewport=PHONE, device_scale_factor=PIXELS, has_touch=True) as context:
        name, value = person.cookie.split("=", 1)
        secure = shop.url.replace("http:", "https:")  # `__Host-` wants it so
        context.add_cookies([{"name": name, "value": value, "url": secure, "secure": True}])
        context.add_init_script(OBSERVE)
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Network.emulateNetworkConditions", SLOW_4G)
        line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.wait_for_timeout(AT_REST)
        page.goto(shop.url + path)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(200)
        seen = page.evaluate("window.vitals")
        _touch(page, path)
        visits.lcp.append(seen["lcp"])
        visits.cls.append(seen["cls"])
        visits.inp.append(float(page.evaluate("sessionStorage.inp ?? 0")))


def _touch(page: Page, path: str) -> None:
    """What a thumb does there: it buys, or it opens the first thing that is shown."""
    before = page.url
    target = "#order-form button" if path == DROP else "main a[href^='/drops/']:visible"
    page.locator(target).first.tap()
    page.wait_for_url(lambda url: url != before)
    page.wait_for_load_state("networkidle")


@contextmanager
def _others_reading(shop: Web) -> Iterator[None]:
    """While the block lasts, many others look at the same pages."""
    enough = threading.Event()
    failed: list[object] = []
    due = poisson(AT_A_TIME, lambda at: READS)
    stream = Stream(due, [world.get(path) for path in PAGES.values()], PAGE, CONNECTIONS)

    def read() -> None:
        while not enough.is_set():
            (answers,) = measure(shop, [stream])
            failed.extend(answers.errors.items())

    reading = threading.Thread(target=read)
    reading.start()
    try:
        yield
    finally:
        enough.set()
        reading.join()
    if failed:
        raise Refusal(f"This run does not count: the others' reads failed: {failed}")


def _p75(values: list[float]) -> float:
    """What three of four visits do not exceed."""
    return sorted(values)[ceil(0.75 * len(values)) - 1]


def _section(stage: Stage, found: dict[str, Visits]) -> Section:
    drop = found["drop, live"]
    fonts = max(visits.weights["fonts"] for visits in found.values())
    kinds = ("page", "styles", "scripts", "fonts", "pictures")
    return Section(
        name="vitals",
        title=f"pages of the demo world on a slow phone, while others read {READS} pages/s",
        server=stage.database.server_version(),
        columns=("page", *(f"{kind}, kB" for kind in kinds), "LCP ms", "INP ms", "CLS"),
        rows=[
            (
                name,
                *(f"{visits.weights[kind] / 1000:.1f}" for kind in kinds),
                _p75(visits.lcp),
                _p75(visits.inp),
                f"{_p75(visits.cls):.3f}",
            )
            for name, visits in found.items()
        ],
        notes=[
            f"{VISITS} visits of each page with an empty cache by somebody signed in, the browser"
            f" open for {AT_REST} ms before, third quartiles. The phone: {PHONE['width']} x"
            f" {PHONE['height']} at {PIXELS}, {SLOWER} times slower than this machine, slow 4G"
            f" ({SLOW_4G['latency']} ms, 1.6 Mbit/s).",
            "Pages, styles and scripts are weighed gzipped; the page with its fragments. INP is"
            " that of buying on the drop's page, of opening the first drop elsewhere.",
            f"Browser, load generator, {PROCESSES} web processes and Postgres share the machine.",
        ],
        goals=[
            Goal("drop page without pictures and fonts", 50, drop.light, at_most=True, unit=" kB"),
            Goal("scripts", 20, drop.weights["scripts"] / 1000, at_most=True, unit=" kB"),
            Goal("fonts", 60, fonts / 1000, at_most=True, unit=" kB"),
            Goal("drop page, LCP", 1200, _p75(drop.lcp), at_most=True, unit=" ms"),
            Goal("drop page, INP", 100, _p75(drop.inp), at_most=True, unit=" ms"),
            Goal(
                "the most any page moves, CLS",
                0.02,
                max(_p75(visits.cls) for visits in found.values()),
                at_most=True,
            ),
        ],
    )
