"""Take a picture in, make it ready, try it again, say what it shows, throw it away.

Files and rows cannot change together. So a file comes before the row that names it and goes after
it: what an unhappy moment leaves are files without a row, which `sweep` finds.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import IO, Any

from livedrop.idempotency.guard import Once, done, keep
from livedrop.lib.checks import Checks
from livedrop.lib.db import end_read, transaction
from livedrop.lib.errors import DomainError, Invalid, Unavailable
from livedrop.lib.ids import new_token
from livedrop.media import queries, steps
from livedrop.media.develop import Made, Unusable, develop
from livedrop.media.events import (
    PictureDescribed,
    PictureFailed,
    PictureReady,
    PictureRemoved,
    PictureRetried,
    PictureUploaded,
)
from livedrop.media.rules import (
    ALT_LENGTH,
    HEAVIEST,
    MOST_PIXELS,
    STORE_AWAY,
    UNUSED_HOURS,
    VARIANT_TYPE,
    VARIANTS,
)
from livedrop.media.sniff import sniff
from livedrop.media.store import (
    PICTURES,
    UPLOADS,
    Missing,
    Store,
    StoreAway,
    picture_key,
    store,
    upload_key,
)
from livedrop.outbox.record import record

log = logging.getLogger(__name__)

HEADER = 2**18  # bytes in which a picture has said how large it is
CHUNK = 100  # pictures thrown away in one transaction


class TooHeavy(Invalid):
    """More bytes than one upload may have."""

    def __init__(self) -> None:
        super().__init__(file=f"A picture has at most {HEAVIEST // 2**20} MB.")
        self.code, self.status = "too-large", 413


class NoPicture(Invalid):
    """None of the kinds of files that are taken."""

    def __init__(self) -> None:
        super().__init__(file="This is no JPEG, PNG or WebP picture.")
        self.code, self.status = "unsupported-media-type", 415


class NotKept(Invalid):
    """The store is away, or has no room, or too many are at it: it is not the picture's fault."""

    def __init__(self) -> None:
        super().__init__(file="Pictures cannot be kept right now. Send it again in a minute.")
        self.code, self.status = Unavailable.code, 503
        self.facts["retry_after"] = 60


@dataclass(frozen=True, slots=True)
class Upload:
    """A file somebody sends, looked at and found to be a picture that may come in."""

    file: IO[bytes]
    kind: str
    width: int
    height: int
    size: int  # bytes
    digest: str


def look_at(file: IO[bytes] | None) -> Upload:
    """What a file is, by its content alone. Decodes nothing.

    Raises `TooHeavy`, `NoPicture`, and `Invalid` for one that is missing or has too many pixels.
    """
    size = file.seek(0, 2) if file else 0
    if not file or not size:
        raise Invalid(file="Choose a picture.")
    if size > HEAVIEST:
        raise TooHeavy
    file.seek(0)
    header = sniff(file.read(HEADER))
    if header is None:
        raise NoPicture
    if header.width * header.height > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise Invalid(file=f"A picture has at most {most} million pixels.")
    file.seek(0)
    digest = sha256()
    while some := file.read(2**18):
        digest.update(some)
    return Upload(file, header.kind, header.width, header.height, size, digest.hexdigest())


def take(*, owner_id: int, upload: Upload, alt: str, once: Once[int] | None = None) -> int:
    """Keep what somebody sends, to be made ready soon; its id, or 0 if that was done before.

    Records `PictureUploaded`. Raises `Invalid` without words for who does not see it,
    `quota-reached`, `TooManyTries` while too many of theirs wait, and `NotKept`.
    """
    alt = _words(alt)
    name, shelf = new_token(), store()
    upload.file.seek(0)
    end_read()
    try:
        shelf.put(upload_key(name), upload.file, f"image/{upload.kind}")
    except Unavailable as away:
        raise NotKept from away
    try:
        with transaction() as tx:
            if done(tx, once):
                asset_id = 0
            else:
                asset_id = steps.add(tx, owner_id, name=name, alt=alt, **_facts(upload))
                record(tx, PictureUploaded(id=asset_id, actor_id=owner_id))
                keep(tx, once, asset_id)
    except (DomainError, Invalid):
        _delete(shelf, upload_key(name))
        raise
    if not asset_id:
        _delete(shelf, upload_key(name))
    return asset_id


def _facts(upload: Upload) -> dict[str, Any]:
    """What is written down of an upload."""
    names = ("kind", "width", "height", "size", "digest")
    return {name: getattr(upload, name) for name in names}


def make_ready(*, asset_id: int) -> None:
    """Make a waiting picture's variants and show it, or say why not. May be asked for twice.

    Records `PictureReady` or `PictureFailed`. Raises `StoreAway` once it has said so: whoever asks
    again later finds the picture still to be made.
    """
    original = queries.original_of(asset_id)
    end_read()
    if original is None:
        return
    name, kind, shelf = original.name, original.kind, store()
    try:
        made = develop(shelf.get(upload_key(name)), kind)
        for one in made:
            shelf.put(picture_key(name, one.name), one.content, VARIANT_TYPE)
    except Unusable as no:
        _fail(asset_id, str(no))
    except Missing:
        _fail(asset_id, "broken")
    except StoreAway:
        _fail(asset_id, STORE_AWAY)
        raise
    else:
        _show(asset_id, name, made, shelf)


def _show(asset_id: int, name: str, made: list[Made], shelf: Store) -> None:
    variants = [{"name": one.name, "width": one.width, "height": one.height} for one in made]
    with transaction() as tx:
        shown = steps.ready(tx, asset_id, variants, sum(len(one.content) for one in made))
        if shown:
            record(tx, PictureReady(id=asset_id))
        gone = not shown and not steps.is_there(tx, asset_id)
    # The original goes with all that it told of its owner; if somebody removed it meanwhile, all.
    _delete(shelf, *(_keys(name) if gone else [upload_key(name)]))


def _fail(asset_id: int, failure: str) -> None:
    with transaction() as tx:
        if steps.failed(tx, asset_id, failure):
            record(tx, PictureFailed(id=asset_id, failure=failure))


def retry(*, asset_id: int, owner_id: int) -> None:
    """Have a failed picture made ready once more; any other is left alone.

    Records `PictureRetried`. Raises `NotFound`, `TooManyTries`.
    """
    with transaction() as tx:
        steps.let_wait(tx, owner_id)
        asset = steps.own(tx, asset_id, owner_id)
        if asset.state == "failed":
            asset.state, asset.failure = "waiting", None
            record(tx, PictureRetried(id=asset_id, actor_id=owner_id))


def describe(*, asset_id: int, owner_id: int, alt: str) -> None:
    """Say anew what a picture shows. Records `PictureDescribed`. Raises `Invalid`, `NotFound`."""
    alt = _words(alt)
    with transaction() as tx:
        asset = steps.own(tx, asset_id, owner_id)
        if asset.alt != alt:
            asset.alt = alt
            record(tx, PictureDescribed(id=asset_id, actor_id=owner_id))


def remove(*, asset_id: int, owner_id: int) -> None:
    """Throw a picture away, wherever it is shown. Records `PictureRemoved`. Raises `NotFound`."""
    with transaction() as tx:
        asset = steps.own(tx, asset_id, owner_id)
        name = asset.name
        steps.remove(tx, [asset_id])
        record(tx, PictureRemoved(id=asset_id, actor_id=owner_id))
    _delete(store(), *_keys(name))


def purge(*, hours: float = UNUSED_HOURS) -> int:
    """Throw away, some at a time, pictures that nothing shows for so long; how many.

    Records `PictureRemoved` of each.
    """
    with transaction() as tx:
        assets = steps.unused(tx, hours, CHUNK)
        names = [asset.name for asset in assets]
        for asset in assets:
            record(tx, PictureRemoved(id=asset.id))
        steps.remove(tx, [asset.id for asset in assets])
    _delete(store(), *(key for name in names for key in _keys(name)))
    return len(names)


def sweep(*, hours: float = UNUSED_HOURS) -> int:
    """Delete files older than this that no row knows; how many."""
    shelf, deleted = store(), 0
    before = queries.now() - timedelta(hours=hours)
    end_read()
    for kept in (UPLOADS, PICTURES):
        old = [key for key, since in shelf.keys(kept) if since < before]
        for begin in range(0, len(old), CHUNK):
            unknown = queries.unknown_among(old[begin : begin + CHUNK])
            end_read()
            _delete(shelf, *unknown)
            deleted += len(unknown)
    return deleted


def _keys(name: str) -> list[str]:
    """All files that a picture may have."""
    return [upload_key(name), *(picture_key(name, variant) for variant in VARIANTS)]


def _delete(shelf: Store, *keys: str) -> None:
    """Delete files that nobody needs any more; those that cannot be now are swept up later."""
    try:
        for key in keys:
            shelf.delete(key)
    except StoreAway:
        log.warning("not deleted yet: some of %d files of pictures", len(keys), exc_info=True)


def _words(alt: str) -> str:
    checks = Checks()
    alt = checks.text("alt", alt, least=1, most=ALT_LENGTH)
    checks.done()
    return alt
