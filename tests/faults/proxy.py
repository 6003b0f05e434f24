"""Stands between the shop and its Postgres, and can lose what matters most: a COMMIT."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

Loss = Literal[
    "",
    "swallow the question",  # the COMMIT never arrives
    "swallow the answer",  # it does, and nobody hears of it
    "break before",  # the connection is gone before it arrives
    "break after",  # it arrives, then the connection is gone
]


class Proxy:
    """Passes everything on, until the next COMMIT if a loss is set. Then all is well again."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.loss: Loss = ""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]

    def serve(self) -> None:
        with suppress(OSError):  # the listener was closed: this is over
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.pass_on, args=[client], daemon=True).start()

    def pass_on(self, client: socket.socket) -> None:
        with client, socket.create_connection(self.target) as server:
            deaf = threading.Event()
            back = threading.Thread(target=answers, args=[server, client, deaf], daemon=True)
            back.start()
            with suppress(OSError):
                self.questions(client, server, deaf)
            hang_up(server)
            back.join(5)

    def questions(
        self, client: socket.socket, server: socket.socket, deaf: threading.Event
    ) -> None:
        while message := client.recv(65536):
            loss: Loss = ""
            if b"COMMIT" in message:
                loss, self.loss = self.loss, ""
            if loss == "break before":
                return
            if loss == "swallow the question":
                wait_for_the_end(client)
                return
            if loss:
                deaf.set()
            server.sendall(message)
            if loss == "break after":
                wait_until_heard(server)
                return


def answers(server: socket.socket, client: socket.socket, deaf: threading.Event) -> None:
    with suppress(OSError):
        while not deaf.is_set() and (message := server.recv(65536, socket.MSG_PEEK)):
            if not deaf.is_set():
                client.sendall(server.recv(len(message)))
    if not deaf.is_set():
        hang_up(client)


def wait_until_heard(server: socket.socket) -> None:
    """Until the server has answered, which nobody passes on."""
    server.settimeout(5)
    server.recv(1, socket.MSG_PEEK)


def wait_for_the_end(client: socket.socket) -> None:
    while client.recv(65536):
        pass


def hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def in_front_of(database_url: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy, and the URL that leads through it to the database."""
    parts = urlsplit(database_url)
    proxy = Proxy((parts.hostname or "127.0.0.1", parts.port or 5432))
    threading.Thread(target=proxy.serve, daemon=True).start()
    address = parts.netloc.rpartition("@")
    through = f"{address[0]}{address[1]}127.0.0.1:{proxy.port}"
    try:
        yield proxy, urlunsplit(parts._replace(netloc=through))
    finally:
        hang_up(proxy.listener)
        proxy.listener.close()
