"""Free ports on 127.0.0.1, and whether something answers at an address."""

import random
import socket
from contextlib import closing

EMBEDDED = range(15000, 20000)  # below what systems hand out for outgoing connections


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether we could listen there now, told by trying."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return not answers(host, port, 0.2)


def answers(host: str, port: int, timeout: float = 3) -> bool:
    try:
        with closing(socket.create_connection((host, port), timeout)):
            return True
    except OSError:
        return False


def pick(preferred: int | None = None) -> int:
    """The preferred port if it is free, else any of ours that is."""
    if preferred and is_free(preferred):
        return preferred
    return next(port for port in random.sample(EMBEDDED, len(EMBEDDED)) if is_free(port))
