"""Markup that people plant in their words is read as words (S29)."""

import pytest

from tests import factories
from tests.page import Page

PLANTED = '<b hx-get="/account" hx-trigger="load" hx-on:load="x()" data-hx-get="/x">Ada</b>'


@pytest.fixture
def addresses(ada):
    """Pages that show what somebody typed, wherever somebody can type."""
    eve = factories.a_creator(display_name=PLANTED, bio=PLANTED)
    words = {"title": PLANTED, "story": PLANTED, "slug": "planted"}
    drop = factories.a_live_drop(eve, **words, cancelled_at=factories.now(), cancel_reason=PLANTED)
    product = factories.a_product(eve, PLANTED, description=PLANTED, slug="planted-product")
    return [f"/@{eve.handle}", f"/drops/{drop.slug}", f"/products/{product.slug}", "/creators"]


def test_what_is_planted_in_them_is_only_read(page, addresses):
    for address in addresses:
        seen = page.get(address)
        assert PLANTED in seen.text
        assert not seen.has("b[hx-get]")


def test_were_it_not_escaped_htmx_would_obey_it(make_app, addresses):
    """The control of the test above."""
    app = make_app()
    app.jinja_env.autoescape = False
    for address in addresses:
        assert PLANTED in Page(app).client.get(address).text
