"""What a person sends by hand gets them nothing that the form would not have."""

import pytest

from livedrop.orders.models import Order, OrderLine
from tests import factories, invariants
from tests.rows import row, rows
from tests.shopping import change, end


def form_of(person, drop):
    return person.page.get(f"/drops/{drop.slug}/orders/new")


def test_a_price_sent_along_changes_nothing(ben):
    drop = factories.a_live_drop(price=4500)
    named = {"price": 1, "total": 1, "amount": 1, "declared": 999, "claimed": 0, "limit": 100}
    form_of(ben, drop).submit("#order-form", 303, **named)
    assert row(OrderLine).price == 4500
    assert factories.stock_of(drop) == [(10, 1)]


def test_somebody_elses_name_sent_along_changes_nothing(ben, cleo):
    form = form_of(ben, factories.a_live_drop())
    form.submit("#order-form", 303, user_id=cleo.id, user=cleo.user.handle, due_at="2099-01-01")
    assert (row(Order).user_id, row(Order).status) == (ben.id, "placed")


@pytest.mark.parametrize("quantity", ["0", "-1", "101", "1.5", "1e3", "", "٣", "9" * 30])
def test_a_quantity_that_is_none_is_refused(ben, quantity):
    form = form_of(ben, factories.a_live_drop(limit_per_customer=5))
    form.submit("#order-form", 422, quantity=quantity)
    assert rows(Order) == []


def test_a_sku_of_another_drop_is_refused(ben):
    drop, other = factories.a_live_drop(), factories.a_scheduled_drop()
    form_of(ben, drop).submit("#order-form", 422, sku=factories.sku_of(other).id)
    assert rows(Order) == []


def test_a_form_kept_until_the_drop_is_over_places_nothing(ben):
    drop = factories.a_live_drop()
    form = form_of(ben, drop)
    end(drop)
    form.submit("#order-form", 409)
    assert (rows(Order), invariants.broken()) == ([], [])


def test_a_form_of_a_drop_that_runs_opens_no_other_before_its_start(ben):
    early = factories.a_scheduled_drop()
    form = form_of(ben, factories.a_live_drop())
    form.one("#order-form").set("action", f"/drops/{early.slug}/orders")
    form.submit("#order-form", 409, sku=factories.sku_of(early).id)
    assert rows(Order) == []


def test_a_form_kept_while_the_start_moved_places_nothing(ben):
    drop = factories.a_live_drop()
    form = form_of(ben, drop)
    change("UPDATE drops SET starts_at = starts_at + interval '10 minutes'")
    form.submit("#order-form", 409)
    assert rows(Order) == []
