"""Takes the pictures of the README and the docs: phone and desktop, by day and by night.

Not part of `dev.py`'s own process: it needs the packages of the tests.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from deploy.local import browser
from deploy.local.paths import ROOT

PICTURES = ROOT / "docs" / "pictures"
SCREENS = {"phone": (390, 844), "desktop": (1280, 800)}
PASSWORD = "livedrop-demo"  # of everybody in the demo world

View = Callable[[Page], None]


def main(url: str) -> None:
    """Photograph every view of the shop at `url` on every screen in both schemes."""
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(
            executable_path=browser.find(), args=["--no-sandbox", "--disable-background-networking"]
        )
        for screen in SCREENS:
            for scheme in ("light", "dark"):
                _take_all(chrome, url, screen, scheme)
        chrome.close()


def _take_all(chrome: Browser, url: str, screen: str, scheme: str) -> None:
    width, height = SCREENS[screen]
    context = chrome.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    for name, view in VIEWS.items():
        view(page)
        page.wait_for_load_state("networkidle")
        target = Path(PICTURES / f"{name}-{screen}-{scheme}.jpg")
        page.screenshot(path=target, type="jpeg", quality=82)
    context.close()


def _sign_in(page: Page, name: str) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.fill("[name=email]", f"{name}@livedrop.example")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/")


def _order(page: Page) -> None:
    """Ben's order: bought now, or, when the limit is reached, the one he bought before."""
    _sign_in(page, "ben")
    page.goto("/drops/harbour-at-dusk")
    page.wait_for_load_state("networkidle")
    if page.locator("#order-form button").count():
        page.click("#order-form button")
        page.wait_for_url("**/orders/**")
    else:
        page.goto("/orders")
        page.locator("#orders a").first.click()


def _studio(page: Page) -> None:
    _sign_in(page, "ada")
    page.goto("/studio/drops/harbour-at-dusk")


def _studio_live(page: Page) -> None:
    _studio(page)
    page.wait_for_load_state("networkidle")
    page.locator(".studio-drop-pulse").evaluate("section => section.scrollIntoView()")


def _behind_the_counter(path: str) -> View:
    def view(page: Page) -> None:
        _sign_in(page, "dora")
        page.goto(path)

    return view


def _at(path: str) -> View:
    def view(page: Page) -> None:
        page.goto(path)

    return view


VIEWS: dict[str, View] = {
    "home": _at("/"),
    "drop-coming": _at("/drops/winter-weave"),
    "drop-live": _at("/drops/harbour-at-dusk"),
    "drop-sold-out": _at("/drops/moths-of-my-street"),
    "creator": _at("/@ada"),
    "order": _order,
    "studio": _studio,
    "studio-live": _studio_live,
    "audit": _behind_the_counter("/admin/audit?subject=drop+1"),
    "queues": _behind_the_counter("/admin/queues"),
}


if __name__ == "__main__":
    main(sys.argv[1])
