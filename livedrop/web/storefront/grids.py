"""Grids that go on: a link to the next page, which with script becomes endless scrolling.

With script the address follows: it always says how much of the list is on the screen, so that a
reload, a bookmark and the way back show the same again. Endless is bounded: beyond a few pages the
address begins later.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for

from livedrop.lib.paging import Page

Item = TypeVar("Item")

PARAMETERS = ("cursor", "shown", "start", "before")
PER_PAGE = 24
MOST = 4 * PER_PAGE  # items that one address shows


@dataclass(frozen=True, slots=True)
class More:
    """Where it goes on: as a page, as what is appended, and the address once it is appended."""

    page: str
    appended: str
    address: str


@dataclass(frozen=True, slots=True)
class Grid(Generic[Item]):
    items: tuple[Item, ...]
    more: More | None
    beginning: str | None  # where the list begins, unless it is here


def grid(load: Callable[[str | None, int], Page[Item]], **place: Any) -> Grid[Item]:
    """The part of a list that this request asks for; `place` makes up the rest of its address.

    `load` takes a cursor and how many. With `before`, the items that stand there already, counted
    from the cursor `start`, this is what is appended to them.
    """
    cursor, before = request.args.get("cursor"), request.args.get("before", None, int)
    if before is None:
        start, count = cursor, _within(request.args.get("shown", PER_PAGE, int), least=1)
        shown = count
    else:
        start, count = request.args.get("start"), PER_PAGE
        shown = _within(before) + count
    found = load(cursor, count)
    beginning = url_for(request.endpoint or "", **place) if cursor else None
    return Grid(found.items, _more(found.next_cursor, start, shown, place), beginning)


def _more(cursor: str | None, start: str | None, shown: int, place: dict[str, Any]) -> More | None:
    if cursor is None:
        return None

    def address(**parameters: Any) -> str:
        return url_for(request.endpoint or "", **place, **parameters)

    if shown + PER_PAGE > MOST:
        start, shown = cursor, 0
    return More(
        page=address(cursor=cursor),
        appended=address(cursor=cursor, start=start, before=shown),
        address=address(cursor=start, shown=shown + PER_PAGE),
    )


def _within(count: int, least: int = 0) -> int:
    return max(least, min(count, MOST))
