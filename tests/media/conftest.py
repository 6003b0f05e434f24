"""Where pictures are kept: on a disk, and in a bucket."""

from collections.abc import Iterator

import pytest

from livedrop.media import store
from livedrop.media.bucket import Bucket
from tests import buckets


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """Where buckets are."""
    with buckets.listening() as url:
        yield url


@pytest.fixture(scope="session")
def one_bucket(endpoint) -> Bucket:
    return Bucket(f"s3://{buckets.NAME}/pictures-of/the.shop", endpoint)


@pytest.fixture
def bucket(one_bucket) -> Iterator[Bucket]:
    """A bucket, empty again afterwards."""
    yield one_bucket
    for shelf in (store.UPLOADS, store.PICTURES):
        for key, _ in list(one_bucket.keys(shelf)):
            one_bucket.delete(key)


@pytest.fixture(params=["disk", "bucket"])
def kind(request) -> str:
    return request.param


@pytest.fixture
def shelf(kind, request, app, tmp_path, monkeypatch):
    """A store of this test alone, of either kind."""
    kept = store.Disk(str(tmp_path)) if kind == "disk" else request.getfixturevalue("bucket")
    monkeypatch.setitem(app.extensions, "media", kept)
    return kept


@pytest.fixture
def files(shelf):
    return lambda: sorted(
        key for kept in (store.UPLOADS, store.PICTURES) for key, _ in shelf.keys(kept)
    )


@pytest.fixture
def away(kind):
    """A store of the same kind that cannot be had."""
    return store.of("/dev/null") if kind == "disk" else Bucket("s3://shop", buckets.NOWHERE)
