"""Send what is due: take some, let go of the transaction, write and send each, note it at once.

After every few letters it looks anew for something in an earlier lane, which goes first.
Whoever is killed leaves behind what was not sent, and the next takes it when the lease has ended.
Only a letter that a server took and whose note was lost is sent twice: SMTP knows no better.
"""

import logging
from collections.abc import Sequence
from email.message import EmailMessage
from time import monotonic

from livedrop.deliveries import commands, queries
from livedrop.deliveries.letters import letter
from livedrop.deliveries.models import Lane
from livedrop.deliveries.queries import Contents
from livedrop.deliveries.steps import Turn
from livedrop.lib import failpoints
from livedrop.lib.db import end_read
from livedrop.lib.mail import Later, Never, Transport, message

Written = EmailMessage | Never | Later

log = logging.getLogger(__name__)

CHUNK = 20  # letters taken at once
SHIFT = 5.0  # seconds after which no further chunk is taken: a worker is not long in stopping
HURRY = 0.5  # the part of a lease in which a letter may be begun: what is late could be another's


def deliver(
    *, lanes: Sequence[Lane], transport: Transport, sender: str, lease_seconds: float
) -> None:
    """Plan and send what there is in these lanes, a later one when there is nothing in those
    before it, for at most a `SHIFT`. Any number may do so at once."""
    end = monotonic() + SHIFT
    with transport:
        while monotonic() < end:
            begun = monotonic()
            turns = _next(lanes, lease_seconds)
            if turns is None:
                return
            for turn, written in _written(turns, sender):
                failpoints.reach("mid_chunk")
                if monotonic() > begun + lease_seconds * HURRY:
                    return
                if not _send(turn, written, transport):
                    return


def _next(lanes: Sequence[Lane], lease_seconds: float) -> Sequence[Turn] | None:
    """Do what is next: plan some deliveries, or take some, which may be none; None when there is
    nothing to do."""
    for lane in lanes:
        if commands.plan_next(lane=lane):
            return ()
        turns, looked_at = commands.take(lane=lane, most=CHUNK, seconds=lease_seconds)
        if looked_at:
            return turns
    return None


def _written(turns: Sequence[Turn], sender: str) -> list[tuple[Turn, Written]]:
    """The messages of these turns, or why there is none, with no transaction left open."""
    if not turns:
        return []
    written = [(turn, _message(told, sender)) for turn, told in list(queries.contents(turns))]
    end_read()
    return written


def _message(contents: Contents, sender: str) -> Written:
    try:
        return message(letter(contents), sender)
    except Never as no:
        return no
    except Exception as error:  # a fault of ours, which must not keep the others waiting
        log.exception("a letter of kind %s cannot be written", contents.kind)
        return Later(type(error).__name__)


def _send(turn: Turn, written: Written, transport: Transport) -> bool:
    """Send one letter and note it; False when the server has to be left alone for now."""
    try:
        if isinstance(written, Exception):
            raise written
        transport.send(written)
    except Never as no:
        commands.note_failed(turn=turn, error=str(no), never=True, bounced=no.address)
    except Later as no:
        commands.note_failed(turn=turn, error=str(no))
        return not no.everybody
    else:
        failpoints.reach("after_send")
        commands.note_sent(turn=turn)
    return True
