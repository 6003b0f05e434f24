"""The media queue's job: pictures are made ready one after the other, far from web and mail."""

from livedrop.lib.queue import Job
from livedrop.media import commands
from livedrop.outbox import commands as outbox
from livedrop.outbox import queries


def make_pictures(event_ids: list[int]) -> None:
    for subject in queries.subjects(event_ids):
        commands.make_ready(asset_id=int(subject.removeprefix("picture:")))
    outbox.acknowledge(event_ids=event_ids, job=PICTURES.name)


PICTURES = Job("make-pictures", queue="media", run=make_pictures)
