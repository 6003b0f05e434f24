"""A stand-in for the web process: says what a test wants said, and remembers what it was asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEEPABLE = "public, max-age=1, stale-while-revalidate=1, stale-if-error=300"


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    body: bytes


@dataclass
class StandIn:
    """What is said next, and what was asked so far. Until `open` is set nobody is answered."""

    address: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Cache-Control": KEEPABLE})
    body: str = "page {n} for {cookie}"
    asked: list[Asked] = field(default_factory=list)
    open: threading.Event = field(default_factory=threading.Event)
    away: bool = False

    @contextmanager
    def gone(self) -> Iterator[None]:
        """It hangs up on whoever calls."""
        self.away = True
        yield
        self.away = False

    def answer(self, asked: Asked) -> bytes:
        if self.away:
            raise ConnectionResetError
        self.asked.append(asked)
        n, cookie = len(self.asked), asked.headers.get("cookie", "nobody")
        self.open.wait(20)
        return self.body.format(n=n, cookie=cookie).encode()


@contextmanager
def standing_in() -> Iterator[StandIn]:
    web = StandIn()
    web.open.set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60

        def handle_any(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            said = web.answer(Asked(self.command, self.path, headers, body))
            self.send_response(web.status)
            for name, value in web.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = handle_any

        def log_message(self, *_: Any) -> None: ...

    class Listening(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

        def handle_error(self, *_: Any) -> None: ...

    with Listening(("127.0.0.1", 0), Handler) as server:
        web.address = f"127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield web
        finally:
            web.open.set()
            server.shutdown()
            thread.join()
