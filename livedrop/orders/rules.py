"""Who gets what: the rules of placing, as one pure function over what the batch has read.

Decides in order of arrival: replay, lapse what is due, serve the line, limits, claim. The first
reason that applies is the answer. Nothing here touches the database.
"""

from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from livedrop.drops.schedule import state
from livedrop.inventory.stock import Units
from livedrop.lib.ids import new_id

EXTENSIONS = 10  # over a person's orders in one drop
LAPSES_FORGIVEN = 2  # with so many, a person's further orders in the drop get no extension
OFFER_WINDOW = timedelta(minutes=15)  # to pay what was offered to whoever stood first in line
OFFER_EXTENSIONS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One person's wish to order: lines as (SKU id, quantity), each SKU once, in the order sent.

    `sign_in_id` is None when this process verified the sign-in a moment ago; otherwise the batch
    checks it.
    """

    drop_id: int
    user_id: int
    sign_in_id: UUID | None
    key: str
    fingerprint: str
    lines: tuple[tuple[int, int], ...]
    delivery: Mapping[str, str] | None = None
    origin: str | None = None
    trace: str | None = None  # `lib/traces.py`

    @property
    def units(self) -> int:
        return sum(quantity for _, quantity in self.lines)


@dataclass(frozen=True, slots=True)
class Placed:
    """The order stands. `outcome` is what was stored under the key: a code and frozen fields."""

    outcome: Mapping[str, Any]
    replayed: bool = False

    @property
    def order_id(self) -> str:
        return str(self.outcome["order_id"])


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed; `code` says why and was true when it was said."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class Again:
    """Due units are still to be lapsed: the attempt goes to the head of the next batch."""


AGAIN = Again()
Answer = Placed | Refused | Again


@dataclass(frozen=True, slots=True)
class DropFacts:
    published_at: datetime | None
    cancelled_at: datetime | None
    starts_at: datetime
    ends_at: datetime
    limit: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class DueOrder:
    """A placed order past its due instant, with its standing units by SKU id."""

    id: UUID
    user_id: int
    units: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class History:
    """A person's orders in the drop so far."""

    standing: int = 0  # units
    extensions: int = 0
    lapses: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the line for a SKU to which no offer was made yet."""

    sku_id: int
    user_id: int
    quantity: int
    suspended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything the decision needs, read in one statement after the lock."""

    now: datetime
    drop: DropFacts
    skus: Mapping[int, int]  # price in minor units, by SKU id
    executed: Mapping[tuple[int, str], tuple[str, Mapping[str, Any]]]  # fingerprint, outcome
    refused_sign_ins: Mapping[UUID, str]  # signed-out or suspended, by sign-in id
    histories: Mapping[int, History]
    due: Sequence[DueOrder]  # oldest first
    more_due: bool  # than were read
    # Seconds until the next unpaid order of a SKU is due, None without any, by SKU id: of those
    # SKUs only of which the batch may take the last unit.
    unpaid: Mapping[int, float | None]
    # The front of each line, first come first, where a unit is free or something is due.
    line: Sequence[Place] = ()
    more_line: frozenset[int] = frozenset()  # SKU ids whose lines are longer than was read
    waiting: Collection[tuple[int, int]] = ()  # SKU and person: the callers' own places


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An order placed by the house for whoever stood first in line."""

    id: UUID
    place: Place
    units: int
    price: int  # minor units
    pay_by: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """A caller who asked as their turn came: the offer is their answer, under their key."""

    attempt: Attempt
    outcome: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    id: UUID
    attempt: Attempt
    placed_at: datetime
    pay_by: datetime
    prices: tuple[int, ...]  # minor units, one per line
    outcome: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Exhausted:
    """A SKU of which nothing is available after the batch, and how long that is sure."""

    sku_id: int
    code: str  # sold-out, all-held
    seconds: float


@dataclass(slots=True)
class Decision:
    """What the batch will write, and what each caller will hear, in order of arrival."""

    answers: list[Answer] = field(default_factory=list)
    placed: list[NewOrder] = field(default_factory=list)
    lapsed: list[DueOrder] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    ended: list[tuple[Place, str]] = field(default_factory=list)  # without an offer, and why
    exhausted: list[Exhausted] = field(default_factory=list)
    free: set[int] = field(default_factory=set)  # SKU ids with units left
    claims: Counter[int] = field(default_factory=Counter)  # change by SKU id

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.placed or self.lapsed or self.offers or self.ended)


def decide(
    attempts: Iterable[Attempt], stock: Mapping[int, Units], situation: Situation
) -> Decision:
    """Serve the line, then answer every attempt as if it had come alone, one after the other.

    Once one is to come again, so are all behind it: nobody overtakes. While somebody waits in
    line for a SKU, nobody else claims a unit of it.
    """
    ledger = _Ledger(stock, situation)
    decision = ledger.decision
    ledger.serve()
    decision.answers.extend(ledger.answer(attempt) for attempt in attempts)
    decision.exhausted.extend(ledger.exhausted())
    decision.free.update(sku_id for sku_id, free in ledger.free.items() if free)
    return decision


class _Ledger:
    """The drop as it stands while the batch is being decided."""

    def __init__(self, stock: Mapping[int, Units], situation: Situation) -> None:
        self.situation = situation
        self.decision = Decision()
        self.free = {sku_id: units.free for sku_id, units in stock.items()}
        self.executed = dict(situation.executed)
        self.histories = dict(situation.histories)
        self.due = {order.id: order for order in situation.due}
        self.line: dict[int, deque[Place]] = {}
        for place in situation.line:
            self.line.setdefault(place.sku_id, deque()).append(place)
        self.waiting = set(situation.waiting)
        self.turns: dict[tuple[int, int], Mapping[str, Any]] = {}  # the outcome of an offer
        self.claimed_here: set[int] = set()
        self.again = False

    def answer(self, attempt: Attempt) -> Answer:
        if self.again:
            return AGAIN
        if attempt.sign_in_id:
            refused_sign_in = self.situation.refused_sign_ins.get(attempt.sign_in_id)
            if refused_sign_in:
                return Refused(refused_sign_in)
        done = self.executed.get((attempt.user_id, attempt.key))
        if done:
            fingerprint, outcome = done
            if fingerprint != attempt.fingerprint:
                return Refused("key-reused")
            return Placed(outcome, replayed=True)
        self._lapse_own(attempt.user_id)
        self.serve()
        return self._turn(attempt) or self._refusal(attempt) or self._place(attempt)

    # --- the line ---

    def serve(self) -> None:
        """Offer what is free to whoever waits, lapsing what is due as far as it is wanted."""
        if self._closed():
            return
        served = True
        while served:  # again, as a lapse for one line may free units that another waits for
            served = sum(self._serve(sku_id, places) for sku_id, places in self.line.items()) > 0

    def _serve(self, sku_id: int, places: deque[Place]) -> int:
        """Serve one line; how many places were."""
        before = len(places)
        while places and self._free_for_line(sku_id):
            place = places.popleft()
            self._lapse_own(place.user_id)
            left = self.situation.drop.limit - self._history(place.user_id).standing
            if place.suspended or left < 1:
                self.waiting.discard((sku_id, place.user_id))
                self.decision.ended.append((place, "suspended" if place.suspended else "limit"))
            else:
                self._offer(place, min(place.quantity, self.free[sku_id], left))
        return before - len(places)

    def _free_for_line(self, sku_id: int) -> bool:
        if not self.free[sku_id]:
            due = next((order for order in self.due.values() if order.units.get(sku_id)), None)
            if due:
                self._lapse(due)
        return self.free[sku_id] > 0

    def _offer(self, place: Place, units: int) -> None:
        now, sku_id, user_id = self.situation.now, place.sku_id, place.user_id
        offer = Offer(
            id=new_id(),
            place=place,
            units=units,
            price=self.situation.skus[sku_id],
            pay_by=now + OFFER_WINDOW,
        )
        history = self._history(user_id)
        self._claim(sku_id, units)
        self._stand(user_id, history, units)
        self.waiting.discard((sku_id, user_id))
        self.decision.offers.append(offer)
        self.turns[sku_id, user_id] = {
            "code": "offered",
            "order_id": str(offer.id),
            "lines": [[sku_id, units, offer.price]],
            "placed_at": now.isoformat(),
            "pay_by": offer.pay_by.isoformat(),
            "extensions_left": extensions_left(
                history.extensions, history.lapses, most=OFFER_EXTENSIONS
            ),
        }

    def _turn(self, attempt: Attempt) -> Placed | None:
        """The offer just made to this caller, if they asked for what they waited for."""
        for sku_id, _ in attempt.lines:
            outcome = self.turns.pop((sku_id, attempt.user_id), None)
            if outcome:
                self.executed[attempt.user_id, attempt.key] = attempt.fingerprint, outcome
                self.decision.turns.append(Turn(attempt, outcome))
                return Placed(outcome)
        return None

    # --- and everybody else ---

    def _refusal(self, attempt: Attempt) -> Refused | Again | None:
        closed = self._closed()
        if closed:
            return closed
        if any(sku_id not in self.situation.skus for sku_id, _ in attempt.lines):
            return Refused("not-found")
        limit = self.situation.drop.limit
        standing = self._history(attempt.user_id).standing
        if standing + attempt.units > limit:
            return Refused("limit-reached", {"limit": limit, "standing": standing})
        for sku_id, quantity in attempt.lines:
            short = self._short(attempt.user_id, sku_id, quantity)
            if short:
                return short
        return None

    def _closed(self) -> Refused | None:
        codes = {
            "draft": "not-found",
            "scheduled": "not-started",
            "ended": "ended",
            "cancelled": "cancelled",
        }
        code = codes.get(state(self.situation.drop, self.situation.now))
        return Refused(code) if code else None

    def _short(self, user_id: int, sku_id: int, quantity: int) -> Refused | Again | None:
        """Why `quantity` of this SKU cannot be had, after lapsing what is due if that helps."""
        for order in [due for due in self.due.values() if sku_id in due.units]:
            if self.free[sku_id] >= quantity:
                break
            self._lapse(order)
        self.serve()  # what else those orders held may be waited for
        if self._reserved(sku_id):
            self.again = True
            return AGAIN
        if self.free[sku_id] >= quantity:
            return None
        if self.situation.more_due:
            # All of them, or a pool without this SKU would come back unchanged for ever.
            for order in list(self.due.values()):
                self._lapse(order)
            self.serve()
            self.again = True
            return AGAIN
        if self.free[sku_id]:
            return Refused("not-enough", {"sku_id": sku_id, "available": self.free[sku_id]})
        code = "all-held" if self._unpaid(sku_id) else "sold-out"
        in_line = {"in_line": True} if (sku_id, user_id) in self.waiting else {}
        return Refused(code, {"sku_id": sku_id} | in_line)

    def _reserved(self, sku_id: int) -> bool:
        """Whether what is free is for people in line whom the batch did not read."""
        return bool(self.free[sku_id]) and sku_id in self.situation.more_line

    def _unpaid(self, sku_id: int) -> bool:
        return self.situation.unpaid[sku_id] is not None or sku_id in self.claimed_here

    def _place(self, attempt: Attempt) -> Placed:
        now, drop = self.situation.now, self.situation.drop
        order_id = new_id()
        history = self._history(attempt.user_id)
        prices = tuple(self.situation.skus[sku_id] for sku_id, _ in attempt.lines)
        pay_by = now + drop.window
        outcome = {
            "code": "placed",
            "order_id": str(order_id),
            "lines": [
                [sku_id, quantity, price]
                for (sku_id, quantity), price in zip(attempt.lines, prices, strict=True)
            ],
            "placed_at": now.isoformat(),
            "pay_by": pay_by.isoformat(),
            "extensions_left": extensions_left(history.extensions, history.lapses),
        }
        for sku_id, quantity in attempt.lines:
            self._claim(sku_id, quantity)
        self._stand(attempt.user_id, history, attempt.units)
        self.executed[attempt.user_id, attempt.key] = attempt.fingerprint, outcome
        self.decision.placed.append(
            NewOrder(
                id=order_id,
                attempt=attempt,
                placed_at=now,
                pay_by=pay_by,
                prices=prices,
                outcome=outcome,
            )
        )
        return Placed(outcome)

    def _claim(self, sku_id: int, units: int) -> None:
        self.free[sku_id] -= units
        self.decision.claims[sku_id] += units
        self.claimed_here.add(sku_id)

    def _stand(self, user_id: int, history: History, units: int) -> None:
        self.histories[user_id] = History(
            history.standing + units, history.extensions, history.lapses
        )

    def _lapse_own(self, user_id: int) -> None:
        for order in [due for due in self.due.values() if due.user_id == user_id]:
            self._lapse(order)

    def _lapse(self, order: DueOrder) -> None:
        del self.due[order.id]
        for sku_id, units in order.units.items():
            self.free[sku_id] += units
            self.decision.claims[sku_id] -= units
        history = self._history(order.user_id)
        self.histories[order.user_id] = History(
            history.standing - sum(order.units.values()), history.extensions, history.lapses + 1
        )
        self.decision.lapsed.append(order)

    def _history(self, user_id: int) -> History:
        return self.histories.get(user_id, History())

    def exhausted(self) -> Iterable[Exhausted]:
        """The SKUs people asked for and of which nothing is available now."""
        if self.situation.more_due or self._closed():
            return
        drop = self.situation.drop
        until_end = (drop.ends_at - self.situation.now).total_seconds()
        still_due = {sku_id for order in self.due.values() for sku_id in order.units}
        for sku_id, unpaid in self.situation.unpaid.items():
            if self.free[sku_id] or sku_id in still_due:
                continue
            window = drop.window.total_seconds()
            next_due = min(window if unpaid is None else unpaid, window, until_end)
            code = "all-held" if self._unpaid(sku_id) else "sold-out"
            yield Exhausted(sku_id, code, next_due)


def extensions_left(used: int, lapses: int, *, most: int = EXTENSIONS) -> int:
    """How often a person may still extend the window of an order in a drop.

    `used` counts over all their orders there; `lapses` those before the order in question. `most`
    is what this order has left for itself, of which an offer has little.
    """
    return 0 if lapses >= LAPSES_FORGIVEN else max(0, min(most, EXTENSIONS - used))
