"""The countdown keeps the server's time, however wrong the device's clock is (U02)."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

STATIC = Path(__file__).parents[2] / "static"
PAGE = """<!doctype html><html lang="en"><title>Drop</title><body>{}
<script type="module" src="/static/js/countdown.js"></script></body></html>"""
TOLD = """window.told = [];
for (const name of ["countdown:zero", "countdown:passed"])
  addEventListener(name, (event) => told.push(`${name} ${event.detail.kind}`));"""
WRONG_CLOCK = """(() => {{
  const Right = Date;
  window.Date = class extends Right {{
    constructor(...given) {{ given.length ? super(...given) : super(Right.now() + {ms}); }}
    static now() {{ return Right.now() + {ms}; }}
  }};
}})()"""
TRUSTS_THE_DEVICE = """export const now = () => Date.now();
export const sync = async () => {}; export const keepInSync = () => {};"""


class Host(ThreadingHTTPServer):
    """Serves one page, the modules and a clock at the end of a slow line."""

    daemon_threads = True
    body = ""
    clock_answers = True
    ahead = 0.0  # seconds of the server's clock before the test's
    there, back = 0.0, 0.0  # seconds the line takes

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def now(self) -> float:
        """Milliseconds since 1970 on the server."""
        return (time.time() + self.ahead) * 1000

    def countdown(self, kind: str, seconds: float) -> str:
        at = datetime.fromtimestamp(self.now() / 1000 + seconds, UTC)
        return (
            f'<p><time role="timer" data-countdown="{kind}" datetime="{at.isoformat()}">then</time>'
            '<span role="status" data-says="20 seconds left to pay."></span></p>'
        )


class Answer(BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        if self.path == "/clock":
            time.sleep(self.server.there)
            stamped = json.dumps({"now": self.server.now()})
            time.sleep(self.server.back)
            self.answer(200 if self.server.clock_answers else 503, "application/json", stamped)
        elif self.path.startswith("/static/js/"):
            script = (STATIC / self.path.removeprefix("/static/")).read_text()
            self.answer(200, "text/javascript", script)
        else:
            self.answer(200, "text/html", PAGE.format(self.server.body))

    def answer(self, status: int, kind: str, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def host() -> Iterator[Host]:
    with Host() as host:
        Thread(target=host.serve_forever, daemon=True).start()
        yield host
        host.shutdown()


def open_page(tab: Page, host: Host, body: str = "") -> None:
    host.body = body or host.countdown("start", 90)
    tab.add_init_script(TOLD)
    tab.goto(host.url)


def in_step(tab: Page) -> None:
    """Wait until the first measurement is complete."""
    tab.evaluate("import('/static/js/clock.js').then((clock) => clock.sync())")


def error(tab: Page, host: Host) -> float:
    """By how many milliseconds the page's clock is off, at least."""
    before = host.now()
    told = tab.evaluate("import('/static/js/clock.js').then((clock) => clock.now())")
    return max(before - told, told - host.now(), 0.0)


def seconds_shown(tab: Page) -> int:
    minutes, seconds = tab.locator("time").inner_text().split(":")
    return int(minutes) * 60 + int(seconds)


@pytest.mark.parametrize("minutes", [-10, 10])
def test_it_is_right_within_100_ms_on_a_wrong_device_and_a_slow_line(
    tab: Page, host: Host, minutes: int
) -> None:
    tab.add_init_script(WRONG_CLOCK.format(ms=minutes * 60_000))
    host.there, host.back = 0.2, 0.1
    open_page(tab, host)
    in_step(tab)
    assert error(tab, host) <= 100


def test_a_clock_that_trusts_the_device_would_be_wrong_by_ten_minutes(
    tab: Page, host: Host
) -> None:
    tab.add_init_script(WRONG_CLOCK.format(ms=600_000))
    tab.route(
        "**/clock.js",
        lambda route: route.fulfill(body=TRUSTS_THE_DEVICE, content_type="text/javascript"),
    )
    open_page(tab, host)
    assert error(tab, host) > 590_000


def test_it_shows_what_is_left_by_the_servers_clock(tab: Page, host: Host) -> None:
    host.ahead = 3600
    open_page(tab, host)
    in_step(tab)
    expect(tab.locator("time")).not_to_have_text("then")
    assert 80 <= seconds_shown(tab) <= 90


@pytest.mark.parametrize(
    ("seconds", "words"), [(2 * 86_400 + 3661.9, "2 d 01:01:"), (3661.9, "01:01:"), (61.9, "01:0")]
)
def test_days_and_hours_are_shown_when_there_are_any(
    tab: Page, host: Host, seconds: float, words: str
) -> None:
    open_page(tab, host, host.countdown("start", seconds))
    expect(tab.locator("time")).to_contain_text(words)


def test_it_reads_as_the_server_wrote_it_until_the_clock_is_known(tab: Page, host: Host) -> None:
    host.clock_answers = False
    open_page(tab, host)
    with tab.expect_response("**/clock"):
        pass
    assert tab.locator("time").inner_text() == "then"


def test_it_catches_up_when_the_page_is_looked_at_again(tab: Page, host: Host) -> None:
    open_page(tab, host)
    in_step(tab)
    host.ahead = 5
    tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    in_step(tab)
    assert error(tab, host) <= 100


def test_it_notices_that_the_device_has_slept(tab: Page, host: Host) -> None:
    open_page(tab, host)
    in_step(tab)
    host.ahead = 5
    with tab.expect_response("**/clock"):
        tab.evaluate(WRONG_CLOCK.format(ms=5000))  # the device's clock went on, the other did not
    in_step(tab)
    assert error(tab, host) <= 100


def test_at_zero_it_tells_what_can_buy_before_those_who_watch(tab: Page, host: Host) -> None:
    open_page(tab, host, host.countdown("start", 1.5))
    assert tab.evaluate("told") == []
    tab.wait_for_function("told.includes('countdown:passed start')")
    assert tab.locator("time").inner_text() == "00:00"
    assert tab.evaluate("told[0]") == "countdown:zero start"


def test_an_element_that_stays_past_its_instant_goes_on_asking(tab: Page, host: Host) -> None:
    open_page(tab, host, host.countdown("start", -1))
    tab.wait_for_function("told.filter((event) => event === 'countdown:zero start').length > 2")


def test_a_payment_window_warns_20_seconds_ahead(tab: Page, host: Host) -> None:
    open_page(tab, host, host.countdown("pay", 21.5))
    in_step(tab)
    expect(tab.locator("time")).to_have_text("00:21")
    assert tab.locator("[data-warning]").count() == 0
    expect(tab.locator("time")).to_have_attribute("data-warning", "")
    expect(tab.locator("[role=status]")).to_have_text("20 seconds left to pay.")


def test_a_longer_window_takes_the_warning_back(tab: Page, host: Host) -> None:
    open_page(tab, host, host.countdown("pay", 10))
    expect(tab.locator("[role=status]")).to_have_text("20 seconds left to pay.")
    at = datetime.fromtimestamp(time.time() + 90, UTC).isoformat()
    tab.evaluate("(at) => { document.querySelector('time').dateTime = at }", at)
    expect(tab.locator("[role=status]")).to_have_text("")
    assert tab.locator("[data-warning]").count() == 0


def test_only_a_payment_window_warns(tab: Page, host: Host) -> None:
    open_page(tab, host, host.countdown("start", 10))
    expect(tab.locator("time")).not_to_have_text("then")
    assert tab.locator("[data-warning]").count() == 0
