"""The process that holds many open sockets: it says when all are open, and how late news came.

It reads a plan from its input, `{"port", "sockets", "topic"}`, says how many are open, and for
each line of input then how late each of them heard what was said last. What is said is the
monotonic time of this machine at which it was sent.
"""

import json
import select
import socket
import sys
from time import monotonic
from typing import Any

ASK = (
    "GET /live?topic={topic} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
)
PATIENCE = 10.0  # seconds until what did not arrive is lost
AT_ONCE = 200  # sockets that are opened before the first of them is answered


class Listeners:
    def __init__(self, port: int, sockets: int, topic: str) -> None:
        self.poll = select.epoll()
        self.open: dict[int, socket.socket] = {}
        request = ASK.format(port=port, topic=topic).encode()
        for begun in range(0, sockets, AT_ONCE):
            some = [self._ask(port, request) for _ in range(min(AT_ONCE, sockets - begun))]
            for one in some:
                self._answered(one)

    def hear(self) -> list[float]:
        """How many ms after it was sent each socket heard the next news."""
        late: list[float] = []
        deadline = monotonic() + PATIENCE
        while len(late) < len(self.open) and monotonic() < deadline:
            for number, _ in self.poll.poll(0.5):
                came = self.open[number].recv(1 << 16)
                if mark := came.rfind(b"<") + 1:
                    end = came.index(b">", mark)
                    late.append((monotonic() - float(came[mark:end])) * 1000)
        return late

    def _ask(self, port: int, request: bytes) -> socket.socket:
        one = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        one.sendall(request)
        return one

    def _answered(self, one: socket.socket) -> None:
        if not one.recv(1 << 12).startswith(b"HTTP/1.1 101"):
            one.close()
            return
        one.setblocking(False)
        self.open[one.fileno()] = one
        self.poll.register(one, select.EPOLLIN)


def main() -> None:
    plan: dict[str, Any] = json.loads(sys.stdin.readline())
    listeners = Listeners(plan["port"], plan["sockets"], plan["topic"])
    print(len(listeners.open), flush=True)
    for _ in sys.stdin:
        print(json.dumps(listeners.hear()), flush=True)


if __name__ == "__main__":
    main()
