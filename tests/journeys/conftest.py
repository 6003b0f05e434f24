"""A real Chromium, one for the run; each test gets a browser context of its own."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from deploy.local import browser as chromium
from livedrop.config import Config
from tests.cast import Person
from tests.programs import website

QUIET = ["--disable-background-networking", "--disable-component-update", "--no-first-run"]


class Visit:
    """Somebody's window on the site. `page` is its first tab."""

    def __init__(self, context: BrowserContext, site: str, *, script: bool) -> None:
        self.context, self.site, self.script = context, site, script
        self.complaints: list[str] = []  # of the browser: what the policy refused, what crashed
        context.on("console", self._listen)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
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

    def _listen(self, message: ConsoleMessage) -> None:
        # A 4xx that is meant is said as an error of loading; the policy's refusals are not that.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    executable = chromium.find()
    assert executable, "there is no browser: dev.py test brings one"
    # Chromium refuses to start as root with its sandbox.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET + sandbox)
        yield browser
        browser.close()


@pytest.fixture
def context(chrome: Browser) -> Iterator[BrowserContext]:
    """A window of its own, with its own cookies."""
    with chrome.new_context() as context:
        context.set_default_timeout(10_000)
        yield context


@pytest.fixture
def tab(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(scope="session")
def site(config: Config) -> Iterator[str]:
    """The address of a web process that serves the database under test."""
    with website(config) as url:
        yield url


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def visit(request: pytest.FixtureRequest, chrome: Browser, site: str) -> Iterator[Visit]:
    """A journey that is the same with and without script; ends well only without complaints."""
    with chrome.new_context(base_url=site, java_script_enabled=request.param) as context:
        context.set_default_timeout(10_000)
        visit = Visit(context, site, script=request.param)
        yield visit
        assert not visit.complaints
