"""A creator's first drop, from an empty studio to the day it is called off."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from tests import factories
from tests.cast import Person
from tests.journeys.conftest import Visit

BERLIN = ZoneInfo("Europe/Berlin")


def test_cleo_announces_sells_and_cancels_her_first_drop(
    cleo: Person, ben: Person, arrive: Callable[..., Visit], script: bool
):
    creator, shopper = arrive(cleo), arrive(ben)
    title = f"Winter prints {'with' if script else 'without'} script"  # a slug is never used twice
    studio, drop = creator.page, shopper.page

    studio.goto("/studio")
    studio.get_by_label("Time zone").select_option("Europe/Berlin")
    studio.get_by_role("button", name="Become a creator").click()
    studio.get_by_role("link", name="New product").click()
    studio.get_by_label("Title").fill("Snow")
    studio.get_by_role("button", name="Save").click()
    expect(studio.locator("#studio-products")).to_contain_text("Snow")

    studio.goto("/studio/drops/new")
    studio.get_by_label("Title").fill(title)
    fill_times(studio, factories.now() + timedelta(days=1))
    studio.get_by_role("button", name="Add a variant").click()
    offer(studio.get_by_role("group", name="Variant 1"), "Small", "Snow", "30", "20")
    offer(studio.get_by_role("group", name="Variant 2"), "Large", "Snow", "45.50", "1")
    studio.get_by_role("button", name="Save draft").last.click()
    expect(studio.get_by_role("heading", level=1)).to_have_text(title)
    studio.get_by_role("button", name="Publish").click()
    panel = studio.locator("#studio-drop")
    expect(panel.locator(".state-word")).to_have_text("Scheduled")

    studio.get_by_role("link", name="Move start or end").click()
    start = factories.now() + timedelta(seconds=6)
    fill_times(studio, start)
    studio.get_by_role("button", name="Move it").click()
    expect(panel).to_contain_text("start or end moved")

    drop.goto("/drops?state=scheduled")
    drop.get_by_role("link", name=title).click()
    expect(drop.locator("#drop-state-title")).to_have_text("Coming")
    order_panel = shopper.open_order_panel()
    order_panel.get_by_label("Large").check()
    buy = order_panel.get_by_role("button")
    expect(buy).to_be_disabled()
    if not script:
        drop.wait_for_timeout(max(0.0, (start - factories.now()).total_seconds() * 1000))
        drop.get_by_role("link", name="Look again").click()
        order_panel.get_by_label("Large").check()
    buy.click()
    expect(drop.locator("#order")).to_contain_text("€45.50")

    creator.sees(panel.locator(".state-word"), "Live")
    creator.sees(panel.get_by_role("row", name="Large"), "all held")
    drop.get_by_role("button", name="Pay €45.50").click()
    shopper.sees(drop.locator("#order"), "Paid.")
    creator.sees(panel.locator("#studio-drop-takings"), "Sold 1 for €45.50, in 1 order.")

    studio.get_by_role("link", name="Add units").click()
    studio.get_by_label("Large").fill("3")
    studio.get_by_role("button", name="Add units").click()
    expect(panel).to_contain_text("2 more of Large")
    drop.get_by_role("link", name="Drops").first.click()
    drop.get_by_role("link", name=title).click()
    shopper.sees(drop.locator("#stock").get_by_role("row", name="Large"), "2 of 3")
    expect(drop.locator(".history")).to_contain_text("2 more units.")

    studio.get_by_role("link", name="Cancel this drop").click()
    studio.get_by_label("Reason").fill("The kiln broke.")
    studio.get_by_role("button", name="Cancel this drop for good").click()
    expect(panel.locator(".state-word")).to_have_text("Cancelled")
    shopper.sees(drop.locator("#drop-state"), "Cleo cancelled it")
    expect(drop.locator("#drop-state")).to_contain_text("“The kiln broke.”")
    drop.get_by_role("link", name="My orders").click() if script else drop.goto("/orders")
    drop.get_by_role("link", name=title).click()
    shopper.sees(drop.locator("#order"), "The money is back with you.")


def fill_times(page: Page, start: datetime) -> None:
    """A start and an end an hour later, as the clocks in Berlin show them."""
    for label, at in (("Start", start), ("End", start + timedelta(hours=1))):
        page.get_by_label(label).fill(f"{at.astimezone(BERLIN):%Y-%m-%dT%H:%M:%S}")


def offer(row: Locator, name: str, product: str, price: str, units: str) -> None:
    row.get_by_label("Name").fill(name)
    row.get_by_label("Product").select_option(product)
    row.get_by_label("Price", exact=True).fill(price)
    row.get_by_label("Units", exact=True).fill(units)
