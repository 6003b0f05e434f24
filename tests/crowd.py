"""Many sockets at once, as the open pages of a crowd hold them; one thread looks after all.

A member that lost its socket comes back as a page does, after a while of `returns()` seconds, and
knows what a page knows: the last fragment, and from the beats whether one may have been missed.
"""

import heapq
import re
import selectors
import socket
import threading
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from struct import unpack
from time import monotonic
from urllib.parse import urlsplit

from tests.sockets import masked

SEQ = re.compile(r'data-seq="(\d+)"')
KEY = b64encode(bytes(16)).decode()
numbers = count()


@dataclass(eq=False)
class Member:
    """One page: what it heard, and how its sockets ended, as (when, code)."""

    raw: socket.socket | None = None
    open: bool = False
    received: bytearray = field(default_factory=bytearray)
    words: str = ""
    seq: int = 0
    since: int | None = None
    ends: list[tuple[float, int | None]] = field(default_factory=list)

    @property
    def asks(self) -> bool:
        """Whether it knows that it may have missed something."""
        return self.since is None or self.since > self.seq

    def hears(self, words: str) -> None:
        if words.startswith("<"):
            self.words = words
            self.seq = int(found[1]) if (found := SEQ.search(words)) else 0
        elif words[0].isdigit():
            at, unbroken = map(int, words.split(" "))
            self.since = max(at if self.since is None else self.since, unbroken)


class Crowd:
    """So many members on a topic of the site at `url`, for as long as the block lasts."""

    def __init__(
        self,
        url: str,
        size: int,
        topic: str = "",
        *,
        returns: Callable[[], float] | None = None,
        stalled: int = 0,
    ) -> None:
        self.members = [Member() for _ in range(size)]
        self.stalled, self.readers = self.members[:stalled], self.members[stalled:]
        self.present = self.most = 0  # sockets that are open; that ever were at a time
        self._read_on = threading.Event()
        self.refusals: Counter[int] = Counter()  # by status, 0 for none
        self.torn = 0  # streams that were no frames any more
        self._there, self._topic, self._returns = urlsplit(url), topic, returns
        self._due = [(0.0, next(numbers), member) for member in self.members]
        self._looks = selectors.DefaultSelector()
        self._over = threading.Event()
        self._drop = threading.Event()
        self._thread = threading.Thread(target=self._live)

    def __enter__(self) -> "Crowd":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        for member in self.members:
            if member.raw:
                member.raw.close()
        self._looks.close()

    # --- what became of them ---

    @property
    def codes(self) -> set[int | None]:
        return {code for member in self.members for _, code in member.ends}

    @property
    def spread(self) -> float:
        """Seconds from the first end of a socket to the last."""
        times = [at for member in self.members for at, _ in member.ends]
        return max(times) - min(times)

    def lose_the_line(self) -> None:
        """All are gone at once, without a word."""
        self._drop.set()

    def read_on(self) -> None:
        """Those that stalled take what waits for them."""
        self._read_on.set()

    # --- for as long as it lives ---

    def _live(self) -> None:
        while not self._over.is_set():
            self._obeys()
            while self._due and self._due[0][0] <= monotonic():
                self._comes(heapq.heappop(self._due)[2])
            for key, _ in self._looks.select(0.02):
                self._reads(key.data)

    def _obeys(self) -> None:
        if self._drop.is_set():
            self._drop.clear()
            for member in self.members:
                if member.open:
                    self._ended(member, None)
        if self._read_on.is_set():
            self._read_on.clear()
            for member in self.stalled:
                self._looks.register(member.raw, selectors.EVENT_READ, member)

    def _comes(self, member: Member) -> None:
        here = self._there
        member.raw, member.received, member.since = socket.socket(), bytearray(), None
        if member in self.stalled:
            member.raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        member.raw.settimeout(30)
        ask = (
            f"GET /live?topic={self._topic} HTTP/1.1\r\nHost: {here.netloc}\r\n"
            f"Origin: {here.geturl()}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n"
        )
        try:
            member.raw.connect((here.hostname, here.port))
            member.raw.sendall(ask.encode())
        except OSError:
            self._refused(member, 0)
            return
        self._looks.register(member.raw, selectors.EVENT_READ, member)

    def _reads(self, member: Member) -> None:
        assert member.raw
        try:
            came = member.raw.recv(1 << 18)
        except OSError:
            came = b""
        member.received += came
        if not member.open:
            self._enters(member, came)
        elif not came:
            self._ended(member, None)
        if member.open:
            self._listens(member)

    def _enters(self, member: Member, came: bytes) -> None:
        head, end, rest = bytes(member.received).partition(b"\r\n\r\n")
        if end and head.startswith(b"HTTP/1.1 101"):
            member.open, member.received = True, bytearray(rest)
            self.present += 1
            self.most = max(self.most, self.present)
            if member in self.stalled:
                self._looks.unregister(member.raw)
        elif end or not came:
            self._refused(member, int(head.split(b" ")[1]) if end else 0)

    def _refused(self, member: Member, status: int) -> None:
        self.refusals[status] += 1
        self._leaves(member)

    def _ended(self, member: Member, code: int | None) -> None:
        if member.open:
            member.ends.append((monotonic(), code))
        self._leaves(member)

    def _leaves(self, member: Member) -> None:
        with suppress(KeyError, ValueError):
            self._looks.unregister(member.raw)
        member.raw.close()
        self.present -= member.open
        member.raw, member.open = None, False
        if self._returns:
            heapq.heappush(self._due, (monotonic() + self._returns(), next(numbers), member))

    def _listens(self, member: Member) -> None:
        while member.raw and (frame := self._frame(member)):
            kind, payload = frame
            if kind == 1:
                member.hears(payload.decode(errors="replace"))
            elif kind == 9:
                with suppress(OSError):
                    member.raw.sendall(masked(payload, 10))
            elif kind == 8:
                self._ended(member, unpack("!H", payload[:2])[0])

    def _frame(self, member: Member) -> tuple[int, bytes] | None:
        """The next whole frame that arrived, if one has."""
        came = member.received
        if len(came) < 2:
            return None
        if came[0] not in {0x81, 0x88, 0x89, 0x8A} or came[1] & 0x80:
            self.torn += 1
            self._ended(member, None)
            return None
        size, head = came[1], 2
        if size >= 126:
            head = 4 if size == 126 else 10
            size = int.from_bytes(came[2:head])
        if len(came) < head + size:
            return None
        frame = came[0] & 0x0F, bytes(came[head : head + size])
        del came[: head + size]
        return frame
