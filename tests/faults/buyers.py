"""People who order at a steady pace, over connections they keep as browsers do."""

import http.client
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from time import monotonic, sleep
from urllib.parse import urlsplit

from tests.faults.shopper import PATIENCE, Said, Shopper

AT_ONCE = 8  # connections


class Buyers:
    """They begin with the block, `rate` orders a second together, and stop at its end."""

    def __init__(self, shoppers: Sequence[Shopper], url: str, rate: float) -> None:
        self.shoppers, self.netloc = shoppers, urlsplit(url).netloc
        self.pause = AT_ONCE / rate
        self.said: list[Said] = []
        self.times: list[float] = []
        self._over = threading.Event()

    def __enter__(self) -> "Buyers":
        self._pool = ThreadPoolExecutor(AT_ONCE)
        in_turn = (cycle(self.shoppers[first::AT_ONCE]) for first in range(AT_ONCE))
        self._under_way = [self._pool.submit(self._buy, some) for some in in_turn]
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for one in self._under_way:
            one.result()
        self._pool.shutdown()

    @property
    def statuses(self) -> Counter[int]:
        return Counter(said.status for said in self.said)

    @property
    def p95(self) -> float:
        """Milliseconds that all but one in twenty had their answer in."""
        return sorted(self.times)[int(len(self.times) * 0.95)] * 1000

    def _buy(self, shoppers: Iterator[Shopper]) -> None:
        connection = http.client.HTTPConnection(self.netloc, timeout=PATIENCE)
        due = monotonic()
        while not self._over.is_set():
            begun = monotonic()
            self.said.append(next(shoppers).buys_over(connection))
            self.times.append(monotonic() - begun)
            due = max(due + self.pause, begun)
            sleep(max(0, due - monotonic()))
        connection.close()
