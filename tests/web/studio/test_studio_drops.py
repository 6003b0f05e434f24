"""A creator drafts a drop, publishes it, moves it, grows it and cancels it."""

from datetime import timedelta

import pytest

from livedrop.accounts.models import SignIn
from livedrop.drops import queries
from livedrop.drops.models import Drop, Sku
from livedrop.inventory.models import Stock
from tests import factories
from tests.page import words
from tests.rows import kinds, row, rows
from tests.statements import statements

TYPED = {
    "title": "Winter prints",
    "starts_at": "2037-01-10T18:00",
    "ends_at": "2037-01-11T18:00",
    "skus-0-name": "Large",
    "skus-0-price": "45.00",
    "skus-0-quantity": "10",
}


def draft(ada, status=200, **typed):
    form = ada.page.get("/studio/drops/new")
    return form.submit("#drop-form", status, **TYPED | typed)


def in_berlin(person):
    factories.change(person.user, time_zone="Europe/Berlin")


# --- drafting ---


def test_ada_drafts_her_first_drop(ada):
    seen = draft(ada, limit_per_customer=2, ships="y")
    assert (seen.h1, "Draft" in seen.text) == ("Winter prints", True)
    drop = row(Drop)
    assert (drop.limit_per_customer, drop.ships, drop.currency) == (2, True, "EUR")
    assert (row(Sku).name, row(Sku).price, row(Stock).declared) == ("Large", 4500, 10)


def test_times_are_typed_by_her_own_clocks_and_shown_beside_utc(ada):
    in_berlin(ada)
    seen = draft(ada)
    assert row(Drop).starts_at.isoformat() == "2037-01-10T17:00:00+00:00"
    assert "10 Jan 2037, 18:00 Europe/Berlin (10 Jan 2037, 17:00 UTC)" in seen.text


def test_a_time_that_never_comes_is_refused_beside_its_field(ada):
    in_berlin(ada)
    seen = draft(ada, 422, starts_at="2037-03-29T02:30", ends_at="2037-03-30T10:00")
    assert "There is no 02:30 in Europe/Berlin that day" in seen.texts("#starts_at-error")[0]
    assert seen.one("#starts_at").get("value") == "2037-03-29T02:30"
    assert rows(Drop) == []


def test_a_time_that_comes_twice_is_asked_about(ada):
    in_berlin(ada)
    seen = draft(ada, 422, starts_at="2037-10-25T02:30", ends_at="2037-10-26T10:00")
    assert seen.texts("#starts_at-offset option") == ["02:30, UTC+02:00", "02:30, UTC+01:00"]
    seen.submit("#drop-form", **{"starts_at-offset": "+01:00"})
    assert row(Drop).starts_at.isoformat() == "2037-10-25T01:30:00+00:00"


def test_the_answer_stays_when_the_draft_is_edited(ada):
    in_berlin(ada)
    seen = draft(ada, 422, starts_at="2037-10-25T02:30", ends_at="2037-10-26T10:00")
    seen.submit("#drop-form", **{"starts_at-offset": "+01:00"})
    before = row(Drop).starts_at
    ada.page.get(f"/studio/drops/{row(Drop).slug}/edit").submit("#drop-form", title="Again")
    assert (row(Drop).title, row(Drop).starts_at) == ("Again", before)


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("title", "", "This is needed."),
        ("starts_at", "soon", "A date and a time, please, such as 2027-05-31 18:00."),
        ("starts_at", "", "A date and a time, please, such as 2027-05-31 18:00."),
        ("ends_at", "2037-01-10T17:00", "The end must be after the start."),
        ("ends_at", "9999-12-31T23:59", "A date and a time, please, such as 2027-05-31 18:00."),
        ("limit_per_customer", "101", "A number from 1 to 100, please."),
        ("limit_per_customer", "many", "A whole number, please."),
        ("payment_window_seconds", "30", "A number from 60 to 600, please."),
        ("skus-0-name", "", "This is needed."),
        ("skus-0-price", "45.001", "A price such as 45.00, please."),
        ("skus-0-price", "1e999999999", "A price such as 45.00, please."),
        ("skus-0-price", "", "A price such as 45.00, please."),
        ("skus-0-quantity", "0", "A number from 1 to 1,000,000, please."),
        ("skus-0-quantity", "some", "A whole number, please."),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field(ada, field, typed, words):
    seen = draft(ada, 422, **{field: typed})
    assert words in seen.texts(f"#{field}-error")[0]
    assert words in seen.texts(".error-summary a")
    assert seen.one(f"#{field}").get("value") == typed
    assert rows(Drop) == []


def test_rows_come_and_go_without_script_and_nothing_typed_is_lost(ada):
    form = ada.page.get("/studio/drops/new")
    two = form.submit("#drop-form", **TYPED | {"rows": "add"})
    three = two.submit("#drop-form", **{"skus-1-name": "Small", "skus-1-price": "?", "rows": "add"})
    assert [three.one(f"#skus-{n}-name").get("value") for n in range(3)] == ["Large", "Small", ""]
    left = three.submit("#drop-form", rows="0")
    assert left.one("#skus-0-name").get("value") == "Small"
    assert left.one("#skus-0-price").get("value") == "?"
    assert left.one("#title").get("value") == "Winter prints"
    assert (len(left.all(".sku-row")), rows(Drop)) == (2, [])


def test_with_script_the_form_alone_is_swapped(ada):
    form = ada.page.get("/studio/drops/new")
    seen = form.submit("#drop-form", htmx=True, **TYPED | {"rows": "add"})
    assert not seen.is_page
    assert len(seen.all("#drop-form .sku-row")) == 2


def test_a_variant_may_be_of_a_product_that_is_there(ada):
    vase = factories.a_product(ada.creator, "Vase")
    draft(ada, **{"skus-0-product": str(vase.id)})
    assert row(Sku).product_id == vase.id


def test_nobody_offers_somebody_elses_product(ada):
    theirs = factories.a_product()
    draft(ada, 422, **{"skus-0-product": str(theirs.id)})
    assert rows(Drop) == []


def test_prices_in_yen_have_no_digits_after_the_point(ada):
    draft(ada, 422, currency="JPY", **{"skus-0-price": "45.50"})
    draft(ada, **{"currency": "JPY", "skus-0-price": "4500"})
    assert row(Sku).price == 4500


def test_the_edit_form_shows_the_draft_as_it_stands(ada):
    drop = factories.a_draft(ada.creator, quantity=[3, 4], price=4550)
    seen = ada.page.get(f"/studio/drops/{drop.slug}/edit")
    assert seen.one("#title").get("value") == drop.title
    assert seen.one("#skus-1-name").get("value") == "No. 2"
    assert seen.one("#skus-1-price").get("value") == "45.50"
    assert seen.one("#skus-1-quantity").get("value") == "4"


def test_saving_it_untouched_changes_nothing(ada):
    drop = factories.a_draft(ada.creator, quantity=[3, 4])
    ada.page.get(f"/studio/drops/{drop.slug}/edit").submit("#drop-form")
    assert (row(Drop).starts_at, row(Drop).ends_at) == (drop.starts_at, drop.ends_at)
    assert factories.stock_of(drop) == [(3, 0), (4, 0)]


# --- what follows ---


def test_ada_publishes_her_draft(ada):
    drop = factories.a_draft(ada.creator)
    seen = ada.page.get(f"/studio/drops/{drop.slug}").submit("#publication")
    assert "Scheduled" in seen.text
    assert kinds() == ["DropPublished"]


def test_a_draft_that_offers_nothing_says_what_to_do_instead(ada):
    drop = factories.a_draft(ada.creator, quantity=[])
    seen = ada.page.get(f"/studio/drops/{drop.slug}").submit("#publication", 409)
    assert (seen.h1, "Nothing is offered yet. Add a variant" in seen.text) == (drop.title, True)
    assert kinds() == []


def test_ada_moves_a_scheduled_drop(ada):
    drop = factories.a_scheduled_drop(ada.creator)
    form = ada.page.get(f"/studio/drops/{drop.slug}/schedule/edit")
    later = (drop.ends_at + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    seen = form.submit("#schedule-form", ends_at=later)
    assert "start or end moved" in seen.text
    assert row(Drop).starts_at == drop.starts_at, "what was not touched stays to the microsecond"
    assert row(Drop).ends_at > drop.ends_at


def test_a_live_drop_does_not_move_and_says_so(ada):
    drop = factories.a_scheduled_drop(ada.creator)
    form = ada.page.get(f"/studio/drops/{drop.slug}/schedule/edit")
    factories.change(drop, starts_at=factories.now())
    seen = form.submit("#schedule-form", 409, ends_at="2037-01-01T00:00")
    assert "That is frozen now." in seen.text
    assert row(Drop).ends_at == drop.ends_at


def test_ada_adds_units(ada):
    drop = factories.a_live_drop(ada.creator, quantity=10)
    sku = factories.sku_of(drop)
    form = ada.page.get(f"/studio/drops/{drop.slug}/units/edit")
    seen = form.submit("#units-form", **{f"units-{sku.id}": 12})
    assert "units added: 2 more of No. 1" in seen.text
    assert factories.stock_of(drop) == [(12, 0)]


def test_fewer_units_than_promised_are_refused_beside_the_field(ada):
    drop = factories.a_live_drop(ada.creator, quantity=10)
    field = f"units-{factories.sku_of(drop).id}"
    form = ada.page.get(f"/studio/drops/{drop.slug}/units/edit")
    seen = form.submit("#units-form", 422, **{field: 9})
    assert seen.texts(f"#{field}-error") == ["At least 10: what was promised stays promised."]


def test_units_promised_meanwhile_are_not_taken_back_by_an_old_form(ada):
    drop = factories.a_live_drop(ada.creator, quantity=10)
    field = f"units-{factories.sku_of(drop).id}"
    old = ada.page.get(f"/studio/drops/{drop.slug}/units/edit")
    ada.page.get(f"/studio/drops/{drop.slug}/units/edit").submit("#units-form", **{field: 20})
    old.submit("#units-form", 422, **{field: 15})
    assert factories.stock_of(drop) == [(20, 0)]


def test_ada_cancels_her_drop_with_a_reason(ada):
    drop = factories.a_live_drop(ada.creator)
    form = ada.page.get(f"/studio/drops/{drop.slug}/cancellation/new")
    form.submit("#cancellation-form", 422, reason="")
    seen = form.submit("#cancellation-form", reason="The kiln broke.")
    assert "Cancelled The kiln broke." in seen.text
    assert row(Drop).cancelled_by == ada.id


def called_off_in_an_old_browser(ada, drop):
    """Ada's browser sends the form eleven minutes after the password was typed there; what she sees
    then."""
    place = f"/studio/drops/{drop.slug}/cancellation/new"
    form = ada.page.get(place)
    begun = factories.now() - timedelta(minutes=11)
    factories.change(row(SignIn, user_id=ada.id), created_at=begun)
    seen = form.submit("#cancellation-form", reason="The kiln broke.")
    return seen, ada.page.get(place)


def test_what_gives_everybody_their_money_back_asks_for_the_password(ada):
    """S12"""
    drop = factories.a_live_drop(ada.creator)
    for seen in called_off_in_an_old_browser(ada, drop):
        assert seen.h1 == "Confirm that it is you"
    assert row(Drop).cancelled_at is None


def test_what_nobody_could_buy_is_called_off_without(ada):
    """And it is the control of the test above: without that guard, this is what happens."""
    seen, _ = called_off_in_an_old_browser(ada, factories.a_draft(ada.creator))
    assert "The kiln broke." in seen.text


def test_what_is_over_can_only_be_repeated(ada):
    for make in (factories.an_ended_drop, factories.a_cancelled_drop):
        seen = ada.page.get(f"/studio/drops/{make(ada.creator).slug}")
        assert not seen.has("#studio-drop form")
        assert seen.texts("#studio-drop .actions a") == [
            "Export as a table",
            "Draft another like it",
        ]


# --- how it goes ---


def test_the_page_shows_orders_units_and_takings(ada, ben, cleo):
    drop = factories.a_live_drop(ada.creator, quantity=10, price=4500)
    factories.an_order(ben.user, drop, 2, status="confirmed")
    factories.an_order(cleo.user, drop, 1)
    factories.an_order(cleo.user, drop, 1, pay_in=-1)
    seen = ada.page.get(f"/studio/drops/{drop.slug}")
    assert seen.texts("#studio-drop-takings") == ["Sold 2 for €90, in 1 order."]
    assert seen.texts("#studio-drop-units td") == ["€45", "10", "3", "1", "2", "7"]
    assert "Ben @ben Paid 2 €90" in seen.text
    assert "Cleo @cleo Ran out" in seen.text


def test_takings_beyond_32_bits_are_added_up(ada, ben):
    drop = factories.a_live_drop(ada.creator, quantity=100, price=1_000_000_000)
    factories.an_order(ben.user, drop, 100, status="confirmed")
    assert "Sold 100 for €1,000,000,000" in ada.page.get(f"/studio/drops/{drop.slug}").text


def test_while_live_the_panel_asks_for_itself_every_two_seconds(ada):
    drop = factories.a_live_drop(ada.creator)
    panel = ada.page.fragment(f"/studio/drops/{drop.slug}").one("#studio-drop")
    assert panel.get("hx-get") == f"/studio/drops/{drop.slug}"
    assert panel.get("hx-trigger") == "every 2s, live:ask from:body throttle:500ms"


def test_shortly_before_the_start_it_waits_for_it(ada):
    drop = factories.a_scheduled_drop(ada.creator, starts_in=60)
    panel = ada.page.fragment(f"/studio/drops/{drop.slug}").one("#studio-drop")
    assert panel.get("hx-trigger").startswith("load delay:")


@pytest.mark.parametrize(
    "make", [factories.a_draft, factories.an_ended_drop, factories.a_cancelled_drop]
)
def test_when_nothing_changes_by_itself_it_asks_no_more(ada, make):
    drop = make(ada.creator)
    panel = ada.page.fragment(f"/studio/drops/{drop.slug}").one("#studio-drop")
    assert "hx-get" not in panel.attrib


def test_all_orders_go_on_behind_a_link(ada, ben):
    drop = factories.a_live_drop(ada.creator, quantity=100)
    for _ in range(51):
        factories.an_order(ben.user, drop)
    first = ada.page.get(f"/studio/drops/{drop.slug}/orders")
    assert len(first.all("tbody tr")) == 50
    second = ada.page.get(first.one(".more a").get("href"))
    assert len(second.all("tbody tr")) == 1


def test_the_index_lists_her_drops_of_every_state(ada):
    factories.a_draft(ada.creator, title="Sketches")
    factories.a_live_drop(ada.creator, title="Prints")
    factories.a_live_drop(title="Not hers")
    seen = ada.page.get("/studio/drops")
    assert seen.texts("tbody th") == ["Prints", "Sketches"]
    assert ada.page.get("/studio").texts("tbody th") == ["Prints", "Sketches"]


# --- own things only ---


def test_cleo_finds_nothing_of_adas_drop(ada, cleo):
    factories.a_creator(cleo.user)
    drop = factories.a_live_drop(ada.creator)
    for tail in ("", "/edit", "/schedule/edit", "/units/edit", "/cancellation/new", "/orders"):
        cleo.page.get(f"/studio/drops/{drop.slug}{tail}", 404)


@pytest.mark.parametrize(
    "noun", ["publication", "schedule", "units", "cancellation", "?_method=PUT"]
)
def test_cleo_changes_nothing_of_adas_drop(ada, cleo, noun):
    factories.a_creator(cleo.user)
    drop = factories.a_draft(ada.creator)
    address = f"/studio/drops/{drop.slug}".rstrip("/") + (noun if noun[0] == "?" else f"/{noun}")
    token = cleo.page.get("/studio/drops/new").one("#drop-form input[name=csrf_token]").get("value")
    cleo.page.post(address, 404, csrf_token=token, reason="Mine now.", **TYPED)
    assert queries.drop_of_id(drop.id).state == "draft"
    assert kinds() == []


def test_without_the_token_nothing_is_published(ada):
    drop = factories.a_draft(ada.creator)
    ada.page.post(f"/studio/drops/{drop.slug}/publication", 403)
    assert kinds() == []


def test_who_is_suspended_reads_and_changes_nothing(ada):
    factories.change(ada.user, suspended_at=factories.now())
    drop = factories.a_draft(ada.creator)
    seen = ada.page.get(f"/studio/drops/{drop.slug}")
    assert seen.h1 == drop.title
    seen.submit("#publication", 403)
    assert kinds() == []


# --- how much it asks ---


@pytest.mark.parametrize("address", ["/studio", "/studio/drops"])
def test_a_list_asks_as_much_for_five_drops_as_for_one(ada, address):
    factories.a_draft(ada.creator)
    page = ada.page
    with statements() as for_one:
        page.get(address)
    for _ in range(4):
        factories.a_draft(ada.creator)
    with statements() as for_five:
        assert len(page.get(address).all("tbody tr")) == 5
    assert len(for_five) <= len(for_one) <= 5  # who, which creator, drops, followers, their days


def test_the_panel_asks_as_much_for_many_orders_as_for_none(ada, ben):
    drop = factories.a_live_drop(ada.creator, quantity=[10, 10])
    address, page = f"/studio/drops/{drop.slug}", ada.page
    with statements() as for_none:
        page.fragment(address)
    for _ in range(5):
        factories.an_order(ben.user, drop)
    with statements() as for_many:
        page.fragment(address)
    assert len(for_many) <= len(for_none) <= 12


# --- U20: looked at before it is published, and drafted like another ---


def led_by(ada, drop, link):
    """The page that a link on the studio's page of a drop leads to."""
    seen = ada.page.get(f"/studio/drops/{drop.slug}")
    (address,) = (each.get("href") for each in seen.all("a") if words(each) == link)
    return ada.page.get(address)


def test_u20_a_draft_is_seen_as_shoppers_will_see_it(ada, page):
    drop = factories.a_draft(ada.creator, title="Winter prints", quantity=[20, 5])
    seen = led_by(ada, drop, "See it as shoppers will")
    assert seen.h1 == "Winter prints"
    assert seen.texts("#drop-state-title") == ["Coming"]
    assert len(seen.all("#stock tbody tr")) == 2
    assert "Only you see this" in seen.text
    assert not seen.has("#drop-order-panel form")
    page.get(f"/drops/{drop.slug}", 404)


def test_the_preview_asks_for_itself_and_not_for_the_page_that_is_not_there(ada):
    drop = factories.a_draft(ada.creator)
    here = f"/studio/drops/{drop.slug}/preview"
    seen = ada.page.get(here)
    assert seen.one("#drop-state").get("hx-get") == here
    assert not seen.has("#drop-reminder")
    assert ada.page.fragment(here).has("#drop-state[data-state=scheduled]")


@pytest.mark.parametrize("make", [factories.a_scheduled_drop, factories.a_live_drop])
def test_what_is_published_needs_no_preview(ada, make):
    drop = make(ada.creator)
    assert "See it as shoppers will" not in ada.page.get(f"/studio/drops/{drop.slug}").text
    ada.page.get(f"/studio/drops/{drop.slug}/preview", 404)


def test_u20_another_like_it_is_drafted_by_saying_when(ada):
    old = factories.an_ended_drop(
        ada.creator, title="Winter prints", quantity=[20, 5], limit_per_customer=3
    )
    form = led_by(ada, old, "Draft another like it")
    assert form.one("#starts_at").get("value") in (None, "")
    form.submit("#drop-form", starts_at="2037-01-10T18:00", ends_at="2037-01-11T18:00")
    drop = row(Drop, title="Winter prints", published_at=None)
    assert drop.limit_per_customer == 3
    assert [sku.name for sku in factories.skus_of(drop)] == ["No. 1", "No. 2"]
    assert factories.stock_of(drop) == [(20, 0), (5, 0)]


def test_nobody_drafts_like_or_previews_what_is_not_theirs(ada, ben):
    """S15"""
    factories.a_creator(ben.user)
    drop = factories.a_draft(ada.creator)
    ben.page.get(f"/studio/drops/new?like={drop.slug}", 404)
    ben.page.get(f"/studio/drops/{drop.slug}/preview", 404)
