"""The jobs that send: personal letters have a queue of their own, so that no announcement to a
million people stands before them."""

from flask import current_app

from livedrop.config import Config
from livedrop.deliveries import commands, queries
from livedrop.deliveries.send import deliver
from livedrop.lib.mail import Smtp, Transport
from livedrop.lib.mailbox import Mailbox
from livedrop.lib.queue import Job, Queues


def plan_confirmations(event_ids: list[int]) -> None:
    commands.plan_confirmations(event_ids=event_ids)


def send_personal(_: list[int]) -> None:
    _deliver(bulk=False)


def send_announcements(_: list[int]) -> None:
    _deliver(bulk=True)


CONFIRMATIONS = Job(commands.CONFIRM_JOB, queue="mail", run=plan_confirmations)
# These are asked for without ids: they find what there is.
MAIL = Job("send-mail", queue="mail", run=send_personal)
BULK = Job("send-bulk", queue="bulk", run=send_announcements)


def ask(queues: Queues) -> None:
    """Ask for a run of each job that has something to do, unless one waits already.

    The rows are the promise: a run that is lost is asked for again.
    """
    for job in (MAIL, BULK):
        if queries.busy(bulk=job is BULK) and not queues.waiting(job):
            queues.enqueue(job, [[]])


def _deliver(*, bulk: bool) -> None:
    config: Config = current_app.extensions["livedrop"]
    way: Transport = Mailbox(config.mailbox) if config.mailbox else Smtp(config.smtp_url)
    deliver(
        bulk=bulk,
        transport=way,
        sender=config.mail_from,
        lease_seconds=config.mail_lease_seconds,
    )
