"""Go through a large table by id, some rows in each transaction, and forget what is finished.

Looking costs the same however many rows there are, and rows that cannot be forgotten yet do not
hide those behind them.
"""

from collections.abc import Callable
from typing import NamedTuple


class Looked(NamedTuple):
    """What became of one chunk: how many rows were forgotten, and behind which id to go on.

    `last` is None when no further row is old enough to be looked at.
    """

    forgotten: int
    last: int | None


Look = Callable[[int], Looked]  # at the chunk behind an id


def through(look: Look) -> int:
    """Go through all chunks now; how many rows were forgotten."""
    forgotten, last = look(0)
    while last is not None:
        some, last = look(last)
        forgotten += some
    return forgotten


def in_turns(look: Look) -> Callable[[], bool]:
    """A step that looks at the next chunk each time, and after the last at the first again; it
    answers whether there is a next one."""
    after = 0

    def step() -> bool:
        nonlocal after
        last = look(after).last
        after = last or 0
        return last is not None

    return step
