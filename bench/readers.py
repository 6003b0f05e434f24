"""The process whose pages are open: each hears over its socket that there is news, and asks for it.

It reads a plan from its input, `{"port", "cookies"}`, says how many sockets are open, and for each
line of input then the monotonic times of this machine at which the pages had the news.
"""

import json
import select
import socket
import sys
from time import monotonic
from typing import Any

OPEN = (
    "GET /live?topic= HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nCookie: {cookie}\r\n\r\n"
)
ASK = (
    "GET /inbox/toasts?after=0&shown=0 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
    "HX-Request: true\r\nHX-Request-Type: partial\r\nConnection: close\r\n\r\n"
)
NUDGE = b"news:told"
PATIENCE = 15.0  # seconds until what did not arrive is lost


class Readers:
    def __init__(self, port: int, cookies: list[str]) -> None:
        self.port = port
        self.poll = select.epoll()
        self.pages: dict[int, tuple[socket.socket, str]] = {}
        self.asking: dict[int, tuple[socket.socket, bytearray]] = {}
        for cookie in cookies:
            self._open(cookie)

    def read(self) -> list[float]:
        """When each page had the next news: those alone that were answered with some."""
        had: list[float] = []
        deadline = monotonic() + PATIENCE
        while len(had) < len(self.pages) and monotonic() < deadline:
            for number, _ in self.poll.poll(0.5):
                if number in self.asking:
                    had += self._answered(number)
                elif NUDGE in self.pages[number][0].recv(1 << 16):
                    self._ask(self.pages[number][1])
        return had

    def _open(self, cookie: str) -> None:
        page = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        page.sendall(OPEN.format(port=self.port, cookie=cookie).encode())
        if not page.recv(1 << 12).startswith(b"HTTP/1.1 101"):
            page.close()
            return
        page.setblocking(False)
        self.pages[page.fileno()] = page, cookie
        self.poll.register(page, select.EPOLLIN)

    def _ask(self, cookie: str) -> None:
        one = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        one.sendall(ASK.format(port=self.port, cookie=cookie).encode())
        one.setblocking(False)
        self.asking[one.fileno()] = one, bytearray()
        self.poll.register(one, select.EPOLLIN)

    def _answered(self, number: int) -> list[float]:
        one, answer = self.asking[number]
        part = one.recv(1 << 16)
        answer += part
        if part:
            return []
        self.poll.unregister(one)
        one.close()
        del self.asking[number]
        return [monotonic()] if answer.startswith(b"HTTP/1.1 200") else []


def main() -> None:
    plan: dict[str, Any] = json.loads(sys.stdin.readline())
    readers = Readers(plan["port"], plan["cookies"])
    print(len(readers.pages), flush=True)
    for _ in sys.stdin:
        print(json.dumps(readers.read()), flush=True)


if __name__ == "__main__":
    main()
