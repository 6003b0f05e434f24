"""The mailbox of a developer: a directory that gets all mail instead of the people it is for."""

import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from itertools import islice
from pathlib import Path
from typing import Self

KEPT = 2000  # mails; the oldest go first


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it was sent; the newest has the largest name."""

    name: str
    message: EmailMessage

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


class Mailbox:
    """A way out that leads to a directory; `mails` shows what is there."""

    def __init__(self, directory: str) -> None:
        self.directory = Path(directory)

    def __enter__(self) -> Self:
        self.directory.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None: ...

    def send(self, message: EmailMessage) -> None:
        name = f"{time.time_ns():020}-{secrets.token_hex(4)}"
        draft = self.directory / f".{name}"
        draft.write_bytes(bytes(message))
        draft.rename(self.directory / f"{name}.eml")  # a reader finds it whole or not at all
        for path in self._paths()[KEPT:]:
            path.unlink(missing_ok=True)

    def mails(self, to: str, most: int) -> list[Mail]:
        """The newest that went to an address with these letters in it, the newest first."""
        found = (mail for path in self._paths() if (mail := _read(path)))
        mine = (mail for mail in found if to.lower() in str(mail.message["To"]).lower())
        return list(islice(mine, most))

    def mail(self, name: str) -> Mail | None:
        """The mail of this name, which need not be one."""
        return next((_read(path) for path in self._paths() if path.stem == name), None)

    def _paths(self) -> list[Path]:
        return sorted(self.directory.glob("*.eml"), reverse=True)


def _read(path: Path) -> Mail | None:
    with suppress(FileNotFoundError):  # it was the oldest
        message = message_from_bytes(path.read_bytes(), policy=default)
        assert isinstance(message, EmailMessage)
        return Mail(path.stem, message)
    return None
