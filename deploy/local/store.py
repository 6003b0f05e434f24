"""Small secrets and facts kept in the data directory, and the lock that says who uses it."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .console import Refusal


def secret(path: Path) -> str:
    """A random value made once and readable by its owner only."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # whoever is first wins, and nobody sees half a secret
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    try:
        return path.read_text().strip()
    except PermissionError:
        raise Refusal(
            f"{path} belongs to another user: set LIVEDROP_DATA to a directory of your own."
        ) from None


def remember(path: Path, value: object) -> None:
    path.write_text(f"{value}\n")


def recall(path: Path) -> str | None:
    return path.read_text().strip() if path.exists() else None


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Whether we are the one who holds this lock; it falls with its holder, however that ends."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def sole_use(path: Path) -> Iterator[None]:
    """Hold this lock, or refuse because somebody else does."""
    with held(path) as ours:
        if not ours:
            raise Refusal(
                f"Another LiveDrop uses {path.parent}: stop it, "
                "or set LIVEDROP_DATA to another directory."
            )
        yield
