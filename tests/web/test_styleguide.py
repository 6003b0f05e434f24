"""The living page of all components: in development, and nowhere else."""

import pytest

from livedrop.notifications.kinds import ALL
from livedrop.web import styleguide
from livedrop.web.words import STATUSES
from tests.page import Page


@pytest.fixture
def guide(make_app):
    return Page(make_app(env="development"))


def test_nobody_else_finds_it(page):
    page.get("/styleguide", 404)


def test_it_leads_to_every_state_of_drops_orders_and_refusals(guide):
    seen = guide.get("/styleguide")
    states = {link.get("href") for link in seen.all(".guide a")}
    assert {f"/styleguide/drops/{name}" for name in styleguide.DROPS} <= states
    assert {f"/styleguide/orders/{name}" for name in styleguide.ORDERS} <= states


@pytest.mark.parametrize("name", styleguide.DROPS)
def test_u01_each_state_of_a_drop_is_a_page_with_a_way_on(guide, name):
    seen = guide.get(f"/styleguide/drops/{name}")
    assert seen.has(".stage a") or seen.has("#order-form button")


@pytest.mark.parametrize("name", styleguide.ORDERS)
def test_each_state_of_an_order_is_a_page_with_a_receipt(guide, name):
    assert guide.get(f"/styleguide/orders/{name}").has("#order .receipt tfoot")


@pytest.mark.parametrize("status", STATUSES)
def test_each_refusal_is_a_page_with_a_way_on(guide, status):
    assert guide.get(f"/styleguide/errors/{status}", status).has("main a[href=/]")


@pytest.mark.parametrize("path", ["drops/nothing", "orders/nothing"])
def test_what_is_no_state_is_not_found(guide, path):
    guide.get(f"/styleguide/{path}", 404)


def test_it_shows_each_kind_of_news(guide):
    assert len(guide.get("/styleguide").all(".inbox .news")) == len(ALL)
