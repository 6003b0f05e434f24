"""Live fragments are pushed to everybody: they need no request and know nobody."""

import re
from pathlib import Path

import pytest
from jinja2 import StrictUndefined

from livedrop.drops.queries import find_drop
from livedrop.web.storefront.drops import how_it_stands
from tests import factories

LIVE = Path(__file__).parents[2] / "templates" / "live"


@pytest.mark.parametrize(
    "make",
    [
        factories.a_scheduled_drop,
        factories.a_live_drop,
        factories.an_ended_drop,
        factories.a_cancelled_drop,
    ],
)
def test_a_drops_state_is_rendered_without_a_request(app, ada, make):
    context = how_it_stands(find_drop(make(ada.creator).slug))
    assert app.jinja_env.undefined is StrictUndefined
    for template in LIVE.iterdir():
        html = app.jinja_env.get_template(f"live/{template.name}").render(context)
        assert html.count("<section") <= 1


def test_none_mentions_a_person_a_request_or_a_token():
    for template in LIVE.iterdir():
        words = re.search(r"current_user|request\b\.|csrf|url_for|person", template.read_text())
        assert words is None, f"{template.name} mentions {words[0]}"
