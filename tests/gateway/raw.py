"""Bytes on a socket, for what no client library would send."""

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

PATIENCE = 20  # seconds; only ever ends a hang


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), PATIENCE) as line:
        yield line


def said(line: socket.socket) -> bytes:
    """All that is answered until the other side hangs up, or breaks off."""
    heard = b""
    try:
        while more := line.recv(65536):
            heard += more
    except ConnectionResetError:
        pass
    return heard


def answer(url: str, sent: bytes) -> bytes:
    """What comes back for these bytes, until the other side hangs up."""
    with connected(url) as line:
        with suppress(BrokenPipeError, ConnectionResetError):  # it may have heard enough
            line.sendall(sent)
        return said(line)


def statuses(heard: bytes) -> list[int]:
    """Of every answer in this stream. Bodies of ours hold no such line."""
    lines = heard.split(b"\r\n")
    return [int(line.split()[1]) for line in lines if line.startswith(b"HTTP/1.")]


@contextmanager
def idlers(url: str, count: int) -> Iterator[list[socket.socket]]:
    """So many who call: first those who say nothing, whom nginx drops when it must, then those who
    begin to, whom it does not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, count + 1024)), hard))
    try:
        with ExitStack() as stack:
            lines = []
            for number in range(count):
                lines.append(stack.enter_context(connected(url)))
                if number >= count // 2:
                    with suppress(ConnectionError):
                        lines[-1].sendall(b"GET /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")
            yield lines
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
