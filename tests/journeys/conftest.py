"""A real Chromium, one for the run; each test gets a browser context of its own."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from deploy.local import browser as chromium

QUIET = ["--disable-background-networking", "--disable-component-update", "--no-first-run"]


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
