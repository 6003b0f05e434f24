"""A creator uploads pictures of what they make, and of themselves."""

from io import BytesIO

import pytest

from livedrop.creators import commands as creators
from livedrop.media import commands
from livedrop.media.models import Asset
from livedrop.products import commands as products
from tests import factories
from tests.media.samples import a_file, a_photo, a_picture
from tests.page import Page
from tests.rows import row, rows


def uploaded(person, *, alt="A red vase", ready=True, content=None):
    upload = commands.look_at(BytesIO(content or a_picture(1000, 500)))
    asset_id = commands.take(owner_id=person.id, upload=upload, alt=alt)
    if ready:
        commands.make_ready(asset_id=asset_id)
    return asset_id


def pictured(creator, title="Vase", **facts):
    """A product of the creator's with a picture of their own."""
    product, asset_id = factories.a_product(creator.creator, title), uploaded(creator, **facts)
    products.add_picture(product_id=product.id, creator_id=creator.id, asset_id=asset_id)
    return product


def send(page, address, content, alt="A red vase", status=200):
    """As the form sends it, its token with it."""
    token = page.get(address).value("csrf_token")
    fields = {"csrf_token": token, "alt": alt, "file": a_file(content)}
    return page.post(address, status, **fields)


def test_ada_uploads_a_picture_and_sees_it_once_it_is_ready(ada):
    product = factories.a_product(ada.creator, "Vase")
    address = f"/studio/products/{product.slug}/pictures"
    seen = send(ada.page, address, a_photo())
    assert seen.url == address
    assert "Being made ready" in seen.text
    commands.make_ready(asset_id=row(Asset).id)
    fragment = ada.page.fragment(f"/studio/pictures/{row(Asset).id}")
    (image,) = fragment.all("img")
    assert image.get("alt") == "A red vase"
    assert not fragment.has("[hx-trigger]")


def test_everybody_sees_it_where_the_drawn_one_was(ada, ben):
    product = pictured(ada)
    drop = factories.a_live_drop(ada.creator, title="Vases")
    shown = uploaded(ada, alt="A drop of vases")
    sold = factories.sku_of(drop).product_id
    products.add_picture(product_id=sold, creator_id=ada.id, asset_id=shown)
    for address, words in (
        (f"/products/{product.slug}", "A red vase"),
        ("/products", "A red vase"),
        (f"/drops/{drop.slug}", "A drop of vases"),
        ("/drops", "A drop of vases"),
    ):
        images = [one for one in ben.page.get(address).all("img") if one.get("alt") == words]
        assert images, address
        assert (images[0].get("width"), images[0].get("height")) == ("800", "400")
        assert images[0].get("srcset").count("/media/") == 3


def test_an_order_shows_what_was_bought(ada, ben):
    drop = factories.a_live_drop(ada.creator)
    products.add_picture(
        product_id=factories.sku_of(drop).product_id, creator_id=ada.id, asset_id=uploaded(ada)
    )
    order = factories.an_order(ben.user, drop)
    images = ben.page.get(f"/orders/{order.id}").all("img")
    assert "A red vase" in {image.get("alt") for image in images}


def test_a_picture_of_the_creator_replaces_the_one_before_when_it_is_ready(ada, ben):
    first, second = uploaded(ada, alt="Ada"), uploaded(ada, alt="Ada again", ready=False)
    creators.show_picture(creator_id=ada.id, asset_id=first)
    sign = ben.page.get("/@ada").one(".mark img").get("src")
    assert sign.startswith("/media/")
    creators.show_picture(creator_id=ada.id, asset_id=second)
    assert ben.page.get("/@ada").one(".mark img").get("src") == sign
    commands.make_ready(asset_id=second)
    assert ben.page.get("/@ada").one(".mark img").get("src") != sign
    assert [asset.profile_id for asset in rows(Asset)] == [None, ada.id]


def test_ada_uploads_a_picture_of_herself(ada):
    seen = send(ada.page, "/studio/profile/picture", a_photo(), "Ada at her wheel")
    assert "Ada at her wheel" in seen.text
    assert row(Asset).profile_id == ada.id


@pytest.mark.parametrize(
    ("content", "alt", "words"),
    [
        (b"<svg/>", "A vase", "This is no JPEG, PNG or WebP picture."),
        (b"", "A vase", "Choose a picture."),
        (b"\xff\xd8\xff" + b"\0" * (8 * 2**20), "A vase", "A picture has at most 8 MB."),
        (a_picture(64, 64), "", "This is needed."),
    ],
)
def test_what_cannot_be_taken_is_said_beside_the_field(ada, content, alt, words):
    """S44"""
    product = factories.a_product(ada.creator, "Vase")
    address = f"/studio/products/{product.slug}/pictures"
    assert words in send(ada.page, address, content, alt, 422).text
    assert not rows(Asset)


def test_words_in_the_place_of_a_file_are_no_picture(ada):
    address = f"/studio/products/{factories.a_product(ada.creator, 'Vase').slug}/pictures"
    token = ada.page.get(address).value("csrf_token")
    seen = ada.page.post(address, 422, csrf_token=token, alt="A vase", file="words")
    assert "Choose a picture." in seen.text


def test_a_body_is_read_no_further_than_a_picture_goes(ada):
    """S44: 413; and to other addresses no picture goes at all."""
    product = factories.a_product(ada.creator, "Vase")
    address = f"/studio/products/{product.slug}/pictures"
    large = a_picture(64, 64) + b"\0" * (9 * 2**20)
    assert "8 MB" in send(ada.page, address, large, status=413).text
    fields = {"file": a_file(b"\0" * 300_000), "csrf_token": "none"}
    ada.page.post("/studio/products", 413, **fields)


def test_who_has_not_signed_in_sends_no_picture(ada, page):
    product = factories.a_product(ada.creator, "Vase")
    fields = {"file": a_file(b"\0" * 300_000), "alt": "A vase", "csrf_token": "none"}
    page.post(f"/studio/products/{product.slug}/pictures", 413, **fields)


def shown(seen):
    return [one.get("alt") for one in seen.all("#studio-pictures img")]


def test_ada_orders_describes_and_removes_her_pictures(ada):
    product = pictured(ada, alt="The first")
    products.add_picture(
        product_id=product.id, creator_id=ada.id, asset_id=uploaded(ada, alt="The second")
    )
    first, second = (asset.id for asset in rows(Asset))
    address = f"/studio/products/{product.slug}/pictures"
    seen = ada.page.get(address).submit(
        f"form[action=/studio/pictures/{first}/position]", to="later"
    )
    assert [one.get("alt") for one in seen.all("#studio-pictures img")] == [
        "The second",
        "The first",
    ]
    seen = ada.page.get(f"/studio/pictures/{first}/edit").submit("#picture-words-form", alt="A jug")
    assert shown(seen) == ["The second", "A jug"]
    seen.submit(f"form[action=/studio/pictures/{second}?_method=DELETE]")
    assert [asset.alt for asset in rows(Asset)] == ["A jug"]


def test_a_failed_picture_says_why_and_one_press_tries_it_again(ada):
    product = pictured(ada, content=a_picture(64, 64)[:-200])
    seen = ada.page.get(f"/studio/products/{product.slug}/pictures")
    assert "could not be read as a picture" in seen.text
    assert not [one for one in seen.all("img") if one.get("alt") == "A red vase"]
    seen.submit(f"form[action=/studio/pictures/{row(Asset).id}/attempts]")
    assert row(Asset).state == "waiting"
    commands.make_ready(asset_id=row(Asset).id)
    assert ada.page.get(f"/products/{product.slug}").status == 200


def test_a_picture_is_served_for_ever_and_can_do_nothing(ada, page):
    """S44: nosniff, a sandbox, a name that nobody guesses."""
    pictured(ada)
    answer = page.client.get(f"/media/{row(Asset).name}/card.webp")
    assert answer.mimetype == "image/webp"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Accel-Expires"] == "300"  # by the gateway, if it was removed
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert len(row(Asset).name) >= 22
    upload = page.client.get(f"/media/{row(Asset).name}/full.jpeg")
    assert upload.status_code == 404


@pytest.mark.parametrize(
    "path", ["nothing/card.webp", "a.b/card.webp", "..%2f..%2fsecret/card.webp", "a/b.webp"]
)
def test_where_no_picture_is_a_sign_stands_in_its_place(page, path):
    answer = page.client.get(f"/media/{path}")
    assert answer.status_code == 404
    if answer.mimetype == "image/svg+xml":
        assert answer.headers["Cache-Control"] == "no-store"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_pictures_may_be_served_from_elsewhere(ada, make_app):
    pictured(ada)
    elsewhere = make_app(media_url="https://cdn.example.com/shop")
    answer = Page(elsewhere).client.get("/products")
    place = f"https://cdn.example.com/shop/{row(Asset).name}/card.webp"
    assert f'src="{place}"' in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://cdn.example.com;" in policy
