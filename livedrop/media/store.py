"""Where the files of pictures are: a directory, or a bucket that speaks S3.

Two shelves. `uploads/` holds what was sent, until it is made ready: nobody is shown it. `pictures/`
holds what was made, under names that cannot be guessed and whose content never changes; it is the
only one that may be served.
"""

import logging
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Protocol
from uuid import uuid4

from flask import current_app

from livedrop.lib.errors import Unavailable
from livedrop.lib.threads import OffTheLoop

log = logging.getLogger(__name__)

UPLOADS = "uploads"
PICTURES = "pictures"
KEY = re.compile(rf"(?:{UPLOADS}/[\w-]+|{PICTURES}/[\w-]+/[a-z]+\.webp)", re.ASCII)
DRAFT = re.compile(rf"(?:{UPLOADS}|{PICTURES}/[\w-]+)/\.[0-9a-f]{{32}}", re.ASCII)  # on a disk
writing = OffTheLoop(at_once=2, waiting=20)  # of one process: a disk makes its writers wait


class StoreAway(Unavailable):
    """The store does not answer, or has no room: nothing is known to have been kept."""


class Missing(Exception):
    """There is no such file."""


class Store(Protocol):
    """What any store does. Whatever it cannot do raises `StoreAway`."""

    def put(self, key: str, content: bytes | IO[bytes], kind: str) -> None:
        """Keep a file, whole or not at all, in the place of one that has this key."""

    def get(self, key: str) -> bytes:
        """A file. Raises `Missing`."""

    def delete(self, key: str) -> None:
        """Keep it no more; if it is not there, nothing is done."""

    def keys(self, shelf: str) -> Iterator[tuple[str, datetime]]:
        """All files of a shelf, and since when they are there, by the store's own clock. What else
        lies there is nobody's business."""

    def answers(self) -> bool:
        """Whether it would keep something now, as far as can be told soon and without trying."""


class Disk:
    """A directory, which web and worker share; a gateway may serve `pictures/` from it."""

    def __init__(self, directory: str) -> None:
        self.directory = Path(directory)

    def put(self, key: str, content: bytes | IO[bytes], kind: str) -> None:
        path = self._path(key)
        writing.do(lambda: self._write(path, content))

    def _write(self, path: Path, content: bytes | IO[bytes]) -> None:
        draft = path.with_name(f".{uuid4().hex}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                for some in [content] if isinstance(content, bytes) else _chunks(content):
                    file.write(some)
                file.flush()
                os.fsync(file.fileno())  # before anybody is told that it is there
            draft.replace(path)
        except OSError as error:
            _forget(draft)
            log.warning("the directory of pictures refused: %s", error.strerror)
            raise StoreAway from error

    def get(self, key: str) -> bytes:
        if not KEY.fullmatch(key):  # as anybody may ask
            raise Missing
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise Missing from None
        except OSError as error:
            raise StoreAway from error

    def delete(self, key: str) -> None:
        path = self.directory / key if DRAFT.fullmatch(key) else self._path(key)
        try:
            path.unlink(missing_ok=True)
            if path.parent.parent.name == PICTURES and not any(path.parent.iterdir()):
                path.parent.rmdir()
        except FileNotFoundError:
            return  # somebody else deletes it, too
        except OSError as error:
            raise StoreAway from error

    def keys(self, shelf: str) -> Iterator[tuple[str, datetime]]:
        if not self.answers():  # what is not there would seem empty
            raise StoreAway
        try:
            for path in sorted((self.directory / shelf).rglob("*")):
                key = path.relative_to(self.directory).as_posix()
                if path.is_file() and (KEY.fullmatch(key) or DRAFT.fullmatch(key)):
                    yield key, datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except OSError as error:
            raise StoreAway from error

    def answers(self) -> bool:
        try:
            there = next(one for one in (self.directory, *self.directory.parents) if one.exists())
            return there.is_dir() and os.access(there, os.W_OK)
        except OSError:
            return False

    def _path(self, key: str) -> Path:
        return self.directory / checked(key)


class Nowhere:
    """No store was set up: nothing can be uploaded, and nothing is there."""

    def put(self, key: str, content: bytes | IO[bytes], kind: str) -> None:
        raise StoreAway

    def get(self, key: str) -> bytes:
        raise Missing

    def delete(self, key: str) -> None:
        raise StoreAway

    def keys(self, shelf: str) -> Iterator[tuple[str, datetime]]:
        return iter(())

    def answers(self) -> bool:
        return True  # it does all that is expected of it


def of(place: str, endpoint: str = "") -> Store:
    """The store at a place: a bucket at an endpoint, a directory, or nothing at all."""
    if place.startswith("s3://"):
        from livedrop.media.bucket import Bucket  # with much that nobody else needs

        return Bucket(place, endpoint)
    return Disk(place) if place else Nowhere()


def store() -> Store:
    """The store of the application at hand."""
    kept: Store = current_app.extensions["media"]
    return kept


def checked(key: str) -> str:
    """The same key. Keys are made here; one that could lead elsewhere is an error."""
    if not KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no key")
    return key


def upload_key(name: str) -> str:
    return f"{UPLOADS}/{name}"


def picture_key(name: str, variant: str) -> str:
    return f"{PICTURES}/{name}/{variant}.webp"


def _chunks(content: IO[bytes]) -> Iterator[bytes]:
    while some := content.read(2**18):
        yield some


def _forget(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # it is swept up in a day, as what nobody knows
