"""Somebody at the other end of the provider's wire."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from livedrop.payments.pretend.signature import HEADER


class Shop:
    """Listens, and answers as it is told to: 204 when told nothing."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.heard: list[tuple[str, bytes]] = []  # signature and body
        self.url = ""

    @property
    def told(self) -> list[dict[str, object]]:
        return [json.loads(body) for _, body in self.heard]


@contextmanager
def listening() -> Iterator[Shop]:
    shop = Shop()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            shop.heard.append((self.headers[HEADER], body))
            self.send_response(shop.answers.pop(0) if shop.answers else 204)
            self.end_headers()

        def log_message(self, *_):
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    shop.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
