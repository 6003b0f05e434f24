"""Every state of a drop says what it is and what is next (U01), and what one may count on (U12)."""

from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import pytest

from livedrop.drops.models import Drop
from tests import factories
from tests.cast import Person
from tests.page import Page, Seen, words

Make = Callable[[Person, Person], Drop]


def sold(ada: Person, taken: int, *, status: str = "confirmed") -> Drop:
    drop = factories.a_live_drop(ada.creator, quantity=10)
    factories.an_order(factories.a_user(), drop, taken, status=status)
    return drop


def bens(ada: Person, ben: Person, status: str) -> Drop:
    drop = factories.a_live_drop(ada.creator)
    factories.an_order(ben.user, drop, status=status)
    return drop


@dataclass(frozen=True)
class State:
    """Made so, it says `title` of the drop, `says` of one's order, and leads on by `ways`."""

    make: Make
    title: str
    says: str
    ways: tuple[str, ...]


ONWARD = "See what Ada does next"
STATES = {
    "coming": State(
        lambda ada, ben: factories.a_scheduled_drop(ada.creator, starts_in=9000, ends_in=9900),
        "Coming",
        "Opens",
        (),
    ),
    "last-minutes": State(
        lambda ada, ben: factories.a_scheduled_drop(ada.creator, starts_in=120),
        "Coming",
        "Opens",
        (),
    ),
    "live": State(
        lambda ada, ben: factories.a_live_drop(ada.creator), "Live now", "", ("Buy 1 · €45",)
    ),
    "low": State(lambda ada, ben: sold(ada, 9), "Live now, few left", "", ("Buy 1 · €45",)),
    "all-held": State(lambda ada, ben: sold(ada, 10, status="placed"), "All held", "", ("Buy",)),
    "yours": State(lambda ada, ben: bens(ada, ben, "placed"), "Live now", "Yours", ("Pay now",)),
    "paid": State(
        lambda ada, ben: bens(ada, ben, "confirmed"), "Live now", "Yours.", ("See the order",)
    ),
    "sold-out": State(lambda ada, ben: sold(ada, 10), "Sold out", "", (ONWARD,)),
    "ended": State(lambda ada, ben: factories.an_ended_drop(ada.creator), "Ended", "", (ONWARD,)),
    "cancelled": State(
        lambda ada, ben: factories.a_cancelled_drop(ada.creator), "Cancelled", "", (ONWARD,)
    ),
}
# A "no" to an order, by what it is about.
MISSED = {
    "all-held": ("All held", "may come back", "Try again"),
    "sold-out": ("Sold out", "Somebody was faster", "See other drops"),
}


def ways_on(seen: Seen) -> list[str]:
    """What can be pressed or followed, but for what is shown only once all are held."""
    pressed = [each for each in seen.all("button") if each.get("disabled") is None]
    followed = [each for each in seen.all("a") if each not in seen.all(".to-line")]
    return [label(each) for each in (*pressed, *followed)]


def label(element: Element) -> str:
    (own,) = [each for each in element.iter() if each.get("class") == "label"] or [element]
    return words(own)


@pytest.mark.parametrize("name", STATES)
def test_u01_the_page_says_how_it_stands_and_what_is_next(ada: Person, ben: Person, name: str):
    state = STATES[name]
    drop = state.make(ada, ben)
    page = ben.page.get(f"/drops/{drop.slug}")
    panel = ben.page.fragment(f"/drops/{drop.slug}/orders/new")
    assert page.texts("#drop-state-title") == [state.title]
    assert state.says in panel.text
    for way in state.ways:
        assert any(each.startswith(way) for each in ways_on(panel)), ways_on(panel)


@pytest.mark.parametrize("name", ["coming", "last-minutes"])
def test_u01_who_is_early_chooses_and_waits_for_a_button_that_opens_by_itself(
    ada: Person, ben: Person, name: str
):
    drop = STATES[name].make(ada, ben)
    panel = ben.page.fragment(f"/drops/{drop.slug}/orders/new")
    button = panel.one("#order-form button")
    assert button.get("data-buyable-at-zero") is not None
    assert button.get("data-label") == "Buy 1 · €45"
    assert panel.has("noscript a")
    assert "Last minutes. Choose now" in ben.page.get(f"/drops/{drop.slug}").text


@pytest.mark.parametrize("name", STATES)
def test_u01_no_state_is_a_dead_end_for_who_has_no_account(
    ada: Person, ben: Person, page: Page, name: str
):
    drop = STATES[name].make(ada, ben)
    panel = page.fragment(f"/drops/{drop.slug}/orders/new")
    over = name in {"sold-out", "ended", "cancelled"}
    assert (ONWARD if over else "Sign in to buy") in ways_on(panel)


@pytest.mark.parametrize("name", MISSED)
def test_u01_who_missed_it_hears_what_happened_and_what_is_next(
    ada: Person, ben: Person, name: str
):
    title, says, way = MISSED[name]
    drop = factories.a_live_drop(ada.creator, quantity=1)
    panel = ben.page.fragment(f"/drops/{drop.slug}/orders/new")
    status = "placed" if name == "all-held" else "confirmed"
    factories.an_order(factories.a_user(), drop, status=status)
    missed = panel.submit("#order-form", 409, htmx=True)
    assert missed.texts("h2") == [title]
    assert says in missed.text
    assert "You were charged nothing." in missed.text
    assert way in ways_on(missed)


def test_a_panel_without_a_way_on_would_be_noticed(ada: Person, ben: Person):
    """The negative control of U01: the panel of a live drop whose button is not to be pressed."""
    panel = ben.page.fragment(f"/drops/{factories.a_live_drop(ada.creator).slug}/orders/new")
    assert ways_on(panel)
    panel.one("#order-form button").set("disabled", "")
    assert ways_on(panel) == []


# --- U12: what one may count on, before the last step ---


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("ships", [True, False])
def test_u12_each_state_tells_price_rule_zone_and_what_happens_on_failure(
    ada: Person, ben: Person, page: Page, name: str, ships: bool
):
    drop = STATES[name].make(ada, ben)
    factories.change(drop, ships=ships)
    text = page.get(f"/drops/{drop.slug}").text
    assert "First come, first served, by our clock" in text
    assert "At most 1 unit for each person." in text
    assert ("Prices include shipping." if ships else "the price is all you pay") in text
    assert "then it goes back to the others" in text
    assert "If the drop is cancelled, what was paid goes back." in text
    assert " UTC" in text


@pytest.mark.parametrize(
    ("name", "stock"),
    [
        ("coming", "€45 10"),
        ("live", "10 of 10 left"),
        ("low", "1 of 10 left"),
        ("all-held", "10 held, none free"),
        ("sold-out", "10 of 10 sold"),
        ("ended", "0 of 10 sold"),
    ],
)
def test_u12_each_state_tells_its_stock(
    ada: Person, ben: Person, page: Page, name: str, stock: str
):
    drop = STATES[name].make(ada, ben)
    assert stock in page.get(f"/drops/{drop.slug}").text


@pytest.mark.parametrize("ships", [True, False])
def test_u12_the_total_stands_beside_the_button_that_pays(ada: Person, ben: Person, ships: bool):
    address = {"name": "Ben", "line1": "Elm Street 1", "line2": "", "postcode": "1"}
    drop = factories.a_live_drop(ada.creator, ships=ships, limit_per_customer=3)
    delivery = address | {"city": "Springwood", "country": "Portugal"} if ships else None
    order = factories.an_order(ben.user, drop, 2, delivery=delivery)
    seen = ben.page.get(f"/orders/{order.id}")
    total = "Total, shipping included€90" if ships else "Total€90"
    assert seen.texts(".receipt tfoot tr") == [total]
    assert "Pay €90" in ways_on(seen)
    assert "or the units go back to the drop" in seen.text


def test_u12_a_panel_tells_price_window_and_shipping_before_anything_is_ordered(
    ada: Person, ben: Person
):
    drop = factories.a_live_drop(ada.creator, ships=True)
    panel = ben.page.fragment(f"/drops/{drop.slug}/orders/new")
    assert ways_on(panel) == ["Buy 1 · €45"]
    assert "First come, first served." in panel.text
    assert "you have 90 seconds to pay; shipping is included" in panel.text
