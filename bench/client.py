"""The process that sends one stream of an open loop: kept connections, one thread, no framework.

It reads a plan from its input, says `ready` when it is connected, begins when it is told to, and
says what came of it. It must cost little, because it shares the machine with what it measures.
"""

import gc
import json
import re
import secrets
import select
import socket
import sys
from collections import defaultdict, deque
from time import monotonic
from typing import Any

from bench.closed import KEY, KEY_LENGTH

PATIENCE = 10  # seconds after the last request was due, then what is unanswered is an error
TAG = b"%TAG%"  # in a request: the tag that its address was last answered with
FIGURE = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
TAGGED = re.compile(rb"\r\netag: *([^\r]+)", re.IGNORECASE)


class Connection:
    """One kept connection, with at most one request under way."""

    __slots__ = ("due", "length", "received", "socket", "target")

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.due: float | None = None  # of the request under way
        self.target = b""
        self.received = bytearray()
        self.length: int | None = None  # of the whole answer, once its head is here


class Client:
    def __init__(self, port: int, connections: int) -> None:
        self.port = port
        self.poll = select.epoll()
        self.connections: dict[int, Connection] = {}
        # The longest idle is next, so that all are used and none is closed for being idle.
        self.idle: deque[Connection] = deque()
        self.tags: dict[bytes, bytes] = {}
        self.run_word, self.sent = secrets.token_hex(3), 0
        self.latencies: dict[str, list[float]] = defaultdict(list)
        self.moments: dict[str, list[float]] = {}
        self.lateness: list[float] = []
        self.queued = 0
        for _ in range(connections):
            self._connect()

    def run(self, due: list[float], requests: list[bytes], begin: float) -> None:
        """Send each request when it is due or, if every connection is busy, as soon as one is."""
        waiting: deque[tuple[float, bytes]] = deque()
        end, taken = begin + due[-1] + PATIENCE, 0
        while True:
            now = monotonic()
            while taken < len(due) and (at := begin + due[taken]) <= now:
                self.lateness.append((monotonic() - at) * 1000)
                self.queued += not self.idle
                waiting.append((at, requests[taken % len(requests)]))
                taken += 1
                self._send(waiting)
            self._send(waiting)
            over = taken == len(due) and not waiting and len(self.idle) == len(self.connections)
            if over or now > end:
                break
            pause = begin + due[taken] - monotonic() if taken < len(due) else end - now
            for number, _ in self.poll.poll(max(0, pause)):
                self._receive(self.connections[number])
        for connection in self.connections.values():
            if connection.due is not None:
                self._answered(connection.due, "no answer")
        for at, _ in waiting:
            self._answered(at, "never sent")

    def _connect(self) -> None:
        connection = Connection(self.port)
        self.connections[connection.socket.fileno()] = connection
        self.poll.register(connection.socket, select.EPOLLIN)
        self.idle.append(connection)

    def _replace(self, connection: Connection) -> None:
        if connection.due is None:
            self.idle.remove(connection)
        del self.connections[connection.socket.fileno()]
        connection.socket.close()
        self._connect()

    def _send(self, waiting: deque[tuple[float, bytes]]) -> None:
        while waiting and self.idle:
            at, request = waiting.popleft()
            connection = self.idle.popleft()
            connection.due, connection.target = at, request.split(b" ", 2)[1]
            try:
                connection.socket.sendall(self._filled(request, connection.target))
            except OSError as error:
                self._answered(at, type(error).__name__)
                self._replace(connection)

    def _filled(self, request: bytes, target: bytes) -> bytes:
        if KEY in request:
            self.sent += 1
            width = KEY_LENGTH - len(self.run_word) - 1
            request = request.replace(KEY, f"{self.run_word}-{self.sent:0{width}d}".encode())
        return request.replace(TAG, self.tags.get(target, b'""'))

    def _receive(self, connection: Connection) -> None:
        try:
            part = connection.socket.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        if not part:
            if connection.due is not None:
                self._answered(connection.due, "connection lost")
            self._replace(connection)
            return
        received = connection.received
        received += part
        if connection.length is None and (head := received.find(b"\r\n\r\n") + 4) > 3:
            connection.length = head + self._body_length(bytes(received[:head]), connection)
        if connection.length is not None and len(received) >= connection.length:
            self._complete(connection)

    def _body_length(self, head: bytes, connection: Connection) -> int:
        if tag := TAGGED.search(head):
            self.tags[connection.target] = tag[1]
        if head[9:12] == b"304":
            return 0
        figure = FIGURE.search(head)
        if figure is None:
            sys.exit(f"An answer does not say how long it is:\n{head.decode()}")
        return int(figure[1])

    def _complete(self, connection: Connection) -> None:
        assert connection.due is not None
        self._answered(connection.due, connection.received[9:12].decode())
        closing = b"\r\nconnection: close" in connection.received[: 1 << 10].lower()
        if closing:
            self._replace(connection)
            return
        connection.due = connection.length = None
        connection.received.clear()
        self.idle.append(connection)

    def _answered(self, due: float, how: str) -> None:
        now = monotonic()
        self.latencies[how].append((now - due) * 1000)
        self.moments.setdefault(how, [now, now])[1] = now


def main() -> None:
    plan: dict[str, Any] = json.loads(sys.stdin.readline())
    requests = [request.encode() for request in plan["requests"]]
    client = Client(plan["port"], plan["connections"])
    print("ready", flush=True)
    lead = json.loads(sys.stdin.readline())["lead"]
    gc.disable()
    client.run(plan["due"], requests, monotonic() + lead)
    found = {
        "latencies": client.latencies,
        "moments": client.moments,
        "lateness": client.lateness,
        "queued": client.queued,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
