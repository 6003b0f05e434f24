"""Place: many people's attempts at one drop, decided and written in one transaction."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import DataError, IntegrityError

from livedrop.drops import notices
from livedrop.inventory import stock
from livedrop.lib import failpoints
from livedrop.lib.db import transaction
from livedrop.lib.errors import Deadlock
from livedrop.orders import batch
from livedrop.orders.rules import Answer, Attempt, Decision, Exhausted, Refused

RETRIES = 3  # of a batch that deadlocked


@dataclass(frozen=True, slots=True)
class Sold:
    """What is sure for a while after the batch: SKUs with nothing left, and who has an order."""

    now: datetime  # of the database's clock, under the lock
    read_at: float  # this process's monotonic clock, just before
    limit: int
    exhausted: tuple[Exhausted, ...] = ()
    free: frozenset[int] = frozenset()  # SKU ids with units left
    buyers: tuple[int, ...] = ()  # who has an order or a place in line, since `since`


@dataclass(frozen=True, slots=True)
class Result:
    """`answers` stand in the order of the attempts; an exception is that one caller's own."""

    answers: tuple[Answer | Exception, ...]
    sold: Sold | None = None


def place_all(attempts: Sequence[Attempt], buyers_since: datetime | None = None) -> Result:
    """Decide and write attempts at one drop, in order of arrival; every caller gets an answer.

    Guarantees: all lines of an attempt or none; stock, limit, state and window judged under the
    drop's stock lock by a clock read after it; order, lines, events, lapses and keys commit
    together; the same key with the same content is executed once and answered alike for ever.
    People in line are served before the first attempt. Records OrderPlaced, OrderLapsed, OfferMade
    and LineLeft, and once it is so DropRanLow or DropBack.

    A batch that holds something the database refuses is done again one by one, so that it harms
    nobody else and a key that another drop's batch used meanwhile is found. Deadlocks are tried
    again three times. Raises `Unavailable` (nothing happened) or `OutcomeUnknown` (the connection
    was lost in COMMIT) for everybody in the batch.
    """
    try:
        return _place_again(attempts, buyers_since)
    except (IntegrityError, DataError):
        return Result(tuple(_place_alone(one) for one in attempts))


def _place_alone(attempt: Attempt) -> Answer | Exception:
    """One member's answer: from here on nothing that happens to one is said to another."""
    try:
        return _place_again([attempt], None).answers[0]
    except Exception as error:
        return error


def _place_again(attempts: Sequence[Attempt], buyers_since: datetime | None) -> Result:
    for turn in range(RETRIES):
        try:
            return _place(attempts, buyers_since)
        except Deadlock:
            time.sleep(random.uniform(0, 0.01) * 2**turn)
    return _place(attempts, buyers_since)


def _place(attempts: Sequence[Attempt], buyers_since: datetime | None) -> Result:
    drop_id = attempts[0].drop_id
    with transaction() as tx:
        units = stock.lock(tx, drop_id)
        failpoints.reach("after_lock")
        read_at = time.monotonic()
        done = batch.carry_out(tx, drop_id, units, attempts)
        if done is None:
            return Result(tuple(Refused("not-found") for _ in attempts))
        situation, decision = done
        buyers = batch.buyers(tx, drop_id, buyers_since) if decision.exhausted else []
        if decision.changes:
            notices.say(tx, drop_id, _notices(units, decision))
        failpoints.reach("before_commit")
    failpoints.reach("after_commit")
    sold = Sold(
        situation.now,
        read_at,
        situation.drop.limit,
        tuple(decision.exhausted),
        frozenset(decision.free),
        tuple(buyers),
    )
    return Result(tuple(decision.answers), sold)


def _notices(units: Mapping[int, stock.Units], decision: Decision) -> list[str]:
    """What the batch makes true of the whole drop."""
    free = sum(one.free for one in units.values())
    declared = sum(one.declared for one in units.values())
    return notices.crossed(free, free - decision.claims.total(), declared)
