"""Standing in line, as a person sees it, and what a creator sees of it."""

import pytest

from livedrop.orders.commands import cancel
from livedrop.waitlist.models import Entry
from livedrop.web.rendering import ordinal
from tests import factories
from tests.rows import rows
from tests.shopping import join, placed


@pytest.fixture
def held(app, ada, dora):
    """A live drop of Ada's whose only unit Dora holds: the drop and the order."""
    drop = factories.a_live_drop(ada.creator, quantity=1, limit_per_customer=2)
    return drop, placed(dora, drop)


def panel_of(drop):
    return f"/drops/{drop.slug}/orders/new"


def test_ben_joins_sees_where_he_stands_and_leaves(held, ben, cleo):
    drop, _ = held
    join(cleo, drop)
    seen = ben.page.get(panel_of(drop)).submit(".join-line", quantity=2)
    assert "You are 2nd in line." in seen.text
    assert "2 units, as soon as they come back." in seen.text
    assert "You are 2nd in line for 2" in ben.page.get("/orders").text
    assert ben.page.get("/orders").submit(".leave-line").url == "/orders"
    assert [entry.user_id for entry in rows(Entry)] == [cleo.id]


def test_with_script_the_panel_says_so_in_place(held, ben):
    seen = ben.page.fragment(panel_of(held[0])).submit(".join-line", htmx=True)
    assert "You are 1st in line." in seen.text
    assert "Join the line" in seen.submit(".leave-line", htmx=True).text


def test_whoever_tries_to_buy_out_of_turn_sees_where_they_stand(held, ben):
    drop, _ = held
    form = ben.page.get(panel_of(drop))
    join(ben, drop)
    assert "You are 1st in line." in form.submit("#order-form", 409).text


def test_who_comes_too_late_to_wait_hears_that_there_are_some(held, ben):
    drop, bought = held
    form = ben.page.get(panel_of(drop))
    cancel(order_id=bought.id, user_id=bought.user_id)
    assert "There are some again." in form.submit(".join-line", 409).text


def test_an_offer_says_whose_turn_it_is_and_how_long(held, ben):
    drop, bought = held
    join(ben, drop)
    cancel(order_id=bought.id, user_id=bought.user_id)
    assert "s your turn, until" in ben.page.get(panel_of(drop)).text
    (order,) = [entry.offer_id for entry in rows(Entry)]
    seen = ben.page.get(f"/orders/{order}")
    assert "s your turn" in seen.text
    assert "Give me 15 minutes from now" in seen.text


def test_another_drops_line_is_not_joined_by_this_ones_address(held, ben):
    other = factories.a_live_drop(quantity=1)
    sku_id = factories.sku_of(other).id
    token = ben.page.get("/account").value("csrf_token")
    address = f"/drops/{held[0].slug}/line/{sku_id}?_method=PUT"
    ben.page.post(address, 404, quantity=1, csrf_token=token)


def test_only_a_person_stands_in_line(held, page):
    drop, _ = held
    assert not page.get(panel_of(drop)).has(".join-line")


def test_ada_sees_how_long_the_line_is(held, ada, ben):
    drop, _ = held
    address = f"/studio/drops/{drop.slug}"
    assert "In line" not in ada.page.get(address).text
    join(ben, drop)
    assert "In line" in ada.page.get(address).text


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (113, "113th"),
        (21, "21st"),
        (1002, "1,002nd"),
    ],
)
def test_places_are_said_as_people_say_them(number, words):
    assert ordinal(number) == words
