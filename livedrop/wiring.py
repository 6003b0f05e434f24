"""Who hears what: the one table from events to jobs. Everything happens to be audited."""

from livedrop.audit.jobs import AUDIT
from livedrop.config import Config
from livedrop.deliveries.jobs import BULK, CONFIRMATIONS, MAIL
from livedrop.lib.queue import Job, Queues
from livedrop.notifications.jobs import news
from livedrop.orders.jobs import CLEAN_UP
from livedrop.outbox.relay import Hearers

NEWS = news(tell=len)

HEARERS = Hearers(
    always=(AUDIT,),
    kinds={
        "DropPublished": (NEWS,),
        "DropRescheduled": (NEWS,),
        "DropSoon": (NEWS,),
        "DropOpened": (NEWS,),
        "DropRanLow": (NEWS,),
        "DropSoldOut": (NEWS,),
        "DropBack": (NEWS,),
        "FirstSale": (NEWS,),
        "DropCancelled": (CLEAN_UP, NEWS),
        "OrderConfirmed": (NEWS,),
        "OrderLapsed": (NEWS,),
        "OrderCancelled": (NEWS,),
        "OrderRefunded": (NEWS,),
        "PaymentDeclined": (NEWS,),
        "OfferMade": (NEWS,),
        "LineLeft": (NEWS,),
        "LineDissolved": (NEWS,),
        "DayEnded": (NEWS,),
        "UserSignedUp": (CONFIRMATIONS,),
        "ConfirmationAsked": (CONFIRMATIONS,),
    },
)
# What they have to do lies in tables; the relay asks for them when there is something.
UNHEARING = (MAIL, BULK)


def queues(config: Config) -> Queues:
    """The queues of every job there is."""
    return Queues(config.redis_url, jobs())


def jobs() -> list[Job]:
    return [*HEARERS.jobs.values(), *UNHEARING]
