"""Every page, as somebody with a small or a large screen, by day and by night, meets it (U09).

The list of pages is the application's own: a GET route without an entry fails the tour.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask

from livedrop.accounts import commands, confirmation
from livedrop.accounts.confirmation import Claim
from livedrop.audit.commands import ask_check, write_entries
from livedrop.deliveries import unsubscribe
from livedrop.drops.commands import announce_due
from livedrop.follows.commands import follow
from livedrop.media.models import Asset
from livedrop.orders.commands import cancel, join_line
from livedrop.orders.models import Order
from tests import factories
from tests.cast import Person
from tests.journeys.conftest import Visit
from tests.notifications.news import told
from tests.rows import recorded, row, rows
from tests.web.routes import a_dead_letter

Entries = list[tuple[str, str]]
Part = Callable[[Entries], Entries]
pytestmark = pytest.mark.timeout(400)  # s; a walk is some twenty pages on four screens
NO_PAGES = {
    "static",
    "offline.worker",
    "pictures.show",
    "media.show",
    "drops.state",  # a fragment of drops.show
    "studio.pictures.show",  # a fragment of studio.pictures.index
    "users.menu",  # a fragment of every page
    "follows.buttons",  # fragments of pages with creators
    "follows.drops",  # a fragment of home.show
    "inbox.toasts",  # a fragment of every page
    "studio.packing.export",  # tables
    "studio.imports.export",
    "studio.numbers.export",
    "studio.imports.template",
    "live.listen",  # a socket
    "health.alive",
    "health.metrics",
    "health.ready",
    "health.now",
    "backoffice.audit.download",  # a file
}
CLAIM = Claim(0, "ben@example.com", datetime(2026, 11, 22, tzinfo=UTC))
AXE = Axe().axe_script
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {"runOnly": WCAG, "resultTypes": ["violations"]}  # of what is well, no list is made
SCREENS = [(width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]
PARTS = 3  # which several may walk at once
SHIFT = 0.02  # U14: of what is seen; from there on people press what they did not mean to
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def everybodys(drops: dict[str, str]) -> list[tuple[str, str]]:
    pages = [
        ("home.show", "/"),
        ("drops.index", "/drops"),
        ("drops.index", "/drops?state=cancelled"),
        ("products.index", "/products"),
        ("products.show", f"/products/{drops['live']}"),
        ("creators.index", "/creators"),
        ("creators.show", "/@ada"),
        ("users.new", "/sign-up"),
        ("sign_ins.new", "/sign-in"),
        ("users.show", "/account"),
        ("error", "/nothing-here"),
        ("offline.show", "/offline"),
        ("handbook.show", "/api/docs"),
        ("handbook.chapter", "/api/docs/tokens"),
        ("addresses.new", f"/email-confirmations/{confirmation.word(CLAIM)}"),
        ("addresses.new_change", f"/email-changes/{confirmation.word(CLAIM, confirmation.CHANGE)}"),
        ("resets.new", "/password-reset"),
        ("resets.new", "/password-reset?asked=yes"),
        ("resets.edit", "/password-resets/too-old"),
        ("unsubscribes.new", f"/unsubscribe/{unsubscribe.word(0, 'followers')}"),
    ]
    return pages + [("drops.show", f"/drops/{slug}") for slug in drops.values()]


def bens(drops: dict[str, str], orders: list[str]) -> list[tuple[str, str]]:
    pages = [
        ("orders.index", "/orders"),
        ("orders.new", f"/drops/{drops['live']}/orders/new"),
        ("users.show", "/account"),
        ("drops.show", f"/drops/{drops['live']}"),
        ("studio.profile.new", "/studio/profile/new"),
        ("home.show", "/"),
        ("creators.index", "/creators"),
        ("creators.show", "/@ada"),
        ("follows.index", "/following"),
        ("follows.new", "/@ada/follow"),
        ("inbox.index", "/inbox"),
        ("drops.show", f"/drops/{drops['scheduled']}"),
        ("reminders.show", f"/drops/{drops['scheduled']}/reminder"),
    ]
    return pages + [("orders.show", f"/orders/{order}") for order in orders]


BENS_SETTINGS = [
    ("settings.show", "/settings"),
    ("settings.news.edit", "/settings/news"),
    ("addresses.show", "/settings/email"),
    ("addresses.edit", "/settings/email/edit"),
    ("settings.passwords.edit", "/settings/password"),
    ("settings.proofs.new", "/settings/proof"),
    ("settings.sign_ins.index", "/settings/sign-ins?ended=one"),
]


def adas(drops: dict[str, str], orders: list[str]) -> list[tuple[str, str]]:
    live, coming, draft = (drops[state] for state in ("live", "scheduled", "draft"))
    picture = next((asset.id for asset in rows(Asset)), "x")
    return [
        ("studio.dashboard.show", "/studio"),
        ("studio.profile.edit", "/studio/profile/edit"),
        ("studio.products.index", "/studio/products"),
        ("studio.products.new", "/studio/products/new"),
        ("studio.products.edit", f"/studio/products/{live}/edit"),
        ("studio.pictures.index", f"/studio/products/{live}/pictures"),
        ("studio.pictures.edit", f"/studio/pictures/{picture}/edit"),
        ("studio.pictures.show_profile", "/studio/profile/picture"),
        ("studio.drops.index", "/studio/drops"),
        ("studio.drops.new", "/studio/drops/new"),
        ("studio.drops.show", f"/studio/drops/{live}"),
        ("studio.drops.show", f"/studio/drops/{draft}"),
        ("studio.drops.new", f"/studio/drops/new?like={live}"),
        ("studio.drops.preview", f"/studio/drops/{draft}/preview"),
        ("studio.drops.edit", f"/studio/drops/{draft}/edit"),
        ("studio.numbers.index", "/studio/numbers"),
        ("studio.imports.new", f"/studio/drops/{draft}/import/new"),
        ("studio.drops.edit_schedule", f"/studio/drops/{coming}/schedule/edit"),
        ("studio.drops.new_cancellation", f"/studio/drops/{live}/cancellation/new"),
        ("studio.stock.edit", f"/studio/drops/{live}/units/edit"),
        ("studio.sales.index", "/studio/orders"),
        ("studio.sales.of_drop", f"/studio/drops/{live}/orders"),
        ("studio.packing.index", f"/studio/drops/{drops['shipped']}/packing-list"),
        ("studio.followers.index", "/studio/followers"),
        *(("studio.orders.show", f"/studio/orders/{order}") for order in orders),
    ]


def doras(person: int, drop: int, order: str, letter: str) -> Entries:
    return [
        ("backoffice.overview.show", "/admin"),
        ("backoffice.people.index", "/admin/people"),
        ("backoffice.people.show", f"/admin/people/{person}"),
        ("backoffice.people.new", f"/admin/people/{person}/suspension/new"),
        ("backoffice.looks.new", f"/admin/people/{person}/look/new"),
        ("backoffice.creators.index", "/admin/creators"),
        ("backoffice.creators.new", f"/admin/creators/{person}/verification/new"),
        ("backoffice.drops.index", "/admin/drops"),
        ("backoffice.drops.show", f"/admin/drops/{drop}"),
        ("backoffice.drops.new", f"/admin/drops/{drop}/cancellation/new"),
        ("backoffice.orders.index", "/admin/orders"),
        ("backoffice.orders.show", f"/admin/orders/{order}"),
        ("backoffice.orders.new", f"/admin/orders/{order}/refund/new"),
        ("backoffice.audit.index", "/admin/audit"),
        ("backoffice.audit.show", "/admin/audit/1"),
        ("backoffice.audit.chain", "/admin/audit/chain"),
        ("backoffice.queues.index", "/admin/queues"),
        ("backoffice.system.show", "/admin/system"),
        ("backoffice.queues.new", f"/admin/queues/letters/{letter}/requeue/new"),
    ]


@pytest.fixture
def drops(ada: Person) -> dict[str, str]:
    """A drop of Ada's in each state, by state."""
    made = {
        "live": factories.a_live_drop(ada.creator, quantity=[20, 5], limit_per_customer=3),
        "scheduled": factories.a_scheduled_drop(ada.creator, title="Coming soon"),
        "ended": factories.an_ended_drop(ada.creator, title="Over"),
        "cancelled": factories.a_cancelled_drop(ada.creator, title="Called off"),
        "draft": factories.a_draft(ada.creator, title="Not yet"),
        "held": factories.a_live_drop(ada.creator, title="All held", quantity=1),
        "sold": factories.a_live_drop(ada.creator, title="Sold out", quantity=1),
        "shipped": factories.a_live_drop(ada.creator, title="Sent", ships=True),
    }
    sent = {"name": "Cleo", "line1": "1 Quay", "postcode": "1", "city": "Port", "country": "NL"}
    factories.an_order(factories.a_user(), made["shipped"], status="confirmed", delivery=sent)
    shown = factories.skus_of(made["live"])[0].product_id
    factories.an_asset(ada.creator, shown)
    factories.an_asset(ada.creator, shown, state="waiting", failure=None, alt="A blue vase")
    factories.an_order(factories.a_user(), made["held"])
    factories.an_order(factories.a_user(), made["sold"], status="confirmed")
    return {state: drop.slug for state, drop in made.items()}


@pytest.fixture
def orders(ada: Person, ben: Person) -> list[str]:
    """An order of Ben's in each status."""
    live = factories.a_live_drop(ada.creator, title="Bought", ships=True, limit_per_customer=9)
    statuses = ("placed", "confirmed", "cancelled", "lapsed", "refunded")
    return [str(factories.an_order(ben.user, live, status=status).id) for status in statuses]


@pytest.fixture(params=range(PARTS), ids=lambda part: f"part {part + 1}")
def part(request: pytest.FixtureRequest) -> Part:
    """A part of a tour that is long: all of them make the whole."""
    return lambda entries: entries[request.param :: PARTS]


def written() -> None:
    """What happened is in the audit trail."""
    write_entries(event_ids=[event.id for event in recorded()])


def published(drops: dict[str, str]) -> dict[str, str]:
    return {state: slug for state, slug in drops.items() if state != "draft"}


def test_every_page_has_its_entry_in_the_tour(app: Flask) -> None:
    places = dict.fromkeys(("live", "scheduled", "draft", "shipped"), "x")
    entries = [
        *everybodys(places),
        *bens(places, ["x"]),
        *BENS_SETTINGS,
        *adas(places, ["x"]),
        *doras(0, 0, "x", "x"),
    ]
    toured = {endpoint for endpoint, _ in entries} | NO_PAGES
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    answers_programs = {rule.endpoint for rule in rules if rule.endpoint.startswith("api.")}
    assert {rule.endpoint for rule in rules} <= toured | answers_programs


def test_everybody_can_read_every_public_page(
    window: Visit, part: Part, drops: dict[str, str]
) -> None:
    walk(window, part(everybodys(published(drops))))


def test_ben_can_read_every_page_of_his(
    window: Visit,
    part: Part,
    ada: Person,
    ben: Person,
    drops: dict[str, str],
    orders: list[str],
) -> None:
    follow(follower_id=ben.id, creator_id=ada.id)
    announce_due()
    told()
    window.sign_in(ben)
    walk(window, part(bens(drops, orders)))


def test_ben_can_read_every_page_of_his_settings(window: Visit, ben: Person) -> None:
    factories.a_sign_in(ben.user, device="Firefox on Windows", origin="192.0.2.7")
    window.sign_in(ben)
    reset = ("resets.edit", f"/password-resets/{commands.write_reset(user_id=ben.id)}")
    walk(window, [*BENS_SETTINGS, reset])


def test_ben_can_read_where_he_waits_and_what_he_is_offered(
    window: Visit, ada: Person, ben: Person
) -> None:
    waits, offered = (factories.a_live_drop(ada.creator, quantity=1) for _ in range(2))
    held = [factories.an_order(factories.a_user(), drop) for drop in (waits, offered)]
    for drop in (waits, offered):
        join_line(sku_id=factories.sku_of(drop).id, user_id=ben.id, quantity=1)
    cancel(order_id=held[1].id, user_id=held[1].user_id)
    window.sign_in(ben)
    pages = [("drops.show", f"/drops/{drop.slug}") for drop in (waits, offered)]
    offer = row(Order, user_id=ben.id)
    walk(window, [*pages, ("orders.show", f"/orders/{offer.id}")])


def test_ada_can_read_every_page_of_her_studio(
    window: Visit, part: Part, ada: Person, drops: dict[str, str], orders: list[str]
) -> None:
    for days_ago in (2, 9, 20):
        factories.followers(ada.creator, 5 + days_ago, days_ago=days_ago)
    window.sign_in(ada)
    walk(window, part(adas(drops, orders[1:2])))


def test_dora_can_read_every_page_of_the_back_office(
    window: Visit, part: Part, ada: Person, ben: Person, dora: Person
) -> None:
    live = factories.a_live_drop(ada.creator, quantity=[20, 5], limit_per_customer=3)
    order = factories.an_order(ben.user, live, status="confirmed")
    commands.suspend(user_id=ben.id, reason="They asked us to.", by=dora.id)
    ask_check(by=dora.id)
    written()
    letter = a_dead_letter()
    window.sign_in(dora)
    walk(window, part(doras(ada.id, live.id, str(order.id), letter)))


def walk(visit: Visit, entries: Entries) -> None:
    """Open each page and look at it on every screen; say all that is wrong, not the first."""
    visit.page.add_init_script(SHIFTS)
    wrong = [f"{path}: {words}" for _, path in entries for words in look(visit, path)]
    assert not wrong, "\n".join(wrong)


def look(visit: Visit, path: str) -> list[str]:
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE)
    shifted = page.evaluate("window.shifted")
    wrong = [f"it moved by {shifted:.3f} while loading"] if shifted > SHIFT else []
    for width, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        wrong += [
            f"{width} {scheme}: {one['id']} at {[node['target'] for node in one['nodes']][:3]}"
            for one in page.evaluate("(options) => axe.run(options)", RULES)["violations"]
        ]
    # Which is also what 1280 px are at a zoom of 400 %.
    page.set_viewport_size({"width": 320, "height": 844})
    if page.evaluate("document.documentElement.scrollWidth") > 320:
        wrong.append("it scrolls sideways at 320 px")
    return wrong + keyboard(visit)


def keyboard(visit: Visit) -> list[str]:
    """Walk through the page by the Tab key: each stop is to be seen, and none is a trap."""
    page = visit.page
    page.set_viewport_size({"width": 1280, "height": 844})
    page.evaluate("document.activeElement?.blur()")
    stops: list[str] = []
    for _ in range(80):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or stop["again"]:
            return [f"{name} shows no focus" for name in stops]
        if not stop["visible"]:
            stops.append(stop["name"])
    return ["the Tab key goes round for ever"] if len(stops) > 40 else []


# The ring may stand around what the focused element belongs to: a card, a choice with its label.
STOP = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const again = here.dataset.toured === "yes";
  here.dataset.toured = "yes";
  const ringed = (element, pseudo) => {
    const style = getComputedStyle(element, pseudo);
    return style.outlineStyle !== "none" || style.boxShadow !== "none";
  };
  const around = [here, here.parentElement, here.parentElement?.parentElement].filter(Boolean);
  const visible = around.some((element) =>
    ringed(element) || ringed(element, "::after") || ringed(element, "::before"));
  return { again, visible, name: here.outerHTML.slice(0, 80) };
}"""
