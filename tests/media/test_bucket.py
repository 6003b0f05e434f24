"""Pictures in a bucket: what it is told, how they are served from it, and what it can do to us."""

import threading
import urllib.request
from contextlib import suppress
from urllib.error import HTTPError

import pytest
from sqlalchemy import text

from deploy.local.paths import ROOT
from livedrop.extensions import db
from livedrop.media import bucket as module
from livedrop.media import commands, store, verify
from livedrop.media.bucket import Bucket
from livedrop.media.models import Asset
from livedrop.media.store import Missing, StoreAway
from tests import buckets, factories
from tests.media.samples import a_file, a_picture
from tests.page import Page
from tests.parallel import until
from tests.rows import row, rows
from tests.web.studio.test_studio_pictures import pictured, send

KEPT = "pictures/name/card.webp"


@pytest.fixture
def front(endpoint):
    with buckets.front(endpoint) as server:
        yield server


@pytest.fixture
def behind(front, bucket, app, monkeypatch):
    """The same bucket for the application, behind the front."""
    kept = Bucket(f"s3://{bucket.name}/{bucket.prefix}", front.url)
    monkeypatch.setitem(app.extensions, "media", kept)
    return kept


def told(bucket, key):
    """What whoever fetches this is told."""
    said = bucket._client.head_object(**bucket._object(key))
    return said["ContentType"], said["CacheControl"]


def test_whoever_fetches_a_picture_may_keep_it_for_ever_and_nobody_what_was_sent(bucket):
    bucket.put(KEPT, b"-", "image/webp")
    bucket.put("uploads/name", b"-", "image/jpeg")
    assert told(bucket, KEPT) == ("image/webp", "public, max-age=31536000, immutable")
    assert told(bucket, "uploads/name") == ("image/jpeg", "private, no-store")
    assert KEPT in [key for key, _ in bucket.keys(store.PICTURES)]


def test_a_shelf_of_more_than_a_page_is_listed_whole(bucket, monkeypatch):
    names = [f"uploads/{number}" for number in range(5)]
    for name in names:
        bucket.put(name, b"-", "image/png")
    asked = bucket._client.list_objects_v2
    monkeypatch.setattr(bucket._client, "list_objects_v2", lambda **by: asked(MaxKeys=2, **by))
    assert [key for key, _ in bucket.keys(store.UPLOADS)] == names


@pytest.mark.parametrize("key", ["pictures/../secret", "uploads/a/b", "pictures/a/b.jpeg", ""])
def test_no_key_leads_elsewhere(bucket, key):
    with pytest.raises(Missing):
        bucket.get(key)
    with pytest.raises(ValueError, match="no key"):
        bucket.put(key, b"-", "image/webp")


def test_the_shop_serves_what_is_there(ada, page, bucket, app, monkeypatch):
    monkeypatch.setitem(app.extensions, "media", bucket)
    pictured(ada)
    answer = page.client.get(f"/media/{row(Asset).name}/card.webp")
    assert answer.data == bucket.get(f"pictures/{row(Asset).name}/card.webp")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert page.client.get("/media/none/card.webp").status_code == 404


def lets_everybody_in(bucket):
    """As `docs/operations.md` says."""
    policy = (ROOT / "deploy/s3/everybody.json").read_text()
    ours = policy.replace("BUCKET/PREFIX/", f"{bucket.name}/{bucket.prefix}")
    bucket._client.put_bucket_policy(Bucket=bucket.name, Policy=ours)


def test_pages_may_link_straight_to_it(ada, bucket, endpoint, app, make_app, monkeypatch):
    lets_everybody_in(bucket)
    monkeypatch.setitem(app.extensions, "media", bucket)
    pictured(ada)
    place = f"{endpoint}/{bucket.name}/{bucket.prefix}pictures"
    answer = Page(make_app(media_url=place)).client.get("/products")
    address = f"{place}/{row(Asset).name}/card.webp"
    assert f'src="{address}"' in answer.text
    assert f"img-src 'self' data: {endpoint};" in answer.headers["Content-Security-Policy"]
    with urllib.request.urlopen(address) as picture:
        assert picture.headers["Content-Type"] == "image/webp"
    bucket.put("uploads/name", b"-", "image/jpeg")
    with pytest.raises(HTTPError, match="403"):
        urllib.request.urlopen(f"{endpoint}/{bucket.name}/{bucket.prefix}uploads/name")


def one_more(page, address, alt, status=200):
    token = page.get(address).one("#picture-form [name=csrf_token]").get("value")
    sent = a_file(a_picture(64, 48))
    return page.post(address, status, csrf_token=token, file=sent, alt=alt)


def test_a_full_bucket_is_said_beside_the_field_and_nothing_typed_is_lost(ada, page, front, behind):
    """F53: where its pictures should be stands a sign, and everything else goes on."""
    product = pictured(ada)
    address, front.full = f"/studio/products/{product.slug}/pictures", True
    seen = one_more(ada.page, address, "A jug", 503)
    assert "Pictures cannot be kept right now. Send it again in a minute." in seen.text
    assert seen.one("#picture-form [name=alt]").get("value") == "A jug"
    answer = page.client.get(f"/media/{row(Asset).name}/card.webp")
    assert (answer.status_code, answer.mimetype) == (503, "image/svg+xml")
    ready = page.client.get("/readyz")
    assert (ready.status_code, ready.json) == (200, {"state": "degraded"})
    assert "A red vase" in [image.get("alt") for image in page.get("/products").all("img")]
    front.full = False
    one_more(ada.page, address, "A jug")
    assert [asset.alt for asset in rows(Asset)] == ["A red vase", "A jug"]


def test_a_bucket_that_hangs_is_not_waited_for(front, bucket, monkeypatch):
    monkeypatch.setattr(module, "ANSWER", 0.05)
    monkeypatch.setattr(module, "SOON", 0.05)
    hung = Bucket(f"s3://{bucket.name}/{bucket.prefix}", front.url)
    front.gate.clear()
    assert not hung.answers()
    with pytest.raises(StoreAway):
        hung.put(KEPT, b"-", "image/webp")
    assert len(front.calls) == 1 + module.TRIES
    assert not hung.answers()
    assert len(front.calls) == 1 + module.TRIES  # that was remembered


@pytest.mark.parametrize(("at_once", "error"), [(1, StoreAway), (2, Missing)])
def test_nor_by_more_than_a_few(front, bucket, monkeypatch, at_once, error):
    """The control lets one more in, who waits like the first."""
    monkeypatch.setattr(module, "AT_ONCE", at_once)
    hung = Bucket(f"s3://{bucket.name}", front.url)
    front.gate.clear()
    first = threading.Thread(target=lambda: suppress_missing(hung))
    first.start()
    until(lambda: len(front.calls) == 1)
    front.before = front.gate.set  # as soon as a second one comes through
    with pytest.raises(error):
        hung.get(KEPT)
    front.gate.set()
    first.join()


def suppress_missing(hung):
    with suppress(Missing):
        hung.get(KEPT)


IDLE = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND state LIKE 'idle in transaction%'"
)


@pytest.mark.parametrize("careless", [False, True])
def test_no_transaction_is_open_while_a_bucket_is_waited_for(
    app, ada, front, behind, monkeypatch, careless
):
    """The control forgets to end what was read before."""
    if careless:
        monkeypatch.setattr(commands, "end_read", lambda: None)
    engine, open_ones = db.engine, []

    def look():
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            open_ones.append(connection.scalar(IDLE))

    front.before = look
    product = factories.a_product(ada.creator, "Vase")
    send(ada.page, f"/studio/products/{product.slug}/pictures", a_picture(64, 48))
    commands.make_ready(asset_id=row(Asset).id)
    assert commands.sweep(hours=0) == 0
    assert list(verify.problems()) == []
    commands.remove(asset_id=row(Asset).id, owner_id=ada.id)
    assert len(open_ones) > 10
    assert any(open_ones) is careless


def test_who_may_not_use_it_keeps_nothing_and_is_told_no_more(bucket, endpoint, caplog):
    """The log says why in a word, and nothing of whose picture it was."""
    other = Bucket("s3://somebody-elses", endpoint)
    with pytest.raises(StoreAway):
        other.put(KEPT, b"-", "image/webp")
    assert "NoSuchBucket" in caplog.text
    assert KEPT not in caplog.text
