"""What waits to be carried out: in Redis's queues, and in the outbox, which is what counts.

Also with Redis away: it carries, the outbox promises, so what is not seen there is not lost.
"""

from typing import Any

from flask import Blueprint, Response, current_app, url_for

from livedrop.deliveries.queries import dead, overdue
from livedrop.lib.errors import NotFound
from livedrop.lib.htmx import respond
from livedrop.lib.queue import Lag, Queues
from livedrop.lib.redis import RedisError
from livedrop.outbox import commands
from livedrop.outbox.queries import (
    MOST,
    awaited,
    dead_letters,
    find_dead_letter,
    leases,
    retries,
)
from livedrop.web import access
from livedrop.web.backoffice import deeds
from livedrop.web.backoffice.deeds import About, Deed

queues = Blueprint("queues", __name__, url_prefix="/queues")

PAGE = "backoffice/queues/index.html", "backoffice/queues/_queues.html"
MAILS = 20  # that died, shown at once
DEEDS = {
    "requeue": Deed(
        "Try {name} again",
        "It begins anew, as if it had never been tried.",
        "Try it again",
        "It will be tried again.",
        commands.requeue,
        hurts=False,
    ),
    "discard": Deed(
        "Do without {name}",
        "It will never be done: nobody is told, nothing is made up for.",
        "Do without it",
        "It will never be done.",
        commands.discard,
    ),
}


@queues.get("")
def index() -> Response:
    """It asks for itself again every few seconds."""
    access.admin()
    return respond(*PAGE, **_standing())


@queues.get("/letters/<int:event_id>/<job>/<any(requeue, discard):noun>/new")
def new(event_id: int, job: str, noun: str) -> Response:
    access.acting_admin()
    return deeds.ask(DEEDS[noun], _about(event_id, job, noun))


@queues.post("/letters/<int:event_id>/<job>/<any(requeue, discard):noun>")
def create(event_id: int, job: str, noun: str) -> Response:
    admin, about = access.acting_admin(), _about(event_id, job, noun)
    return deeds.carry_out(DEEDS[noun], about, by=admin.user_id, event_id=event_id, job=job)


def _standing() -> dict[str, Any]:
    return {
        "lags": _lags(),
        "awaited": awaited(),
        "leases": leases(),
        "retries": retries(),
        "letters": dead_letters(),
        "overdue": overdue(),
        "mails": dead(MAILS),
        "most": MOST,
        "audit": commands.AUDIT_JOB,
    }


def _lags() -> list[Lag] | None:
    """How each queue stands; None while Redis does not answer."""
    there: Queues = current_app.extensions["queues"]
    try:
        return there.lags()
    except RedisError:
        return None


def _about(event_id: int, job: str, noun: str) -> About:
    kind = find_dead_letter(event_id, job) if event_id < 2**63 else None
    if kind is None:
        raise NotFound
    here = url_for(".index")
    return About(
        name=f"{job} for {kind}",
        action=url_for(".create", event_id=event_id, job=job, noun=noun),
        back=here,
        page=here,
    )
