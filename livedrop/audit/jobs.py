"""The audit queue's job."""

from livedrop.audit import commands
from livedrop.lib.queue import Job
from livedrop.outbox.commands import AUDIT_JOB


def write_entries(event_ids: list[int]) -> None:
    commands.write_entries(event_ids=event_ids)


AUDIT = Job(AUDIT_JOB, queue="audit", run=write_entries)
