"""The audit queue's job."""

from livedrop.audit import commands
from livedrop.lib.queue import Job


def write_entries(event_ids: list[int]) -> None:
    commands.write_entries(event_ids=event_ids)


AUDIT = Job(commands.JOB, queue="audit", run=write_entries)
