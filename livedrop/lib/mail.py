"""E-mail: what a message is made of, and the ways it leaves this process.

Whoever sends hears one of two complaints: `Later`, which may pass, and `Never`, which will not.
SMTP cannot promise "once": a server that takes a message and dies before saying so is sent it
again. The message carries the same `Message-ID` then, by which mailboxes may tell.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid, parseaddr
from typing import Protocol, Self
from urllib.parse import unquote, urlsplit

PATIENCE = 5.0  # seconds for each answer of the server
SHOWN = 200  # characters of what a server said


class Later(Exception):
    """It was not sent, or nobody knows; trying again may help. `everybody` when the server could
    not be talked with, so that no other message would fare better now."""

    def __init__(self, said: str, *, everybody: bool = False) -> None:
        super().__init__(said)
        self.everybody = everybody


class Never(Exception):
    """It will not be sent however often it is tried. `address` when nobody is there."""

    def __init__(self, said: str, *, address: bool = False) -> None:
        super().__init__(said)
        self.address = address


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody is told, in plain text and in HTML.

    `name` is the same whenever the same letter is sent again. `unsubscribe` is the address that
    ends letters of this kind by one POST (RFC 8058), None for what nobody can opt out of.
    """

    name: str
    to: str
    subject: str
    text: str
    html: str
    unsubscribe: str | None = None


class Transport(Protocol):
    """A way out, open while its `with` block lasts."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def send(self, message: EmailMessage) -> None:
        """Raises `Later` or `Never`."""


def message(letter: Letter, sender: str) -> EmailMessage:
    """Put a letter into an envelope. Raises `Never` for an address that cannot be written.

    Nothing a person typed can add a header: line breaks become spaces, and the library refuses
    what is left of them.
    """
    made = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    made["From"] = Address(name, addr_spec=address)
    try:
        made["To"] = Address(addr_spec=letter.to)
    except (ValueError, IndexError) as error:
        raise Never("this is no address", address=True) from error
    made["Subject"] = one_line(letter.subject)
    made["Date"] = formatdate()
    domain = address.rpartition("@")[2]
    made["Message-ID"] = f"<{letter.name}@{domain}>" if letter.name else make_msgid(domain=domain)
    made["Auto-Submitted"] = "auto-generated"  # no "I am on holiday" in return (RFC 3834)
    if letter.unsubscribe:
        made["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(letter.text)
    made.add_alternative(letter.html, subtype="html")
    return made


def one_line(words: str) -> str:
    """The same words without line breaks and other characters that nobody can see."""
    return " ".join("".join(char if char.isprintable() else " " for char in words).split())


class Smtp:
    """A mail server, connected to when the first message is sent.

    With `smtps://` everything is encrypted; with `smtp://` it is as soon as the server offers to,
    and a password is sent no other way.
    """

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self.url = urlsplit(url)
        self.patience = patience
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def send(self, message: EmailMessage) -> None:
        with self._complaints():
            if self._server is None:
                self._server = self._connected()
            self._server.send_message(message)

    def _connected(self) -> smtplib.SMTP:
        host, here = self.url.hostname or "", "localhost"  # asking DNS for our name may take long
        if self.url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self.url.port or 465, here, timeout=self.patience, context=_trusted()
            )
        else:
            server = smtplib.SMTP(host, self.url.port or 25, here, timeout=self.patience)
        try:
            server.ehlo_or_helo_if_needed()
            encrypted = self.url.scheme == "smtps"
            if not encrypted and server.has_extn("starttls"):
                server.starttls(context=_trusted())
                encrypted = True
            if self.url.username:
                if not encrypted:
                    raise Later("no password is sent in the open", everybody=True)
                server.login(unquote(self.url.username), unquote(self.url.password or ""))
        except BaseException:
            server.close()
            raise
        return server

    @contextmanager
    def _complaints(self) -> Iterator[None]:
        """Only what the server says of this very message, in so many words, is final: all else,
        a wrong password of ours too, would be said of every message."""
        try:
            yield
        except smtplib.SMTPRecipientsRefused as no:
            (code, said), *_ = no.recipients.values()
            raise _complaint(code, said, address=True) from no
        except smtplib.SMTPDataError as no:
            raise _complaint(no.smtp_code, no.smtp_error) from no
        except smtplib.SMTPNotSupportedError as no:  # an address in letters the server lacks
            raise Never(str(no)[:SHOWN]) from no
        except (smtplib.SMTPException, OSError) as no:
            self.__exit__()
            words = one_line(str(no) or type(no).__name__)[:SHOWN]
            raise Later(words, everybody=True) from no


def _complaint(code: int, said: bytes | str, *, address: bool = False) -> Exception:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    words = one_line(f"{code} {words}")[:SHOWN]
    return Never(words, address=address) if 500 <= code < 600 else Later(words)


def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()
