"""Write news once they are due, and let people say what they want to hear and how far they read."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import monotonic

from livedrop.accounts.models import User
from livedrop.drops import schedule
from livedrop.drops.models import Drop
from livedrop.lib import failpoints
from livedrop.lib.db import Check, demand, transaction
from livedrop.lib.errors import DomainError, Invalid, NotFound
from livedrop.lib.metrics import Timing
from livedrop.notifications import days, steps
from livedrop.notifications.events import (
    DayEnded,
    PreferencesChanged,
    ReminderDropped,
    ReminderSet,
)
from livedrop.notifications.fanout import News, Written, news_of
from livedrop.notifications.kinds import KINDS
from livedrop.outbox.acknowledge import acknowledge, hand_over_again
from livedrop.outbox.record import record

DELAY = Timing(
    "livedrop_news_delay_seconds",
    "Seconds from an event until its news can be read.",
    bounds=(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0),
)
JOB = "news"  # the name under which events await being told
TURN = 1.0  # seconds for which people are reminded before other news are written

Tell = Callable[[Sequence[Written]], object]


def write(*, event_ids: Sequence[int], tell: Tell) -> list[Written]:
    """Write the news of these events and acknowledge them; what was written by this very run.

    Each is written once, whoever runs how often, and its id is larger than any that was there to
    be read. `tell` hears after each commit what it wrote. When it raises, what is written is not
    told again.

    People with a reminder are told in chunks, for at most about a `TURN`: if that is not enough
    the events are handed over again, so that other news, an order's, get their turn in between.
    """
    with transaction() as tx:
        steps.one_writer(tx)
        news = [one for event in steps.heard(tx, event_ids) for one in news_of(event)]
        reminders = [one for one in news if one.reminds]
        reminding = {one.event_id for one in reminders}
        news = steps.numbered(tx, [one for one in news if not one.reminds])
        written = [
            *steps.announce(tx, (one for one in news if one.creator_id is not None)),
            *steps.notify(tx, (one for one in news if one.user_id is not None)),
        ]
        failpoints.reach("mid_chunk")
        acknowledge(tx, [one for one in event_ids if one not in reminding], JOB)
        now = tx.clock()
    for at in {one.event_id: one.at for one in news}.values():
        DELAY.note((now - at).total_seconds())
    tell(written)
    if reminders:
        some, done = _remind(reminders, tell)
        written += some
        _end_turn(sorted(reminding), done=done)
    return written


def _remind(reminders: Iterable[News], tell: Tell) -> tuple[list[Written], bool]:
    """Tell people with a reminder on a drop, a chunk in each transaction, at least one; what was
    written, and whether all of them know by now."""
    until = monotonic() + TURN
    left, written = deque(reminders), []
    while left:
        with transaction() as tx:
            steps.one_writer(tx)
            told, more = steps.remind(tx, left[0])
            failpoints.reach("mid_chunk")
        if told:
            tell([told])
            written.append(told)
        if not more:
            left.popleft()
        if monotonic() >= until:
            break
    return written, not left


def _end_turn(event_ids: Sequence[int], *, done: bool) -> None:
    with transaction() as tx:
        if done:
            steps.reminded(tx, event_ids)
            acknowledge(tx, event_ids, JOB)
        else:
            hand_over_again(tx, event_ids, JOB)


def read_up_to(*, user_id: int, news_id: int) -> None:
    """Let all news up to this one be read; none of it is ever unread again. Records nothing."""
    with transaction() as tx:
        steps.read(tx, user_id, news_id)


def remind_me(*, user_id: int, drop_id: int) -> bool:
    """Let the person be told before the drop opens; whether they would not have been.

    Records `ReminderSet` only then. Raises `NotFound` for a draft, `ended`, `cancelled`.
    """
    with transaction() as tx:
        drop = tx.session.get(Drop, drop_id)
        state = schedule.state(drop, tx.clock()) if drop else "draft"
        if state == "draft":
            raise NotFound
        if state in ("ended", "cancelled"):
            raise DomainError(state)
        changed = steps.remember(tx, drop_id, user_id)
        if changed:
            record(tx, ReminderSet(id=drop_id, actor_id=user_id))
    return changed


def forget_me(*, user_id: int, drop_id: int) -> bool:
    """Let the person not be reminded; whether they would have been. Records `ReminderDropped`."""
    with transaction() as tx:
        changed = steps.forget(tx, drop_id, user_id)
        if changed:
            record(tx, ReminderDropped(id=drop_id, actor_id=user_id))
    return changed


def prefer(
    *, user_id: int, channels: Mapping[str, tuple[bool, bool]], still: Check | None = None
) -> None:
    """How the person wants to hear of these kinds: (on the page, by e-mail). Others stay.

    Records `PreferencesChanged`. Raises `Invalid` for a kind that is none.
    """
    if unknown := channels.keys() - KINDS.keys():
        raise Invalid(**dict.fromkeys(unknown, "Nobody is told that."))
    usual = [name for name, wanted in channels.items() if wanted == _default(name)]
    wanted: list[dict[str, str | bool]] = [
        {"kind": name, "page": page, "email": email}
        for name, (page, email) in channels.items()
        if name not in usual
    ]
    with transaction() as tx:
        demand(tx, still or _anything, User, user_id)  # who changes some waits for who does
        steps.prefer(tx, user_id, wanted, usual)
        record(tx, PreferencesChanged(id=user_id, actor_id=user_id))


def _anything() -> None: ...


def _default(name: str) -> tuple[bool, bool]:
    return KINDS[name].page, KINDS[name].email


def end_days(*, most: int = 100) -> int:
    """Sum up at most `most` days of creators that are over, once each; how many were looked at.

    Records `DayEnded` for those on which something was sold. Called by tick: for news only.
    """
    with transaction() as tx:
        ended = days.end(tx, most)
        for day in ended:
            if day.orders:
                record(
                    tx,
                    DayEnded(
                        id=day.creator_id,
                        day=day.day.isoformat(),
                        orders=day.orders,
                        units=day.units,
                        amounts=day.amounts,
                    ),
                )
    return len(ended)
