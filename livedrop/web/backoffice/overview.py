"""What to look at first."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from livedrop.audit.queries import latest_by_name
from livedrop.outbox.queries import backlog
from livedrop.web import access
from livedrop.web.backoffice.naming import named

overview = Blueprint("overview", __name__)

LATEST = 15
# What those did who look after the house, or their operator.
DEEDS = (
    "UserSuspended",
    "UserRestored",
    "AdminAppointed",
    "AdminDismissed",
    "ImpersonationBegun",
    "CreatorVerified",
    "VerificationWithdrawn",
    "DropCancelled",
    "OrderRefunded",
    "DeadLetterRequeued",
    "DeadLetterDiscarded",
)


@overview.get("")
def show() -> ResponseReturnValue:
    access.admin()
    entries = latest_by_name(DEEDS, LATEST)
    return render_template(
        "backoffice/overview/show.html", waiting=backlog(), entries=entries, names=named(entries)
    )
