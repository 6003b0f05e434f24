"""Who hears what: the one table from events to jobs. Everything happens to be audited."""

from livedrop.audit.jobs import AUDIT
from livedrop.config import Config
from livedrop.lib.queue import Queues
from livedrop.orders.jobs import CLEAN_UP
from livedrop.outbox.relay import Hearers

HEARERS = Hearers(
    always=(AUDIT,),
    kinds={"DropCancelled": (CLEAN_UP,)},
)


def queues(config: Config) -> Queues:
    """The queues of every job there is."""
    return Queues(config.redis_url, HEARERS.jobs.values())
