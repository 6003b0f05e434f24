"""The door of those who look after the house: people, creators, drops, orders, the audit trail.

To everybody else nothing is here. Whatever changes something of somebody else's asks for a reason
and for the password, unless it was typed lately (`deeds.py`).
"""

from flask import Blueprint, Response

from livedrop.web.backoffice.audit import audit
from livedrop.web.backoffice.creators import creators
from livedrop.web.backoffice.drops import drops
from livedrop.web.backoffice.looks import looks
from livedrop.web.backoffice.orders import orders
from livedrop.web.backoffice.overview import overview
from livedrop.web.backoffice.people import people
from livedrop.web.backoffice.queues import queues
from livedrop.web.backoffice.system import system

backoffice = Blueprint("backoffice", __name__, url_prefix="/admin")
for noun in (overview, people, looks, creators, drops, orders, audit, queues, system):
    backoffice.register_blueprint(noun)


@backoffice.after_request
def keep_nothing(response: Response) -> Response:
    """What is somebody else's stays in nobody's cache."""
    response.headers["Cache-Control"] = "no-store"
    return response
