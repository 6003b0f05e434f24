"""Generated covers: the same for the same name, and harmless."""

from xml.etree import ElementTree

from tests import factories


def test_a_cover_is_drawn_from_the_name_alone(page):
    names = ("print-k3f9", "print-k3f9", "vase-22xy")
    first, again, other = (page.client.get(f"/covers/{name}.svg").data for name in names)
    assert first == again != other
    assert ElementTree.fromstring(first).tag == "{http://www.w3.org/2000/svg}svg"


def test_it_may_be_kept_for_ever_and_run_nothing(page):
    answer = page.client.get("/covers/print-k3f9.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "Set-Cookie" not in answer.headers


def test_nothing_of_the_name_is_in_the_picture(page):
    assert b"alert" not in page.client.get("/covers/%22onload=%22alert(1).svg").data


def test_every_picture_has_words(page, ada):
    factories.a_live_drop(ada.creator, title="Spring print")
    picture = page.get("/drops").one("img")
    assert picture.get("alt") == "Cover of Spring print, drawn from its name"
