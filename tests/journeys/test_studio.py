"""A creator's first drop, from becoming one to watching it sell."""

from datetime import timedelta

from playwright.sync_api import expect

from tests import factories
from tests.journeys.conftest import Visit


def test_cleo_becomes_a_creator_and_publishes_her_first_drop(app, cleo, visit: Visit):
    visit.sign_in(cleo)
    page = visit.page
    page.goto("/studio")
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    page.get_by_role("button", name="Become a creator").click()
    page.get_by_role("link", name="New drop").click()

    page.get_by_label("Title").fill("Winter prints")
    page.get_by_label("Start").fill("2037-03-29T02:30")
    page.get_by_label("End").fill("2037-03-30T18:00")
    page.get_by_label("Name").fill("Small")
    page.get_by_label("Price", exact=True).fill("30")
    page.get_by_label("Units", exact=True).fill("20")
    page.get_by_role("button", name="Add a variant").click()
    large = page.get_by_role("group", name="Variant 2")
    large.get_by_label("Name").fill("Large")
    large.get_by_label("Price", exact=True).fill("45.00")
    large.get_by_label("Units", exact=True).fill("10")
    page.get_by_label("Title").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("There is no 02:30 in Europe/Berlin")

    expect(large.get_by_label("Price", exact=True)).to_have_value("45.00")
    page.get_by_label("Start").fill("2037-03-29T18:00")
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Winter prints")
    expect(page.locator("#studio-drop")).to_contain_text("18:00 Europe/Berlin")
    expect(page.locator("#studio-drop")).to_contain_text("16:00 UTC")

    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#studio-drop")).to_contain_text("Scheduled")
    page.get_by_role("link", name="as everybody sees it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Winter prints")


def test_a_variant_that_is_not_wanted_goes_away(app, ada, visit: Visit):
    visit.sign_in(ada)
    drop = factories.a_draft(ada.creator, quantity=[3, 4])
    page = visit.page
    page.goto(f"/studio/drops/{drop.slug}/edit")
    page.get_by_role("button", name="Remove variant 1").click()
    expect(page.get_by_role("group", name="Variant")).to_have_count(1)
    expect(page.get_by_label("Name")).to_have_value("No. 2")
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.locator("#studio-drop-units tbody tr")).to_have_count(1)


def test_ada_watches_her_drop_sell(app, ada, ben, visit: Visit):
    drop = factories.a_live_drop(ada.creator, quantity=2, price=4500)
    visit.sign_in(ada)
    page = visit.page
    page.goto(f"/studio/drops/{drop.slug}")
    expect(page.locator("#studio-drop-takings")).to_have_text("Sold 0 for €0, in 0 orders.")
    factories.an_order(ben.user, drop, 2, status="confirmed")
    if not visit.script:
        page.reload()
    expect(page.locator("#studio-drop-takings")).to_have_text("Sold 2 for €90, in 1 order.")
    expect(page.locator("#studio-drop-units")).to_contain_text("sold out")


def test_ada_points_at_a_minute_of_her_drop(app, ada, ben, visit: Visit):
    """Without script the server's drawing is there, and the same numbers as a table."""

    def order_minutes_ago():
        for minutes in (2, 3, 4):  # a minute may begin meanwhile
            at = factories.now() - timedelta(minutes=minutes)
            factories.an_order(ben.user, drop, placed_at=at)

    drop = factories.a_live_drop(ada.creator, quantity=9, limit_per_customer=9)
    order_minutes_ago()
    visit.sign_in(ada)
    page = visit.page
    page.goto(f"/studio/drops/{drop.slug}")
    drawing = page.locator(".bars svg")
    expect(drawing).to_have_attribute("aria-label", "3 orders and 0 refused tries in 15 minutes.")
    if not visit.script:
        assert drawing.bounding_box()["width"] > 300
        return
    told, chart = page.locator(".live-chart-legend"), page.locator("#studio-drop-chart .u-over")
    expect(told).to_contain_text("Orders0Refused0")
    chart.hover(position={"x": chart.bounding_box()["width"] * 11.5 / 15, "y": 40})
    expect(told).to_contain_text("Orders1Refused0")
    order_minutes_ago()
    expect(told).to_contain_text("Orders2Refused0")
    page.mouse.move(0, 0)
    expect(told).to_contain_text("Orders0Refused0")


def test_the_page_goes_live_and_on_by_itself(app, ada, ben, visit: Visit):
    drop = factories.a_scheduled_drop(ada.creator, starts_in=3, price=4500)
    visit.sign_in(ada)
    page = visit.page
    page.goto(f"/studio/drops/{drop.slug}")
    if not visit.script:
        page.wait_for_timeout(3000)
        page.reload()
    expect(page.locator("#studio-drop .state-word")).to_have_text("Live")
    factories.an_order(ben.user, drop, 1, status="confirmed")
    if not visit.script:
        page.reload()
    expect(page.locator("#studio-drop-takings")).to_have_text("Sold 1 for €45, in 1 order.")


def test_the_page_stops_asking_when_the_drop_has_ended(app, ada, visit: Visit):
    drop = factories.a_live_drop(ada.creator)
    visit.sign_in(ada)
    page = visit.page
    page.goto(f"/studio/drops/{drop.slug}")
    factories.change(drop, ends_at=factories.now() - timedelta(seconds=1))
    if not visit.script:
        page.reload()
    expect(page.locator("#studio-drop .state-word")).to_have_text("Ended")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2500)
    assert [url for url in asked if "/studio/" in url] == []  # a socket's catching up is another
