"""Plan deliveries, hand them out, note what became of them; and stop them."""

from collections.abc import Sequence
from random import uniform

from livedrop.accounts import steps as accounts
from livedrop.accounts.events import AddressBounced
from livedrop.deliveries import plan, steps
from livedrop.deliveries.account import ELSEWHERE
from livedrop.deliveries.events import Unsubscribed
from livedrop.deliveries.models import Lane
from livedrop.deliveries.steps import Turn
from livedrop.deliveries.unsubscribe import Wish
from livedrop.lib.db import transaction
from livedrop.outbox.acknowledge import acknowledge
from livedrop.outbox.record import record

FIRST_PAUSE, LONGEST_PAUSE = 15.0, 3600.0  # seconds between two attempts; each doubles it


def plan_next(*, lane: Lane) -> bool:
    """Plan the next deliveries of a lane; whether there may be more.

    Each delivery is planned once, whoever runs how often.
    """
    with transaction() as tx:
        return plan.announcement(tx) if lane == "announcements" else plan.told(tx, lane)


def plan_letters(*, kind: str, event_ids: Sequence[int]) -> None:
    """Plan letters of this kind to those whom these events are about; acknowledges the events,
    which await it under the name of the kind."""
    with transaction() as tx:
        plan.account(tx, event_ids, kind)
        acknowledge(tx, event_ids, kind)


def take(*, lane: Lane, most: int, seconds: float) -> tuple[list[Turn], int]:
    """Take at most so many deliveries of a lane that are due, for so many seconds: until then
    nobody else sends them.

    Answers the turns, and how many were looked at: some are not wanted any more.
    """
    with transaction() as tx:
        return steps.take(tx, lane=lane, most=most, seconds=seconds)


def note_sent(*, turn: Turn) -> None:
    """A server has it."""
    with transaction() as tx:
        steps.sent(tx, turn)


def note_failed(*, turn: Turn, error: str, never: bool = False, bounced: bool = False) -> None:
    """It was not sent: it is tried again after a pause that doubles, for a day, unless `never`.

    With `bounced` the person gets no more news by mail until they confirm their address anew;
    records AddressBounced.
    """
    pause = min(FIRST_PAUSE * 2 ** min(turn.attempt - 1, 20), LONGEST_PAUSE) * uniform(0.75, 1.25)
    with transaction() as tx:
        kind = steps.failed(tx, turn, error=error, pause=pause, never=never)
        theirs = kind is not None and kind not in ELSEWHERE
        if theirs and bounced and accounts.bounce(tx, turn.user_id):
            record(tx, AddressBounced(id=turn.user_id))


def revive() -> int:
    """Try everything that is dead again; how many."""
    with transaction() as tx:
        return steps.revive(tx)


def stop(*, wish: Wish) -> None:
    """Send no more letters of this group to its reader; what they see on pages stays.

    Records Unsubscribed, once.
    """
    with transaction() as tx:
        if steps.stop(tx, wish.user_id, wish.group.kinds):
            actor = wish.user_id
            record(tx, Unsubscribed(id=wish.user_id, actor_id=actor, group=wish.group.name))
