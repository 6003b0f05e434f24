"""Lists in pages by keyset: a cursor says after which row the next page begins.

Cursors are opaque and signed, each for one list: a changed one, or one of another list, is
refused (400 `bad-cursor`) and never reaches a statement.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from livedrop.lib.errors import DomainError
from livedrop.lib.keys import keys

DEFAULT_LIMIT = 20

Item = TypeVar("Item")
Key = tuple[datetime | UUID | int | str, ...]  # the columns a list is ordered by


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    items: tuple[Item, ...]
    next_cursor: str | None


def after(cursor: str | None, list_name: str) -> list[Any] | None:
    """The key behind which the page begins, as JSON values; None at the beginning."""
    if not cursor:
        return None
    try:
        key: list[Any] = _serializer(list_name).loads(cursor)
    except BadData:
        raise DomainError("bad-cursor", 400) from None
    return key


def after_instant(cursor: str | None, list_name: str) -> tuple[datetime, UUID] | None:
    """As `after`, where a list is ordered by an instant and a UUID."""
    key = after(cursor, list_name)
    return (datetime.fromisoformat(key[0]), UUID(key[1])) if key else None


def page(
    rows: Sequence[Item], limit: int, list_name: str, key: Callable[[Item], Key]
) -> Page[Item]:
    """Cut a page from `rows`, of which the query asked one more than `limit`."""
    items = tuple(rows[:limit])
    if len(rows) <= limit:
        return Page(items, None)
    return Page(items, _serializer(list_name).dumps([_plain(part) for part in key(items[-1])]))


def _serializer(list_name: str) -> URLSafeSerializer:
    return URLSafeSerializer(keys(), salt=f"cursor:{list_name}")


def _plain(part: datetime | UUID | int | str) -> int | str:
    if isinstance(part, datetime):
        return part.isoformat()
    return str(part) if isinstance(part, UUID) else part
