"""Tickets for the websocket, which cannot bear a token where everybody would see it."""

from flask import Blueprint

from livedrop.grants import commands
from livedrop.grants.steps import TICKET_LASTS
from livedrop.web import access
from livedrop.web.api.operations import operation
from livedrop.web.api.shapes import Ticket

live = Blueprint("live", __name__)


@live.post("/live/tickets")
@operation(Ticket, 201, tag="News", no=("suspended",))
def create() -> Ticket:
    """A word that opens one socket in my name, once and soon: `GET /live?ticket=…`."""
    ticket = commands.make_ticket(sign_in_id=access.actor().sign_in_id)
    return Ticket(ticket=ticket, expires_in=int(TICKET_LASTS.total_seconds()))
