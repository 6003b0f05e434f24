"""Who hears what: the tables from events to jobs and to open pages. Everything is audited."""

from livedrop.audit.jobs import AUDIT
from livedrop.config import Config
from livedrop.deliveries.jobs import (
    BULK,
    CONFIRMATIONS,
    MAIL,
    NEW_ADDRESSES,
    NEW_PASSWORDS,
    OLD_ADDRESSES,
    RESETS,
)
from livedrop.lib.queue import Job, Queues
from livedrop.media.jobs import PICTURES
from livedrop.notifications.jobs import news
from livedrop.orders.jobs import CLEAN_UP
from livedrop.outbox.relay import Hearers
from livedrop.web.live import push
from livedrop.web.live.push import Pusher, Topic

NEWS = news(tell=push.news)

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
        "PictureUploaded": (PICTURES,),
        "PictureRetried": (PICTURES,),
        "DayEnded": (NEWS,),
        "UserSignedUp": (CONFIRMATIONS,),
        "ConfirmationAsked": (CONFIRMATIONS,),
        "PasswordResetAsked": (RESETS,),
        "PasswordReset": (NEW_PASSWORDS,),
        "PasswordChanged": (NEW_PASSWORDS,),
        "AddressChangeAsked": (NEW_ADDRESSES,),
        "AddressChanged": (OLD_ADDRESSES,),
    },
)
# What they have to do lies in tables; the relay asks for them when there is something.
UNHEARING = (MAIL, BULK)

LIVE: dict[str, Topic] = {
    "DropPublished": push.drop,
    "DropRescheduled": push.drop,
    "UnitsAdded": push.drop,
    "DropCancelled": push.drop,
    "DropOpened": push.drop,
    "DropEnded": push.drop,
    "OrderPlaced": push.drop,
    "OfferMade": push.drop,
    "OrderLapsed": push.drop,
    "OrderCancelled": push.drop,
    "OrderConfirmed": push.drop,
    "OrderRefunded": push.drop,
    "UserSignedOut": push.check,
    "SignInsEnded": push.check,
    "PasswordChanged": push.check,
    "PasswordReset": push.check,
    "UserSuspended": push.check,
    "UserRestored": push.check,
    "AdminAppointed": push.check,
    "AdminDismissed": push.check,
}


def queues(config: Config) -> Queues:
    """The queues of every job there is."""
    return Queues(config.redis_url, jobs())


def jobs() -> list[Job]:
    return [*HEARERS.jobs.values(), *UNHEARING]


def pusher(config: Config) -> Pusher:
    """What the relay tells open pages with."""
    return Pusher(config.redis_url, LIVE)
