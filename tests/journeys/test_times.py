"""Times say by whose clocks they go: the reader's with script, UTC without, the studio's own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from livedrop.web.rendering import clock, instant, iso, local
from tests import factories
from tests.cast import Person
from tests.journeys.conftest import PATIENCE, Visit
from tests.journeys.test_tour import SHIFT, SHIFTS
from tests.shopping import placed

ZONES = {"Asia/Kolkata": "IST", "Asia/Tokyo": "GMT+9", "America/New_York": ("EST", "EDT")}


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def abroad(zone: str, chrome: Browser, site: str) -> Iterator[Visit]:
    """A window in another part of the world."""
    with chrome.new_context(base_url=site, timezone_id=zone, service_workers="block") as context:
        context.set_default_timeout(PATIENCE)
        yield Visit(context, site, script=True)


def ends_with(words: str, zone: str) -> bool:
    return words.endswith(ZONES[zone])


def test_with_script_a_start_is_told_by_the_readers_own_clocks(
    ada: Person, abroad: Visit, zone: str
):
    drop = factories.a_scheduled_drop(ada.creator, starts_in=90_000, ends_in=99_000)
    abroad.page.add_init_script(SHIFTS)
    for path in ("/", f"/drops/{drop.slug}", "/drops"):
        abroad.page.goto(path)
        starts = f"time[data-local][datetime='{iso(drop.starts_at)}']"
        if path != "/":
            words = abroad.page.locator(starts).first.inner_text()
            assert words.startswith(local(drop.starts_at, zone))
            assert ends_with(words, zone)
        abroad.page.wait_for_load_state("networkidle")
        assert abroad.page.evaluate("shifted") <= SHIFT


def test_what_comes_anew_is_told_by_the_same_clocks(
    ada: Person, ben: Person, abroad: Visit, zone: str
):
    drop = factories.a_live_drop(ada.creator, quantity=20, limit_per_customer=19)
    page = abroad.page
    page.goto(f"/drops/{drop.slug}")
    ends = page.locator(f"#drop-state time[data-local][datetime='{iso(drop.ends_at)}']")
    placed(ben, drop, 19)
    expect(page.locator("#drop-state-title")).to_have_text("Live now, few left")
    assert ends_with(ends.inner_text(), zone)


def test_the_end_of_a_payment_window_is_told_likewise(
    ada: Person, ben: Person, abroad: Visit, zone: str
):
    order = factories.an_order(ben.user, factories.a_live_drop(ada.creator))
    abroad.sign_in(ben)
    abroad.page.goto(f"/orders/{order.id}")
    words = abroad.page.locator("#order time[data-local=clock]").inner_text()
    assert ends_with(words, zone)
    assert words[2:9] == clock(order.pay_by)[2:9] or zone == "Asia/Kolkata"


@pytest.mark.parametrize("script", [False], ids=["no-script"])
def test_without_script_a_start_is_told_in_utc_by_name(ada: Person, visit: Visit, script: bool):
    drop = factories.a_scheduled_drop(ada.creator)
    visit.page.goto(f"/drops/{drop.slug}")
    expect(visit.page.locator("#drop-state .drop-when")).to_contain_text(instant(drop.starts_at))
    assert instant(drop.starts_at).endswith(" UTC")


def test_the_studio_says_what_a_start_is_in_utc_while_it_is_typed(ada: Person, window: Visit):
    factories.change(ada.user, time_zone="Europe/Berlin")
    window.sign_in(ada)
    page = window.page
    page.goto("/studio/drops/new")
    state = page.locator("#drop-preview .card-state")
    page.get_by_label("Start").fill("2037-07-01T18:00")
    expect(state).to_contain_text("2037-07-01, 18:00, Europe/Berlin (2037-07-01, 16:00 UTC)")
    page.get_by_label("Start").fill("2037-03-29T02:30")  # clocks never show it
    expect(state).not_to_contain_text("UTC")
