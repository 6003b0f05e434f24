"""One socket: what it is still to be sent, and how much it may send.

Nothing here waits for a reader. What does not fit into the kernel's buffer waits here, of each
topic only the newest; a frame that has begun is finished first, or the stream would be corrupt.
Greenlets only: nobody else runs between looking and writing.
"""

import os
import socket
from time import monotonic

from wsproto import WSConnection
from wsproto.events import CloseConnection, Event, Message, Ping, Pong
from wsproto.utilities import RemoteProtocolError

from livedrop.accounts.queries import SignedIn
from livedrop.lib import frames

LARGEST = 4096  # bytes of a message; beyond, 1009
MOST = 20  # frames a second; beyond, 1008
SLOWEST = 5.0  # seconds for which nothing of what waits is taken, then it is dropped
FAREWELL = 1.0  # seconds the other side has to answer a close

NORMAL, PROTOCOL, POLICY, TOO_BIG, RESTART = 1000, 1002, 1008, 1009, 1012


class Line:
    """A socket that listens to `topics`, in the name of `person` if somebody is signed in."""

    def __init__(
        self, sock: socket.socket, topics: frozenset[str], person: SignedIn | None = None
    ) -> None:
        self.topics, self.person = topics, person
        self.heard_at = self._second = monotonic()
        self.stalled_at: float | None = None  # since when it takes nothing of what waits
        self.closed_at: float | None = None
        self._sock = sock
        self._rest = b""  # of the frame that has begun
        self._waiting: dict[str, bytes] = {}  # topic -> its newest frame
        self._frames = self._size = 0  # in this second; of the message under way

    # --- to them ---

    def push(self, topic: str, frame: bytes) -> None:
        """Send a frame, now or as soon as it fits; an older one of this topic that waits is not
        sent any more."""
        if self.closed_at is None:
            self._waiting.pop(topic, None)
            self._waiting[topic] = frame
            if self.stalled_at is None:
                self.flush()

    def flush(self) -> None:
        """Send as much of what waits as fits."""
        try:
            while self._rest or self._waiting:
                if not self._rest:
                    self._rest = self._waiting.pop(next(iter(self._waiting)))
                sent = os.write(self._sock.fileno(), self._rest)
                self._rest = self._rest[sent:]
                self.stalled_at = None
        except BlockingIOError:
            self.stalled_at = self.stalled_at or monotonic()
        except OSError:
            self.cut()
        else:
            if self.closed_at is not None:
                self._shut(socket.SHUT_WR)

    def close(self, code: int) -> None:
        """Say goodbye; what was waiting is not sent any more."""
        if self.closed_at is None:
            self.closed_at = monotonic()
            self._waiting = {"close": frames.close(code)}
            self.flush()

    def cut(self) -> None:
        """End it without a word; whoever reads from it notices."""
        self.closed_at = self.closed_at or monotonic()
        self._rest, self._waiting, self.stalled_at = b"", {}, None
        self._shut(socket.SHUT_RDWR)

    def overdue(self, now: float) -> bool:
        """Whether the other side had its time, to take what waits or to answer a close."""
        slow = self.stalled_at is not None and now - self.stalled_at > SLOWEST
        return slow or (self.closed_at is not None and now - self.closed_at > FAREWELL)

    # --- from them ---

    def read(self, parser: WSConnection) -> None:
        """Judge what they send, until they are gone. Nothing they send is kept.

        After a goodbye their bytes are thrown away: to close with some unread would take back
        what was sent last.
        """
        try:
            while data := self._sock.recv(LARGEST):
                self.heard_at = monotonic()
                if self.closed_at is None:
                    self._judge(parser, data)
        except OSError:
            return

    def _judge(self, parser: WSConnection, data: bytes) -> None:
        try:
            parser.receive_data(data)
            for event in parser.events():
                if code := self._refusal(event):
                    self.close(code)
                    return
        except RemoteProtocolError:
            self.close(PROTOCOL)

    def _refusal(self, event: Event) -> int | None:
        """The code to close with for what they sent, if any."""
        if isinstance(event, CloseConnection):
            return NORMAL if event.code in {1001, 1005} else event.code
        if isinstance(event, Message):
            self._size += len(event.data)
            if self._size > LARGEST:
                return TOO_BIG
            if event.message_finished:
                self._size = 0
        if isinstance(event, Ping):
            self.push("pong", frames.frame(frames.PONG, bytes(event.payload)))
        return self._too_often(event)

    def _too_often(self, event: Event) -> int | None:
        """Every whole frame counts, an empty piece of a message too."""
        if isinstance(event, (Ping, Pong)) or getattr(event, "frame_finished", False):
            if self.heard_at - self._second >= 1:
                self._second, self._frames = self.heard_at, 0
            self._frames += 1
        return POLICY if self._frames > MOST else None

    def _shut(self, how: int) -> None:
        try:
            self._sock.shutdown(how)
        except OSError:
            return  # it is gone already
