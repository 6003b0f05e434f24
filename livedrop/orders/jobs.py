"""The orders queue's jobs."""

from livedrop.lib.queue import Job
from livedrop.orders import commands
from livedrop.outbox import commands as outbox
from livedrop.outbox import queries


def clean_up_cancelled_drops(event_ids: list[int]) -> None:
    for subject in queries.subjects(event_ids):
        commands.clean_up_cancelled_drop(drop_id=int(subject.removeprefix("drop:")))
    outbox.acknowledge(event_ids=event_ids, job=CLEAN_UP.name)


CLEAN_UP = Job("clean-up", queue="orders", run=clean_up_cancelled_drops)
