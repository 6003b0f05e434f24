"""A bucket that really listens, and a front before it that does to calls what a test tells it."""

import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from deploy.local import ports
from livedrop.media.bucket import Bucket
from tests.programs import PATIENCE, answers, until

NAME = "shop"
WHO = {"AWS_ACCESS_KEY_ID": "shop", "AWS_SECRET_ACCESS_KEY": "secret word"}
NOWHERE = "http://127.0.0.1:9"
# Nothing that this machine knows of buckets is asked.
NOTHING = {
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}
FULL = b"<Error><Code>XMinioStorageFull</Code><Message>no room</Message></Error>"


@contextmanager
def listening() -> Iterator[str]:
    """moto's server with an empty bucket; the address where it listens."""
    url = f"http://127.0.0.1:{ports.pick()}"
    host, port = url.removeprefix("http://").split(":")
    command = (sys.executable, "-m", "moto.server", "-H", host, "-p", port)
    quiet = subprocess.DEVNULL
    program = subprocess.Popen(command, stdout=quiet, stderr=quiet)
    try:
        until(lambda: answers(f"{url}/moto-api/"))
        with pytest.MonkeyPatch.context() as told:
            for name, value in (WHO | NOTHING).items():
                told.setenv(name, value)
            Bucket(f"s3://{NAME}", url)._client.create_bucket(Bucket=NAME)
            yield url
    finally:
        program.kill()
        program.wait()


class Front(ThreadingHTTPServer):
    """Passes calls on: after `before` was called, once `gate` is open, and unless it is `full`."""

    daemon_threads = True

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.behind, self.url = behind, f"http://127.0.0.1:{self.server_port}"
        self.before: Callable[[], object] = lambda: None
        self.gate = threading.Event()
        self.gate.set()
        self.full = False
        self.calls: list[str] = []

    def handle_error(self, *_: Any) -> None:
        """Who hangs up does so on purpose."""


class _Call(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Front

    def answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.calls.append(self.path)
        self.server.before()
        self.server.gate.wait(PATIENCE)
        status, headers, said = (507, {}, FULL) if self.server.full else self.passed_on(content)
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else said)

    do_GET = do_PUT = do_DELETE = do_HEAD = answer

    def passed_on(self, content: bytes) -> tuple[int, Any, bytes]:
        sent = {name: value for name, value in self.headers.items() if name.lower() != "expect"}
        call = urllib.request.Request(
            self.server.behind + self.path, content or None, sent, method=self.command
        )
        try:
            with urllib.request.urlopen(call, timeout=PATIENCE) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as no:
            return no.code, no.headers, no.read()

    def log_message(self, *_: Any) -> None:
        """Tests say nothing."""


@contextmanager
def front(behind: str) -> Iterator[Front]:
    with Front(behind) as server:
        serving = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
        serving.start()
        try:
            yield server
        finally:
            server.gate.set()
            server.shutdown()
