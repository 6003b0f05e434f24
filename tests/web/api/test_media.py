"""Apps upload pictures and show them with products."""

import pytest

from livedrop.media import commands, store
from livedrop.media.models import Asset
from tests import factories
from tests.media.samples import a_file, a_photo, a_picture
from tests.page import HOME
from tests.rows import row, rows


@pytest.fixture
def upload(ada, runs):
    """Sends a file as Ada's app would; what was answered."""
    app = runs(ada)

    def send(content, alt="A red vase", **headers):
        return app.client.post(
            "/api/v1/media",
            base_url=HOME,
            data={"file": a_file(content), "alt": alt},
            headers={"Authorization": f"Bearer {app.token}", "Sec-Fetch-Site": None} | headers,
        )

    return send


def test_ada_uploads_a_picture_and_shows_it_with_a_product(ada, runs, upload):
    sent = upload(a_photo(1000, 500))
    assert sent.status_code == 201
    assert (sent.json["state"], sent.json["variants"]) == ("waiting", [])
    commands.make_ready(asset_id=int(sent.json["id"]))
    asset = runs(ada).get(f"/media/{sent.json['id']}")
    assert asset["state"] == "ready"
    assert [one["name"] for one in asset["variants"]] == ["thumbnail", "card", "full"]
    assert all(one["url"].startswith(f"{HOME}/media/") for one in asset["variants"])
    product = runs(ada).post("/products", {"title": "Vase", "media_ids": [asset["id"]]})
    (picture,) = product["pictures"]
    assert picture["alt"] == "A red vase"
    assert picture["url"] == asset["variants"][2]["url"]
    product = runs(ada).patch(f"/products/{product['id']}", {"media_ids": []})
    assert picture not in product["pictures"]
    assert row(Asset).product_id is None


def test_an_upload_that_is_repeated_under_its_key_is_one(upload):
    content = a_picture(64, 48)
    first, second = (upload(content, **{"Idempotency-Key": "one"}) for _ in range(2))
    assert first.data == second.data
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(rows(Asset)) == 1
    other = upload(a_picture(65, 48), **{"Idempotency-Key": "one"})
    assert (other.status_code, other.json["code"]) == (422, "key-reused")


@pytest.mark.parametrize(
    ("content", "alt", "status", "code"),
    [
        (b"<svg/>", "A vase", 415, "unsupported-media-type"),
        (b"", "A vase", 422, "invalid"),
        (a_picture(64, 48), " ", 422, "invalid"),
        (b"\xff\xd8\xff" + b"\0" * (8 * 2**20), "A vase", 413, "too-large"),
        (b"\0" * (9 * 2**20), "A vase", 413, "too-large"),
    ],
)
def test_every_no_is_a_problem(upload, content, alt, status, code):
    """S44"""
    answer = upload(content, alt)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.mimetype == "application/problem+json"
    assert not rows(Asset)


def test_a_store_that_is_away_says_when_to_come_back(app, upload, monkeypatch):
    """F53"""
    monkeypatch.setitem(app.extensions, "media", store.of("/dev/null"))
    answer = upload(a_picture(64, 48))
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "60"
    assert answer.json["errors"][0]["field"] == "file"


def test_nobody_sees_or_uses_a_picture_of_somebody_else(ada, cleo, runs):
    asset = factories.an_asset(ada.creator)
    factories.a_creator(cleo.user)
    runs(cleo).get(f"/media/{asset.id}", 404)
    wish = {"title": "Mine", "media_ids": [str(asset.id)]}
    runs(cleo).post("/products", wish, 422, code="invalid")
    assert row(Asset).product_id is None
