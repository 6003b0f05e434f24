"""The letters that were written to people about their accounts, as a mail server would get them."""

from email.message import EmailMessage
from typing import Self

from livedrop import wiring
from livedrop.deliveries.letters import OF_ACCOUNT
from livedrop.deliveries.send import deliver
from tests.page import HOME
from tests.rows import recorded


class Tray:
    """A way out of the house that ends here."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def send(self, message: EmailMessage) -> None:
        self.taken.append(message)


def posted() -> list[EmailMessage]:
    """Plan and send what is due; what was sent now, oldest first."""
    for event in recorded():
        for job in wiring.HEARERS.kinds.get(event.kind, ()):
            if job.name in OF_ACCOUNT:
                job.run([event.id])
    tray = Tray()
    deliver(
        lanes=["personal"], transport=tray, sender="LiveDrop <news@livedrop.test>", lease_seconds=30
    )
    return tray.taken


def links(mail: EmailMessage) -> list[str]:
    """The addresses that stand in its plain text, without the house's."""
    text = mail.get_body("plain").get_content()
    found = [word for word in text.split() if word.startswith(("http://", "https://"))]
    assert all(link == HOME or link.startswith(f"{HOME}/") for link in found), found
    return [link.removeprefix(HOME) for link in found if link != HOME]
