"""The jobs that send: personal letters have a queue of their own, so that no announcement to a
million people stands before them; and in it they go before all reminders."""

from collections.abc import Sequence

from livedrop.config import configuration
from livedrop.deliveries import commands, queries
from livedrop.deliveries.account import CONFIRM, NEW_ADDRESS, NEW_PASSWORD, OLD_ADDRESS, RESET
from livedrop.deliveries.models import Lane
from livedrop.deliveries.send import deliver
from livedrop.lib.mail import Smtp, Transport
from livedrop.lib.mailbox import Mailbox
from livedrop.lib.queue import Job, Queues

PERSONAL: Sequence[Lane] = ("personal", "reminders")
ANNOUNCED: Sequence[Lane] = ("announcements",)


def send_personal(_: list[int]) -> None:
    _deliver(PERSONAL)


def send_announcements(_: list[int]) -> None:
    _deliver(ANNOUNCED)


def letters(kind: str) -> Job:
    """The job that plans letters of this kind about accounts; its name is the kind's."""

    def plan(event_ids: list[int]) -> None:
        commands.plan_letters(kind=kind, event_ids=event_ids)

    return Job(kind, queue="mail", run=plan)


CONFIRMATIONS = letters(CONFIRM)
RESETS = letters(RESET)
NEW_PASSWORDS = letters(NEW_PASSWORD)
NEW_ADDRESSES = letters(NEW_ADDRESS)
OLD_ADDRESSES = letters(OLD_ADDRESS)
# These are asked for without ids: they find what there is.
MAIL = Job("send-mail", queue="mail", run=send_personal)
BULK = Job("send-bulk", queue="bulk", run=send_announcements)


def ask(queues: Queues) -> None:
    """Ask for a run of each job that has something to do, unless one waits already.

    The rows are the promise: a run that is lost is asked for again.
    """
    for job, lanes in ((MAIL, PERSONAL), (BULK, ANNOUNCED)):
        if any(map(queries.busy, lanes)) and not queues.waiting(job):
            queues.enqueue(job, [[]])


def _deliver(lanes: Sequence[Lane]) -> None:
    config = configuration()
    way: Transport = Mailbox(config.mailbox) if config.mailbox else Smtp(config.smtp_url)
    deliver(
        lanes=lanes,
        transport=way,
        sender=config.mail_from,
        lease_seconds=config.mail_lease_seconds,
    )
