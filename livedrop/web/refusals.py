"""For who looks after the house: who was refused what, from where. Each line has the name of its
request. The address that was asked for is not written down, as links in mails open something."""

import logging

from flask import request

from livedrop.lib.logs import network
from livedrop.web import session

log = logging.getLogger(__name__)


def note(code: str) -> None:
    """Write down that the request under way is refused."""
    log.warning("refused: %s %s", code, whose())


def note_limit(name: str) -> None:
    """Write down that it is one more than the limit of this name allows."""
    log.warning("the limit is reached: %s %s", name, whose())


def whose() -> str:
    """Which route is asked by whom and from where, as far as a log may know."""
    claimed = session.claimed_identity()
    who = claimed[0] if claimed else None
    return f"at {request.endpoint}, person {who}, from {network(request.remote_addr)}"
