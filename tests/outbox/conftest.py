"""Events to hand over, and somebody who writes down what was enqueued."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from livedrop.lib.db import transaction
from livedrop.lib.queue import Job
from livedrop.outbox.record import Event, record
from livedrop.outbox.relay import Hearers


@dataclass(frozen=True, kw_only=True, slots=True)
class BellRung(Event):
    about: ClassVar[str] = "bell"


@dataclass(frozen=True, kw_only=True, slots=True)
class DoorOpened(Event):
    about: ClassVar[str] = "door"


def happen(*events: Event) -> None:
    with transaction() as tx:
        for event in events:
            record(tx, event)


WATCH = Job("watch", queue="watching", run=len)
GREET = Job("greet", queue="greeting", run=len)
HEARERS = Hearers(always=(WATCH,), kinds={"DoorOpened": (GREET,)})


class Ears:
    """Stands where the queue stands; knows which ids each job was asked for."""

    def __init__(self) -> None:
        self.heard: dict[str, list[list[int]]] = {}

    def enqueue(self, job: Job, chunks) -> None:
        self.heard.setdefault(job.name, []).extend(list(ids) for ids in chunks)


@pytest.fixture
def ears() -> Ears:
    return Ears()
