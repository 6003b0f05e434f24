"""A real Chromium, and the shop as the processes it is; both stay open from file to file.

Every story is told twice, with and without script (U04): `visit` and `arrive` open windows of the
kind that is being told. A window ends well only if its browser had nothing to complain about.
"""

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    Route,
    expect,
    sync_playwright,
)

from deploy.local import browser as chromium
from deploy.local import ports
from deploy.local.supervisor import Stack, into
from livedrop.config import Config
from tests.cast import Person
from tests.programs import HOME, environment

QUIET = ["--disable-background-networking", "--disable-component-update", "--no-first-run"]
SCRIPTS = HOME / "static" / "js"
PATIENCE = 15_000  # ms; only ever ends a hang
JOURNEYS = Path(__file__).parent
PROCESSES = ("web", "relay", "tick", "pretend", "orders")


class Shop:
    """The processes of the Procfile on the database under test."""

    def __init__(self, url: str, stack: Stack) -> None:
        self.url, self.stack = url, stack

    @contextmanager
    def provider_silent(self) -> Iterator[None]:
        """While the block lasts, the payment provider answers nobody."""
        os.kill(self.stack.pid("pretend"), signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.stack.pid("pretend"), signal.SIGCONT)


class Opening:
    """The shop, open from when it is first asked for until it is closed."""

    def __init__(self, a_shop: Callable[[], AbstractContextManager[Shop]]) -> None:
        self.a_shop, self.closing = a_shop, ExitStack()
        self._shop: Shop | None = None

    @property
    def shop(self) -> Shop:
        self._shop = self._shop or self.closing.enter_context(self.a_shop())
        return self._shop

    def close(self) -> None:
        self._shop = None
        self.closing.close()


NEXT = pytest.StashKey[pytest.Item | None]()


class Visit:
    """Somebody's window on the site. `page` is its first tab."""

    def __init__(self, context: BrowserContext, site: str, *, script: bool) -> None:
        self.context, self.site, self.script = context, site, script
        self.complaints: list[str] = []  # what crashed, what had no token
        self.refused: list[str] = []  # by the policy of our own pages: what browsers would report
        context.on("console", self._listen)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("request", self._look_for_token)
        context.on("response", self._look_for_crash)
        self.page = context.new_page()

    def sign_in(self, person: Person) -> None:
        """Be this person from now on, as if they had signed in by the form."""
        cookie = person.another_page().client.get_cookie("__Host-session", "livedrop.test")
        assert cookie
        self.context.add_cookies(
            [
                {
                    "name": cookie.key,
                    "value": cookie.value,
                    "url": self.site.replace("http:", "https:"),  # `__Host-` wants it so
                    "secure": True,
                    "httpOnly": True,
                    "sameSite": "Lax",
                }
            ]
        )

    def sees(self, locator: Locator, words: str) -> None:
        """What is to be read there in the end: it comes by itself, or by loading the page anew."""
        if self.script:
            expect(locator).to_contain_text(words)
            return
        deadline = monotonic() + PATIENCE / 1000
        while words not in " ".join(locator.inner_text().split()):
            assert monotonic() < deadline, f"never {words!r}, but {locator.inner_text()!r}"
            self.page.wait_for_timeout(200)
            self.page.reload()

    def open_order_panel(self) -> Locator:
        """What can be ordered on the drop page that is open: there already, or behind a link."""
        if not self.script:
            self.page.locator("#drop-order-panel a.button").click()
        panel = self.page.locator("#drop-order-panel")
        expect(panel.get_by_role("heading", level=2)).to_be_visible()
        return panel

    def _listen(self, message: ConsoleMessage) -> None:
        # A 4xx that is meant is said as an error of loading; the policy's refusals are not that.
        if "Content Security Policy" in message.text:
            self.refused.append(message.text)
        elif message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def _look_for_token(self, request: Request) -> None:
        """S23: whatever may change something carries the token of the person's session."""
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            return  # a form with a file, of which a browser tells no more; the site refuses it
        sent = (request.post_data or "") + request.headers.get("x-csrftoken", "")
        if request.method not in {"GET", "HEAD"} and "csrf_token=" not in sent:
            self.complaints.append(f"{request.method} {request.url} without a token")

    def _look_for_crash(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status} {response.url}")


def with_twin(page: Page, guard: str, twin: str) -> None:
    """Let the page run its scripts with `twin` in the place of `guard`, which one of them has."""

    def rewrite(route: Route) -> None:
        script = route.fetch().text()
        route.fulfill(content_type="text/javascript", body=script.replace(guard, twin))

    (name,) = [each.name for each in SCRIPTS.glob("*.js") if guard in each.read_text()]
    page.route(re.compile(rf"/js/(main|{name[:-3]})\.js$"), rewrite)


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    executable = chromium.find()
    assert executable, "there is no browser: dev.py test brings one"
    # Chromium refuses to start as root with its sandbox.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET + sandbox)
        expect.set_options(timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def context(chrome: Browser) -> Iterator[BrowserContext]:
    """A window of its own, with its own cookies."""
    with chrome.new_context() as context:
        context.set_default_timeout(PATIENCE)
        yield context


@pytest.fixture
def tab(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(scope="session")
def opening(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opening]:
    opening = Opening(lambda: a_shop(config, tmp_path_factory.mktemp("shop")))
    yield opening
    opening.close()


@contextmanager
def a_shop(config: Config, place: Path) -> Iterator[Shop]:
    """Everything that serves people, as it is configured in production but for its haste."""
    port = ports.pick()
    url = f"http://127.0.0.1:{port}"
    settings = replace(
        config,
        url=url,
        load_test=True,  # every visitor of a test has the same address
        latch_seconds=0.25,
        page_seconds=0.25,
        pretend_delay_seconds=0.2,
    )
    env = environment(settings) | {"PORT": str(port), "WEB_CONCURRENCY": "1"}
    with Stack(HOME, env, PROCESSES, output=into(place / "processes.log"), grace=2) as stack:
        stack.wait_until_healthy(url)
        yield Shop(url, stack)
    assert not stack.deaths


@pytest.fixture(scope="module", autouse=True)
def _closed_after_the_last_journey(
    request: pytest.FixtureRequest, opening: Opening
) -> Iterator[None]:
    """Other tests do by hand what its processes would do, in the same database."""
    yield
    follows = request.session.stash[NEXT]
    if not (follows and follows.path.is_relative_to(JOURNEYS)):
        opening.close()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    item.session.stash[NEXT] = nextitem


@pytest.fixture(scope="module")
def shop(opening: Opening) -> Shop:
    return opening.shop


@pytest.fixture(scope="module")
def site(shop: Shop) -> str:
    """The shop's address."""
    return shop.url


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def script(request: pytest.FixtureRequest) -> bool:
    """Whether this telling of the story has script."""
    return bool(request.param)


@pytest.fixture
def arrive(
    request: pytest.FixtureRequest, chrome: Browser, site: str, script: bool, tmp_path: Path
) -> Iterator[Callable[..., Visit]]:
    """Opens windows for the people of a story, signed in if it is told who they are."""
    with ExitStack() as windows:

        def open_one(person: Person | None = None) -> Visit:
            visit = windows.enter_context(window_on(site, chrome, request, tmp_path, script=script))
            if person:
                visit.sign_in(person)
            return visit

        yield open_one


@pytest.fixture
def visit(arrive: Callable[..., Visit]) -> Visit:
    """The window of a story that needs only one."""
    return arrive()


@pytest.fixture
def window(
    request: pytest.FixtureRequest, chrome: Browser, site: str, tmp_path: Path
) -> Iterator[Visit]:
    """A visit for what only script does."""
    with window_on(site, chrome, request, tmp_path, script=True) as visit:
        yield visit


@contextmanager
def window_on(
    site: str, chrome: Browser, request: pytest.FixtureRequest, album: Path, *, script: bool
) -> Iterator[Visit]:
    """A window of its own; of a test that failed it leaves a picture in pytest's own folder."""
    context = chrome.new_context(
        base_url=site,
        java_script_enabled=script,
        service_workers="block",  # what a worker fetches no test could hold up or answer
    )
    with context:
        context.set_default_timeout(PATIENCE)
        visit = Visit(context, site, script=script)
        yield visit
        if getattr(request.node, "failed", False):
            visit.page.screenshot(path=album / f"{id(visit)}.png", full_page=True)
        assert not visit.complaints
        assert not visit.refused  # S28


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.failed = report.failed
    return report
