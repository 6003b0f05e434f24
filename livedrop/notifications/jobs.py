"""The job that writes news. Orders wait for it, so it shares their queue: it is small and quick."""

from livedrop.lib.queue import Job
from livedrop.notifications import commands
from livedrop.notifications.commands import Tell


def news(tell: Tell) -> Job:
    """Writes the news of events; `tell` lets open pages know."""

    def write_news(event_ids: list[int]) -> None:
        commands.write(event_ids=event_ids, tell=tell)

    return Job(commands.JOB, queue="orders", run=write_news)
