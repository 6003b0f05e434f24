"""Pictures at their addresses: only those the house issued, kept for ever."""

import pytest

from livedrop.artwork.pictures import picture_of
from livedrop.artwork.raster import HEAVIEST
from livedrop.products import commands
from livedrop.web.storefront.pictures import address
from tests import factories


def size_of(webp: bytes) -> tuple[int, int]:
    """As the head of a lossy WebP file says it."""
    assert (webp[:4], webp[8:16]) == (b"RIFF", b"WEBPVP8 ")
    return int.from_bytes(webp[26:28], "little"), int.from_bytes(webp[28:30], "little")


@pytest.fixture
def issued(app):
    """The address of a bowl, 640 pixels wide, as pages write it."""
    return address(picture_of("bowl", "red-bowl-k3f9", "ada"), 640)


def test_it_may_be_kept_for_ever_and_runs_nothing(page, issued):
    answer = page.client.get(issued)
    assert answer.mimetype == "image/webp"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("width", HEAVIEST)
def test_it_is_as_wide_as_its_address_says(page, issued, width):
    drawn = page.client.get(issued.replace("/640.", f"/{width}.")).data
    assert size_of(drawn) == (width, width)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("/640.", "/641."),
        ("/640.", "/99999999."),
        ("/ceramic/", "/mark/"),
        ("/bowl-", "/vase-"),
        ("/bowl-", "/unknown-"),
        ("s.", "b."),
        ("/bowl-", "/bowl-0"),
        ("/640.webp", "/640.svg"),
    ],
)
def test_what_the_house_did_not_issue_is_not_there(page, issued, was, becomes):
    assert was in issued
    assert page.client.get(issued.replace(was, becomes, 1)).status_code == 404


def test_a_signature_is_good_for_one_picture(app, page, issued):
    other = address(picture_of("bowl", "blue-bowl-22xy", "ada"), 640)
    name, signature = other.split(".")[0], issued.split(".")[1]
    assert page.client.get(other).status_code == 200
    assert page.client.get(f"{name}.{signature}.webp").status_code == 404


def test_a_product_is_shown_as_what_its_title_names(app, page, ada):
    commands.create(creator_id=ada.id, title="Ash-glazed tea bowl")
    picture = page.get("/products").one("img")
    assert "stoneware bowl" in picture.get("alt")
    assert page.client.get(picture.get("src")).status_code == 200


def test_a_drop_shows_what_it_offers_first(page, ada):
    factories.a_live_drop(ada.creator, title="Bowl")
    assert "stoneware bowls" in page.get("/drops").one("img").get("alt")


def test_every_width_is_offered_and_room_is_kept(page, ada):
    factories.a_product(ada.creator)
    picture = page.get("/products").one("img")
    offered = [one.split() for one in picture.get("srcset").split(", ")]
    assert [width for _, width in offered] == ["320w", "640w", "800w", "1200w"]
    assert all(page.client.get(url).status_code == 200 for url, _ in offered)
    assert picture.get("width") == picture.get("height") == "640"
