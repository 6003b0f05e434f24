"""A creator reads what they sold, gives some of it back and packs the rest."""

import csv
import io
from datetime import timedelta
from importlib import import_module

import pytest

from livedrop.accounts.models import SignIn
from livedrop.audit.commands import write_entries
from livedrop.web import access
from livedrop.web import sheets as tables
from tests import factories
from tests.factories import PASSWORD
from tests.rows import recorded, rows
from tests.shopping import call_back_refund, confirmed, order, payments

packing = import_module("livedrop.web.studio.packing")
refunds = import_module("livedrop.orders.commands.refund")
sales = import_module("livedrop.web.studio.sales")  # the package calls its blueprint so

ADDRESS = {"name": "=Ben", "line1": "1 Quay", "postcode": "1", "city": "Port", "country": "NL"}


@pytest.fixture
def drop(ada):
    return factories.a_live_drop(
        ada.creator, title="Print", quantity=[5, 5], limit_per_customer=4, price=1000
    )


@pytest.fixture
def bought(ben, drop):
    return confirmed(ben, drop, [2, 2])


def page_of(bought):
    return f"/studio/orders/{bought.id}"


def links(seen):
    return [link.get("href") for link in seen.all("a")]


def units(drop, *counts):
    return {
        f"units-{sku.id}": count for sku, count in zip(factories.skus_of(drop), counts, strict=True)
    }


def give_back(seen, status=200, **typed):
    """Fill in the form of an order's page, and be sure."""
    asked = seen.submit("#refund-form", **typed)
    return asked.submit("#refund-form", status, sure="yes")


def test_ada_finds_an_order_by_its_buyer_and_opens_it(ada, bought):
    seen = ada.page.get("/studio/orders").submit("form.finder", q="ben")
    assert f"/studio/orders/{bought.id}" in links(seen)
    assert "Ben" in ada.page.get(f"/studio/orders/{bought.id}").h1
    assert "No order is like that" in ada.page.get("/studio/orders?q=nobody").text
    assert "No order is like that" in ada.page.get("/studio/orders?status=refunded").text


def test_her_orders_go_on_behind_a_link_that_keeps_the_search(ada, ben, monkeypatch):
    monkeypatch.setattr(sales, "PER_PAGE", 2)
    drop = factories.a_live_drop(ada.creator, limit_per_customer=3)
    for _ in range(3):
        factories.an_order(ben.user, drop)
    first = ada.page.get("/studio/orders?q=ben&status=placed")
    (more,) = [href for href in links(first) if "cursor=" in href]
    assert "q=ben" in more
    assert ada.page.get(more).text.count("@ben") == 1
    ada.page.get(more.replace("q=ben", "q=bem"), 400)


def test_an_order_tells_its_whole_story_whether_or_not_it_was_audited(ada, ben, bought):
    give_back(ada.page.get(page_of(bought)), reason="Torn.", all="yes")
    before = ada.page.get(page_of(bought)).text
    write_entries(event_ids=[event.id for event in recorded()])
    call_back_refund(bought.id)
    for seen in (before, ada.page.get(page_of(bought)).text):
        assert "Ben ordered 4 units." in seen
        assert "Paid: the order is confirmed." in seen
        assert seen.count("You took 4 units back: €40. “Torn.”") == 1
    assert "The money is back with the buyer." in ada.page.get(page_of(bought)).text


def test_what_goes_back_is_asked_once_more(ada, ben, drop, bought):
    form = ada.page.get(page_of(bought))
    asked = form.submit("#refund-form", reason="One was torn.", **units(drop, 1, 0))
    assert "€10 goes back to Ben" in asked.text
    assert factories.stock_of(drop) == [(5, 2), (5, 2)]
    done = asked.submit("#refund-form", sure="yes")
    assert done.url == page_of(bought)
    assert "on its way" in done.text
    assert factories.stock_of(drop) == [(5, 1), (5, 2)]
    assert "One was torn." in ben.page.get(f"/orders/{bought.id}").text


def test_the_rest_goes_back_when_the_first_is_back(ada, ben, drop, bought):
    form = ada.page.get(page_of(bought))
    give_back(form, reason="Torn.", **units(drop, 1, 0))
    again = give_back(form, 409, reason="Torn.", **units(drop, 1, 0))
    assert "one refund of an order after the other" in again.text
    call_back_refund(bought.id)
    give_back(ada.page.get(page_of(bought)), reason="Lost.", all="yes")
    assert order(bought.id).status == "refunded"
    assert payments(bought.id)[0].refund_due == 4000
    assert not ada.page.get(page_of(bought)).has("#refund-form")


def test_words_stand_beside_what_cannot_be_meant(ada, drop, bought):
    form, (first, second) = ada.page.get(page_of(bought)), factories.skus_of(drop)
    for counts, field in (((3, 0), first), ((0, -1), second), ((0, 0), first), (("x", 1), first)):
        seen = form.submit("#refund-form", 422, reason="Torn.", **units(drop, *counts))
        assert seen.has(f"#units-{field.id}-error")
    assert form.submit("#refund-form", 422, reason=" ", **units(drop, 1, 0)).has("#reason-error")
    assert factories.stock_of(drop) == [(5, 2), (5, 2)]


def test_with_script_the_question_takes_the_place_of_the_form(ada, drop, bought):
    form = ada.page.get(page_of(bought))
    sent = {"reason": "Torn.", **units(drop, 1, 0)}
    asked = form.submit("#refund-form", htmx=True, **sent)
    assert not asked.is_page
    assert asked.submit("#refund-form", 204, htmx=True, sure="yes").location == page_of(bought)


def sent_again(ada, drop, bought, count):
    """Ada is sure, gets no answer, and sends it again when the money is back."""
    form = ada.page.get(page_of(bought))
    asked = form.submit("#refund-form", reason="Torn.", **units(drop, count, 0))
    asked.submit("#refund-form", sure="yes")
    call_back_refund(bought.id)
    return asked, asked.submit("#refund-form", 303, sure="yes")


def test_what_is_sent_again_gives_nothing_back_again(ada, drop, bought):
    asked, again = sent_again(ada, drop, bought, 2)
    assert (again.location, again.headers["Idempotent-Replayed"]) == (page_of(bought), "true")
    asked.submit("#refund-form", 422, sure="yes", **units(drop, 0, 1))  # under the same key
    assert factories.stock_of(drop) == [(5, 0), (5, 2)]
    assert payments(bought.id)[0].refund_due == 2000


def test_without_its_key_it_would(ada, drop, bought, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(refunds, "done", lambda tx, once: False)
    monkeypatch.setattr(refunds, "keep", lambda tx, once, thing: None)
    sent_again(ada, drop, bought, 1)
    assert factories.stock_of(drop) == [(5, 0), (5, 2)]
    assert payments(bought.id)[0].refund_due == 2000


def test_an_order_that_is_back_is_not_asked_about(ada, bought):
    """It crashed: no line was left to put words beside."""
    form = ada.page.get(page_of(bought))
    give_back(form, reason="Torn.", all="yes")
    form.submit("#refund-form", 409, reason="Torn.")


def long_ago(person):
    """As if they had typed their password eleven minutes ago."""
    begun = factories.now() - timedelta(minutes=11)
    for sign_in in rows(SignIn, user_id=person.id):
        factories.change(sign_in, created_at=begun)


def test_the_password_is_asked_for_before_anything_is_typed(ada, drop, bought):
    """S12"""
    ada.page.get(page_of(bought))
    long_ago(ada)
    seen = ada.page.get(page_of(bought))
    assert not seen.has("#refund-form")
    asked = ada.page.get(seen.one("#refund-proof").get("href"))
    assert asked.h1 == "Confirm that it is you"
    form = asked.submit("#proof-form", password=PASSWORD)
    assert form.url == page_of(bought)
    give_back(form, reason="Torn.", **units(drop, 1, 0))
    assert factories.stock_of(drop) == [(5, 1), (5, 2)]


def test_an_old_form_moves_no_money(ada, drop, bought):
    """S12: it leads to the password, and from there to the order."""
    form = ada.page.get(page_of(bought))
    asked = form.submit("#refund-form", reason="Torn.", **units(drop, 1, 0))
    long_ago(ada)
    for status, htmx in ((303, False), (204, True)):
        led = asked.submit("#refund-form", status, htmx=htmx, sure="yes").location
        assert led == f"/settings/proof?next=%2Fstudio%2Forders%2F{bought.id}"
    assert factories.stock_of(drop) == [(5, 2), (5, 2)]


def test_without_the_guard_an_old_form_would(ada, drop, bought, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(access, "proved", access.actor)
    form = ada.page.get(page_of(bought))
    long_ago(ada)
    give_back(form, reason="Torn.", **units(drop, 1, 0))
    assert factories.stock_of(drop) == [(5, 1), (5, 2)]


def test_a_drop_that_ships_has_a_packing_list(ada, ben):
    drop = factories.a_live_drop(ada.creator, title="Print", ships=True)
    factories.an_order(ben.user, drop, 2, status="confirmed", delivery=ADDRESS)
    place = f"/studio/drops/{drop.slug}/packing-list"
    assert place in links(ada.page.get(f"/studio/drops/{drop.slug}"))
    seen = ada.page.get(place)
    assert "1 Quay" in seen.text
    assert "Print, No. 1" in seen.text
    answer = ada.page.client.get(f"{place}/table.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    head, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
    assert head[:3] == ["Order", "Handle", "Units"]
    assert row[1:6] == ["ben", "2 x Print, No. 1", "'=Ben", "1 Quay", ""]


def held_of_a_long_list(ada, ben, monkeypatch):
    """How many of five parcels are read before the first lines of their table are taken; and the
    table."""
    drop = factories.a_live_drop(ada.creator, ships=True, limit_per_customer=9)
    for _ in range(5):
        factories.an_order(ben.user, drop, status="confirmed", delivery=ADDRESS)
    read, every = [], packing.every_parcel

    def two_at_a_time(drop_id):
        for parcel in every(drop_id, at_once=2):
            read.append(parcel)
            yield parcel

    monkeypatch.setattr(packing, "every_parcel", two_at_a_time)
    answer = ada.page.client.get(f"/studio/drops/{drop.slug}/packing-list/table.csv")
    yield len(read)
    yield answer.text


def test_of_a_long_list_some_lines_are_held_at_a_time(ada, ben, monkeypatch):
    monkeypatch.setattr(tables, "BLOCK", 4)  # the mark of its encoding, the head, and two
    held, table = held_of_a_long_list(ada, ben, monkeypatch)
    assert held < 5
    assert len(table.splitlines()) == 6


def test_all_at_once_all_would_be(ada, ben, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(tables, "BLOCK", 10**6)
    held, _ = held_of_a_long_list(ada, ben, monkeypatch)
    assert held == 5


def test_one_that_does_not_ship_has_none(ada, drop):
    ada.page.get(f"/studio/drops/{drop.slug}/packing-list", 404)
