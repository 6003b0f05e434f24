"""The checks every fetched page passes do see what they are there to see."""

import pytest
from flask import Flask

from tests.page import Browser, Page

GOOD = (
    '<!doctype html><html lang="en"><head><title>T</title></head><body><h1>H</h1>{}</body></html>'
)
BROKEN = {
    "unexpected-end-tag": "</b>",
    "2 h1": "<h1>Again</h1>",
    "id x is there 2 times": '<p id="x"></p><p id="x"></p>',
    "no id gone": '<label for="gone">Name</label>',
    "hx-target #gone does not exist": '<a href="/" hx-target="#gone">more</a>',
    "has no action": '<form method="get"></form>',
    "has the method ''": '<form action="/"></form>',
    "has no token": '<form action="/" method="post"></form>',
    "tells its token": '<form action="/" method="get">'
    '<input type="hidden" name="csrf_token"></form>',
    "has no label": '<input name="email">',
    "has no words": '<a href="/"></a>',
    "inline script": "<script>1</script>",
    "inline style": "<style>p{}</style>",
    "onclick on p": '<p onclick="x()"></p>',
    "style on p": '<p style="color: red"></p>',
    "hx-on:click on p": '<p hx-on:click="x()"></p>',
    "script in href": '<a href="javascript:x()">x</a>',
    "a filter in hx-trigger": '<p hx-trigger="click[x]"></p>',
    "leads to https://elsewhere.test/x.js": '<script src="https://elsewhere.test/x.js"></script>',
    "a token on a page for everybody": '<form action="/" method="post">'
    '<input type="hidden" name="csrf_token" value="x"></form>',
}


def showing(body: str) -> Page:
    app = Flask(__name__)
    app.test_client_class = Browser
    cached = {"Cache-Control": "public, max-age=1"}
    app.add_url_rule("/", view_func=lambda: (GOOD.format(body), cached))
    return Page(app)


def test_a_page_that_keeps_the_rules_passes():
    assert showing("<p>Fine.</p>").get("/").h1 == "H"


@pytest.mark.parametrize(("broken", "body"), BROKEN.items())
def test_a_page_that_breaks_a_rule_is_seen(broken, body):
    with pytest.raises(AssertionError) as failure:
        showing(body).get("/")
    assert broken in str(failure.value)
