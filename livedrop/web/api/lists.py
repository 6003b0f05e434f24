"""Lists in pages: where they begin, how long they are, and where they go on."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import BeforeValidator, Field

from livedrop.lib.paging import DEFAULT_LIMIT, Page, after_instant, page
from livedrop.orders.queries import OrderView
from livedrop.web.api.operations import List, Query, Shape

MOST = 100  # items of one page

Thing = TypeVar("Thing")
Item = TypeVar("Item", bound=Shape)


def _number(said: Any) -> int:
    if not isinstance(said, str) or not re.fullmatch(r"[0-9]{1,3}", said):
        raise ValueError("a number, please")
    return int(said)


class Place(Query):
    """Which part of a list."""

    cursor: str | None = Field(None, description="`next_cursor` of the page before.")
    limit: Annotated[int, BeforeValidator(_number)] = Field(
        DEFAULT_LIMIT, ge=1, le=MOST, description="How many items at most."
    )


def listed(found: Page[Thing], shape: Callable[[Thing], Item]) -> List[Item]:
    """A page as the API answers it."""
    items = [shape(thing) for thing in found.items]
    # Built without its type's name: the items are checked already.
    return List.model_construct(items=items, next_cursor=found.next_cursor)


def orders_page(
    name: str,
    place: Place,
    read: Callable[[tuple[datetime, UUID] | None, int], list[OrderView]],
) -> Page[OrderView]:
    """A page of orders, the latest first."""
    found = read(after_instant(place.cursor, name), place.limit + 1)
    return page(found, place.limit, name, lambda order: (order.placed_at, order.id))
