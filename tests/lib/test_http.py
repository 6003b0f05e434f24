"""Redirects stay at home; forms reach what they cannot name."""

import pytest
from flask import Flask

from livedrop.lib.http import MethodOverride, safe_path, takes_gzip
from tests.page import HOME


@pytest.fixture
def bare():
    app = Flask(__name__)
    app.wsgi_app = MethodOverride(app.wsgi_app)
    app.add_url_rule("/thing", "read", lambda: "read")
    app.add_url_rule("/thing", "made", lambda: "made", methods=["POST"])
    app.add_url_rule("/thing", "gone", lambda: "gone", methods=["DELETE"])
    return app


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/drops?cursor=x", "/drops?cursor=x"),
        (f"{HOME}/drops", "/drops"),
        (None, "/"),
        ("", "/"),
        ("drops", "/"),
        ("https://evil.test/drops", "/"),
        ("//evil.test", "/"),
        ("///evil.test", "/evil.test"),
        ("/\\evil.test", "/"),
        ("\\/evil.test", "/"),
        ("/\t/evil.test", "/"),
        ("/%09/evil.test", "/%09/evil.test"),
        ("javascript:alert(1)", "/"),
        (f"javascript://{HOME[8:]}/%0aalert(1)", "/"),
        (f"{HOME}@evil.test/", "/"),
        (f"{HOME}.evil.test/", "/"),
        ("http:/evil.test", "/"),
        ("https:evil.test", "/"),
        ("http://[", "/"),
        ("//[evil.test]", "/"),
    ],
)
def test_a_next_page_is_always_ours(bare, url, path):
    with bare.test_request_context(base_url=HOME):
        assert safe_path(url) == path


def test_a_form_reaches_a_delete(bare):
    assert bare.test_client().post("/thing?_method=DELETE").text == "gone"


def test_a_link_reaches_none(bare):
    assert bare.test_client().get("/thing?_method=DELETE").text == "read"


def test_a_form_is_not_turned_into_a_link(bare):
    assert bare.test_client().post("/thing?_method=GET").text == "made"


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip, deflate, br", True),
        ("gzip;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("br, gzip; q=0.0", False),
        ("br", False),
        (None, False),
    ],
)
def test_an_answer_is_gzipped_only_for_who_takes_that(accepted, takes):
    environ = {} if accepted is None else {"HTTP_ACCEPT_ENCODING": accepted}
    assert takes_gzip(environ) is takes
