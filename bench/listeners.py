"""The process that holds many open sockets: it says when all are open, and when news came.

It reads a plan from its input, `{"port", "topic", "cookies", "mark"}` with one cookie for each
socket, says how many are open, and for each line of input then when each of them heard the next
news: the monotonic times of this machine. News are what has the mark in it.
"""

import json
import select
import socket
import sys
from contextlib import suppress
from time import monotonic

ASK = (
    "GET /live?topic={topic} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nCookie: {cookie}\r\n\r\n"
)
PATIENCE = 10.0  # seconds until what did not arrive is lost
AT_ONCE = 200  # sockets that are opened before the first of them is answered


class Listeners:
    def __init__(self, port: int, topic: str, cookies: list[str], mark: str) -> None:
        self.mark = mark.encode()
        self.poll = select.epoll()
        self.open: dict[int, socket.socket] = {}
        for begun in range(0, len(cookies), AT_ONCE):
            some = [self._ask(port, topic, each) for each in cookies[begun : begun + AT_ONCE]]
            for one in some:
                self._answered(one)

    def hear(self) -> list[float]:
        """When each socket heard the next news."""
        heard: dict[int, float] = {}
        deadline = monotonic() + PATIENCE
        while len(heard) < len(self.open) and monotonic() < deadline:
            for number, _ in self.poll.poll(0.5):
                said = self._said(number)
                if self.mark in said:
                    heard[number] = monotonic()
                if not said:  # the other side has gone
                    self.poll.unregister(number)
                    self.open.pop(number).close()
        return list(heard.values())

    def _said(self, number: int) -> bytes:
        with suppress(OSError):
            return self.open[number].recv(1 << 16)
        return b""

    def _ask(self, port: int, topic: str, cookie: str) -> socket.socket:
        one = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        one.sendall(ASK.format(port=port, topic=topic, cookie=cookie).encode())
        return one

    def _answered(self, one: socket.socket) -> None:
        answer = b""
        with suppress(OSError):
            answer = one.recv(1 << 12)
        if not answer.startswith(b"HTTP/1.1 101"):
            one.close()
            return
        one.setblocking(False)
        self.open[one.fileno()] = one
        self.poll.register(one, select.EPOLLIN)


def main() -> None:
    listeners = Listeners(**json.loads(sys.stdin.readline()))
    print(len(listeners.open), flush=True)
    for _ in sys.stdin:
        print(json.dumps(listeners.hear()), flush=True)


if __name__ == "__main__":
    main()
