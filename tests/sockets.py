"""A socket as a browser has it, read and written by hand: slowly too, or wrongly."""

import os
import socket
from base64 import b64encode
from struct import pack, unpack
from time import monotonic
from urllib.parse import urlsplit

from tests.cast import Person

PATIENCE = 20  # seconds; only ever ends a hang


def cookie_of(person: Person) -> str:
    cookie = person.another_page().client.get_cookie("__Host-session", "livedrop.test")
    assert cookie
    return f"{cookie.key}={cookie.value}"


class Closed(Exception):
    """The other side said goodbye with this code, or None when it just went."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class Socket:
    """An open socket of the site at `url`; `status` is 101, or what it was refused with."""

    def __init__(
        self,
        url: str,
        *topics: str,
        cookie: str = "",
        origin: str | None = "",
        buffer: int = 0,
        **headers: str,
    ) -> None:
        there = urlsplit(url)
        self.raw = socket.socket()
        if buffer:
            self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.raw.settimeout(PATIENCE)
        self.raw.connect((there.hostname, there.port))
        self.received = b""
        query = "&".join(f"topic={topic}" for topic in topics)
        said = {
            "Host": there.netloc,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Version": "13",
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        if origin is not None:
            said["Origin"] = origin or url
        if cookie:
            said["Cookie"] = cookie
        lines = [f"GET /live?{query} HTTP/1.1", *(f"{name}: {said[name]}" for name in said)]
        self.raw.sendall("\r\n".join([*lines, "", ""]).encode())
        self.head = self._until(b"\r\n\r\n").decode()
        self.status = int(self.head.split(" ")[1])

    def __enter__(self) -> "Socket":
        return self

    def __exit__(self, *_: object) -> None:
        self.raw.close()

    # --- from there ---

    def frame(self) -> tuple[int, bytes]:
        """The next frame: its kind and what is in it. Raises `Closed` when they just went."""
        head, length = unpack("!BB", self._take(2))
        assert head & 0x70 == 0, f"a frame that begins with {head:x}"
        assert head & 0x0F in {1, 8, 9, 10}, f"a frame that begins with {head:x}"
        if length == 126:
            (length,) = unpack("!H", self._take(2))
        elif length == 127:
            (length,) = unpack("!Q", self._take(8))
        return head & 0x0F, self._take(length)

    def hear(self, wanted: str = "") -> str:
        """The next words that contain the wanted ones; pings are answered. Raises `Closed`."""
        deadline = monotonic() + PATIENCE
        while monotonic() < deadline:
            kind, payload = self.frame()
            if kind == 8:
                raise Closed(unpack("!H", payload[:2])[0])
            if kind == 9:
                self.send(payload, 10)
            if kind == 1 and wanted in payload.decode():
                return payload.decode()
        raise AssertionError(f"never heard {wanted!r}")

    def closed(self) -> int | None:
        """The code of their goodbye, which must come."""
        try:
            while True:
                self.hear("no such words")
        except Closed as end:
            return end.code

    # --- to there ---

    def send(self, payload: bytes, kind: int = 1, *, last: bool = True) -> None:
        self.raw.sendall(masked(payload, kind, last=last))

    def _take(self, count: int) -> bytes:
        while len(self.received) < count:
            self._more()
        taken, self.received = self.received[:count], self.received[count:]
        return taken

    def _until(self, mark: bytes) -> bytes:
        while mark not in self.received:
            self._more()
        end = self.received.index(mark) + len(mark)
        return self._take(end)

    def _more(self) -> None:
        try:
            part = self.raw.recv(1 << 16)
        except ConnectionError:
            part = b""
        if not part:
            raise Closed(None)
        self.received += part


def masked(payload: bytes, kind: int = 1, *, last: bool = True) -> bytes:
    """One frame, as browsers send them."""
    head = (0x80 if last else 0) | kind
    if len(payload) < 126:
        length = pack("!BB", head, 0x80 | len(payload))
    elif len(payload) < 1 << 16:
        length = pack("!BBH", head, 0x80 | 126, len(payload))
    else:
        length = pack("!BBQ", head, 0x80 | 127, len(payload))
    mask = os.urandom(4)
    pad = int.from_bytes(mask * (len(payload) // 4 + 1))
    hidden = (int.from_bytes(payload) << 8 * (4 + len(payload) // 4 * 4 - len(payload))) ^ pad
    return length + mask + hidden.to_bytes(len(mask) * (len(payload) // 4 + 1))[: len(payload)]
