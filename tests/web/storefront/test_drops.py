"""The drop page in each of its states, for everybody."""

import pytest

from livedrop.drops import commands
from tests import factories
from tests.statements import statements


def sold(drop, units, status="confirmed"):
    factories.an_order(factories.a_user(), drop, units, status=status)
    return drop


STATES = {
    "Coming": lambda ada: factories.a_scheduled_drop(ada),
    "Live now": lambda ada: factories.a_live_drop(ada, quantity=20),
    "Live now, few left": lambda ada: sold(factories.a_live_drop(ada, quantity=20), 18),
    "All held": lambda ada: sold(factories.a_live_drop(ada, quantity=2), 2, "placed"),
    "Sold out": lambda ada: sold(factories.a_live_drop(ada, quantity=2), 2),
    "Ended": lambda ada: factories.an_ended_drop(ada),
    "Cancelled": lambda ada: factories.a_cancelled_drop(ada),
}


@pytest.mark.parametrize("words", STATES)
def test_it_says_how_it_stands(page, ada, words):
    drop = STATES[words](ada.creator)
    seen = page.get(f"/drops/{drop.slug}")
    assert seen.texts("#drop-state-title") == [words]


@pytest.mark.parametrize("words", STATES)
def test_no_state_is_a_dead_end(page, ada, words):
    drop = STATES[words](ada.creator)
    coming = factories.a_scheduled_drop(title="Another")
    seen = page.get(f"/drops/{drop.slug}")
    assert f"/drops/{coming.slug}" in links(seen)
    assert "/drops?state=scheduled" in links(seen)


def test_with_nothing_else_announced_it_leads_to_its_creator(page, ada):
    seen = page.get(f"/drops/{factories.an_ended_drop(ada.creator).slug}")
    assert "Nothing else is announced yet." in seen.text
    assert links(seen).count("/@ada") == 2


def test_drops_of_the_same_creator_come_first_among_what_is_next(page, ada):
    drop = factories.an_ended_drop(ada.creator)
    factories.a_scheduled_drop(title="Sooner, of somebody else", starts_in=60)
    factories.a_scheduled_drop(ada.creator, title="Later, by Ada", starts_in=3000)
    titles = page.get(f"/drops/{drop.slug}").texts(".drop-card .card-title")
    assert titles == ["Later, by Ada", "Sooner, of somebody else"]


def test_it_holds_no_form_and_loads_the_order_panel(page, ada):
    drop = factories.a_live_drop(ada.creator)
    seen = page.get(f"/drops/{drop.slug}")
    panel, (link,) = seen.one("#drop-order-panel"), seen.all("#drop-order-panel a")
    assert panel.get("hx-get") == link.get("href") == f"/drops/{drop.slug}/orders/new?seen=1"
    assert not seen.has("form")


def test_it_shows_units_left_of_each_sku_with_price(page, ada):
    drop = factories.a_live_drop(ada.creator, quantity=[20, 5, 3], price=4500)
    first, second, third = factories.skus_of(drop)
    factories.an_order(factories.a_user(), drop, 4, sku=first)
    factories.an_order(factories.a_user(), drop, 5, sku=second)
    factories.an_order(factories.a_user(), drop, 3, sku=third, status="confirmed")
    rows = page.get(f"/drops/{drop.slug}").texts("#stock tbody tr")
    assert [row.split("€45 ")[1] for row in rows] == ["16 of 20", "all 5 held", "sold out"]


def test_units_of_a_due_order_are_left_again_before_anybody_swept(page, ada, ben):
    drop = factories.a_live_drop(ada.creator, quantity=2)
    factories.an_order(ben.user, drop, 2, pay_in=-1)
    assert page.get(f"/drops/{drop.slug}").texts("#stock td")[2] == "2 of 2"


def test_it_tells_the_rule_before_anybody_orders(page, ada):
    drop = factories.a_scheduled_drop(
        ada.creator, limit_per_customer=3, payment_window_seconds=120, ships=True
    )
    text = page.get(f"/drops/{drop.slug}").text
    for words in ("First come, first served", "At most 3 units", "120 seconds", "include shipping"):
        assert words in text
    assert "Each time says in which zone it is." in text


def test_its_history_is_public(page, ada):
    drop = factories.a_draft(ada.creator, quantity=5)
    who = {"drop_id": drop.id, "actor_id": ada.id}
    commands.publish(**who)
    commands.add_units(**who, declared={factories.sku_of(drop).id: 8})
    commands.cancel(**who, reason="The kiln broke.")
    seen = page.get(f"/drops/{drop.slug}")
    changes = [line.split(": ", 1)[1] for line in seen.texts(".history li")]
    assert changes == ["cancelled: “The kiln broke.”", "3 more units.", "announced."]
    assert "“The kiln broke.” What was paid goes back." in seen.text


@pytest.mark.parametrize("kind", ["a_draft", "nothing"])
def test_a_draft_is_not_to_be_seen_even_by_ada(ada, kind):
    slug = factories.a_draft(ada.creator).slug if kind == "a_draft" else "nothing-2345"
    for path in (f"/drops/{slug}", f"/drops/{slug}/state"):
        ada.page.get(path, 404)


def test_it_is_read_in_a_counted_number_of_statements(page, ada):
    drop = factories.a_live_drop(ada.creator, quantity=[5] * 10)
    for _ in range(5):
        factories.a_scheduled_drop(ada.creator)
    with statements() as sent:
        page.get(f"/drops/{drop.slug}")
    assert len(sent) <= 8


# --- the fragment that open pages refresh ---


def test_the_fragment_is_what_stands_on_the_page(page, ada):
    drop = factories.a_live_drop(ada.creator)
    seen = page.fragment(f"/drops/{drop.slug}/state")
    assert not seen.is_page
    assert seen.one("section").get("id") == "drop-state"
    assert page.get(f"/drops/{drop.slug}").texts("#stock") == seen.texts("#stock")


@pytest.mark.parametrize(
    ("make", "trigger"),
    [
        (factories.a_live_drop, "every 2s, countdown:passed from:body, page:back from:body"),
        (factories.a_scheduled_drop, "every 30s, countdown:passed from:body, page:back from:body"),
        (factories.an_ended_drop, None),
        (factories.a_cancelled_drop, None),
    ],
)
def test_it_asks_again_as_long_as_something_can_change(page, ada, make, trigger):
    drop = make(ada.creator)
    root = page.fragment(f"/drops/{drop.slug}/state").one("#drop-state")
    assert root.get("hx-trigger") == trigger


def test_the_countdown_is_a_timer_that_keeps_quiet(page, ada):
    seen = page.get(f"/drops/{factories.a_scheduled_drop(ada.creator).slug}")
    timer = seen.one("time[data-countdown=start]")
    assert timer.get("role") == "timer"
    assert "aria-live" not in timer.attrib
    assert "UTC" in timer.text


# --- the grid ---


def test_the_grid_shows_each_state_by_itself(page, ada):
    made = {
        "live": factories.a_live_drop(ada.creator, title="Live"),
        "scheduled": factories.a_scheduled_drop(ada.creator, title="Coming"),
        "ended": factories.an_ended_drop(ada.creator, title="Over"),
        "cancelled": factories.a_cancelled_drop(ada.creator, title="Off"),
    }
    for state, drop in made.items():
        seen = page.get(f"/drops?state={state}")
        assert seen.texts(".card-title") == [drop.title]
        assert seen.one("a[aria-current]").get("href") == f"/drops?state={state}"
    assert len(page.get("/drops").all(".drop-card")) == 4


def test_the_grid_of_one_creator_leaves_out_the_others(page, ada):
    factories.a_live_drop(ada.creator, title="Mine")
    factories.a_live_drop(title="Not mine")
    seen = page.get("/drops?creator=ada&state=live")
    assert seen.h1 == "Live drops by Ada"
    assert seen.texts(".card-title") == ["Mine"]


@pytest.mark.parametrize("query", ["state=draft", "creator=nobody"])
def test_what_is_no_list_is_not_found(page, query):
    page.get(f"/drops?{query}", 404)


def test_a_cursor_that_was_tampered_with_is_refused(page):
    page.get("/drops?cursor=made-up", 400)


def test_the_grid_asks_the_database_twice_however_long(page, ada):
    for _ in range(5):
        factories.a_live_drop(ada.creator)
    with statements() as sent:
        page.get("/drops")
    assert len(sent) == 2  # the cards, and what is left of those that are live


def links(seen):
    return [link.get("href") for link in seen.all("main a")]


def test_what_comes_next_is_what_can_be_had(page, ada):
    """Who lost is not sent to where everything is gone as well."""
    here = factories.a_live_drop(ada.creator)
    for title, status in (("Gone", "confirmed"), ("Held", "placed")):
        other = factories.a_live_drop(ada.creator, title=title, quantity=1)
        factories.an_order(factories.a_user(), other, status=status)
    factories.a_scheduled_drop(title="Coming")
    seen = page.get(f"/drops/{here.slug}")
    assert seen.texts(".drop-card .card-title") == ["Held", "Coming", "Gone"]
