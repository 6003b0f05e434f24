"""Grids go on with and without script, and their address says what they show."""

import pytest

from livedrop.web.storefront import grids
from tests import factories


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch):
    monkeypatch.setattr(grids, "PER_PAGE", 2)
    monkeypatch.setattr(grids, "MOST", 6)


@pytest.fixture
def made(ada):
    """Nine products, the latest first."""
    return [factories.a_product(ada.creator, f"Print {n}").title for n in range(9)][::-1]


def titles(seen):
    return seen.texts(".product-card .card-title")


def more(seen):
    return seen.one("li.more a")


def test_without_script_each_page_follows_the_last(page, made):
    seen, found = page.get("/products"), []
    while seen.has("li.more"):
        found += titles(seen)
        seen = page.get(more(seen).get("href"))
    assert found + titles(seen) == made
    assert seen.one(".from-the-start a").get("href") == "/products"


def test_with_script_what_is_appended_follows_and_the_address_shows_it_all(page, made):
    first = page.get("/products")
    assert titles(page.get(more(first).get("hx-get"))) == made[2:4]
    assert titles(page.get(more(first).get("hx-replace-url"))) == made[:4]


def test_a_reload_halfway_goes_on_as_if_nothing_had_happened(page, made):
    seen = page.get("/products")
    while seen.has("li.more"):
        reloaded = page.get(more(seen).get("hx-replace-url"))
        seen = page.get(more(seen).get("hx-get"))
        assert titles(reloaded)[-len(titles(seen)) :] == titles(seen)
        assert [link.attrib for link in seen.all("li.more a")] == [
            link.attrib for link in reloaded.all("li.more a")
        ]


def test_an_address_shows_a_bounded_number(page, made):
    assert titles(page.get("/products?shown=1000000")) == made[:6]
    assert titles(page.get("/products?shown=-1")) == made[:1]


@pytest.mark.parametrize("path", ["/products", "/drops", "/creators", "/@ada"])
def test_every_grid_goes_on(page, made, path):
    for number in range(3):
        factories.a_live_drop(title=f"Drop {number}")  # each with a creator of its own
    seen = page.get(path)
    page.get(more(seen).get("hx-get"))
    page.get(more(seen).get("hx-replace-url"))


def test_the_link_stays_where_it_is_so_that_nobody_loses_the_focus(page, made):
    link = more(page.get("/products"))
    assert (link.get("hx-target"), link.get("hx-swap").split()[0]) == ("closest li", "afterend")
