"""A mail server that really listens, and does to mail what a test tells it to."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from deploy.local import ports


@dataclass
class MailServer:
    """What came in, in order. `refuses` answers an address with a line such as `550 nobody`;
    `answer` is what is said to every message."""

    url: str
    received: list[EmailMessage] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    answer: str = "250 OK"

    @property
    def addresses(self) -> list[str]:
        return [str(message["To"]) for message in self.received]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.answer.startswith("250"):
            self.received.append(message_from_bytes(envelope.content, policy=default))
        return self.answer


class _Wrapped(Controller):
    """Says nothing before it is encrypted, so it cannot be asked in the open whether it is up."""

    def _trigger_server(self) -> None:
        with socket.create_connection((self.hostname, self.port), 5):
            pass


def _knows(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: LoginPassword
) -> AuthResult:
    known = login == LoginPassword(b"shop", b"secret word")
    return AuthResult(success=known, handled=False)  # the library says so


@contextmanager
def listening(
    scheme: str = "smtp", tls: ssl.SSLContext | None = None, port: int | None = None
) -> Iterator[MailServer]:
    """A server; with `tls` it is encrypted from the first byte (smtps) or once that is asked for,
    and then only takes mail from who knows the password."""
    port = port or ports.pick()
    server = MailServer(f"{scheme}://127.0.0.1:{port}")
    kind = _Wrapped if scheme == "smtps" else Controller
    given: dict[str, Any] = {"ssl_context" if scheme == "smtps" else "tls_context": tls}
    if tls:
        given |= {"authenticator": _knows, "auth_required": True}
        given |= {"auth_require_tls": scheme == "smtp"}  # it does not see that it is wrapped
    controller = kind(server, hostname="127.0.0.1", port=port, **given)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
