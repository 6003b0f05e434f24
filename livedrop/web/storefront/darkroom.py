"""Where pictures are drawn once, however many ask, and kept while they are wanted: in memory, and
in Redis for the other processes.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future

from livedrop.lib import cache
from livedrop.lib.errors import Unavailable
from livedrop.lib.threads import OffTheLoop

ROOM = 32 * 2**20  # bytes of pictures that one process keeps: about a thousand
PATIENCE = 5.0  # seconds to wait for what somebody else had begun
AT_ONCE = 1  # pictures being drawn: each keeps a core busy
WAITING = 60  # further ones, a few seconds' worth
SHARED = 24 * 3600  # seconds that Redis keeps one


class Darkroom:
    """Keeps what was asked for last, up to `room` bytes."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._under_way: dict[str, Future[bytes]] = {}
        self._drawing = OffTheLoop(AT_ONCE, WAITING)

    def develop(self, key: str, draw: Callable[[], bytes]) -> bytes:
        """What `draw` makes for this key, which is always the same.

        Raises `Unavailable` when too much is asked for at once.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            others = self._under_way.get(key)
            mine: Future[bytes] = Future()
            if others is None:
                self._under_way[key] = mine
        if others is not None:
            return _awaited(others)
        try:
            drawn = cache.recall(key) or self._drawn(key, draw)
        except BaseException as error:
            mine.set_exception(error)
            raise
        else:
            mine.set_result(drawn)
            self._keep(key, drawn)
            return drawn
        finally:
            with self._lock:
                del self._under_way[key]

    def _drawn(self, key: str, draw: Callable[[], bytes]) -> bytes:
        drawn = self._drawing.do(draw)
        cache.keep(key, drawn, seconds=SHARED)
        return drawn

    def _keep(self, key: str, drawn: bytes) -> None:
        with self._lock:
            self._kept[key] = drawn
            self._size += len(drawn)
            while self._size > self._room:
                _, oldest = self._kept.popitem(last=False)
                self._size -= len(oldest)


def _awaited(others: Future[bytes]) -> bytes:
    try:
        return others.result(PATIENCE)
    except TimeoutError:
        raise Unavailable from None
