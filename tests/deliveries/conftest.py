"""Ben follows Ada, and a mail server takes what is sent to him."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from livedrop.config import Config
from livedrop.deliveries.jobs import ANNOUNCED, PERSONAL
from livedrop.deliveries.send import deliver
from livedrop.drops.models import Drop
from livedrop.follows.commands import follow
from livedrop.lib.mail import Smtp
from tests import factories
from tests.cast import Person
from tests.mailserver import MailServer, listening

Send = Callable[..., None]


@pytest.fixture
def server() -> Iterator[MailServer]:
    with listening() as server:
        yield server


@pytest.fixture
def send(app: Flask, config: Config, server: MailServer) -> Send:
    """One run of the job that sends: announcements, or with `bulk=False` what is personal."""

    def run(*, bulk: bool = True) -> None:
        deliver(
            lanes=ANNOUNCED if bulk else PERSONAL,
            transport=Smtp(server.url, patience=2),
            sender=config.mail_from,
            lease_seconds=config.mail_lease_seconds,
        )

    return run


@pytest.fixture
def drop(ada: Person, ben: Person) -> Drop:
    """A drop of Ada's, whom Ben follows; nothing is told of it yet."""
    follow(follower_id=ben.id, creator_id=ada.id)
    return factories.a_scheduled_drop(ada.creator, title="Harbour")
