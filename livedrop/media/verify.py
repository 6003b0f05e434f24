"""Proves that rows and files of pictures belong together."""

from collections.abc import Iterator
from datetime import timedelta

from livedrop.lib.db import end_read
from livedrop.media import queries
from livedrop.media.store import PICTURES, UPLOADS, StoreAway, store

UNDER_WAY = timedelta(hours=1)  # for which a file may have no row yet, or a row no file


def problems() -> Iterator[str]:
    """One sentence for each picture without its files, and each file without its picture."""
    end_read()
    try:
        since = dict([*store().keys(UPLOADS), *store().keys(PICTURES)])
    except StoreAway:
        yield "the store of pictures does not answer"
        return
    pictures, settled = queries.kept(), queries.now() - UNDER_WAY
    end_read()
    for picture in pictures:
        if picture.created_at < settled:
            missing = sorted(key for key in picture.keys if key not in since)
            yield from (f"picture {picture.id}: {key} is missing" for key in missing)
    known = frozenset().union(*(picture.keys for picture in pictures))
    for key, at in since.items():
        if key not in known and at < settled:
            yield f"no picture has the file {key}"
