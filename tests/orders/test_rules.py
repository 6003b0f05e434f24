"""The rules of placing, for any drop, any batch and any past."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from livedrop.inventory.stock import Units
from livedrop.orders.rules import (
    AGAIN,
    EXTENSIONS,
    Attempt,
    Decision,
    DropFacts,
    DueOrder,
    History,
    Place,
    Placed,
    Refused,
    Situation,
    decide,
    extensions_left,
)

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SKUS, PEOPLE = (1, 2, 3), (1, 2, 3, 4)
READ_AT_ONCE = 2  # due orders of others that the small database below gives to a batch
READ_OF_A_LINE = 2  # places
any_drop = settings(max_examples=150, deadline=None, database=None)


@dataclass
class Shop:
    """A drop as a database would hold it, so small that it can be looked through."""

    limit: int
    declared: dict[int, int]
    due: list[DueOrder]  # oldest first
    held: dict[int, int]  # units in orders that are placed and not due, by SKU
    sold: dict[int, int]
    standing: Counter[int]  # units by person
    lapses: Counter[int] = field(default_factory=Counter)
    executed: dict[Any, Any] = field(default_factory=dict)
    line: list[Place] = field(default_factory=list)  # first come first

    def claimed(self, sku: int) -> int:
        due = sum(order.units.get(sku, 0) for order in self.due)
        return due + self.held[sku] + self.sold[sku]

    def batch(self, attempts: list[Attempt]) -> Decision:
        """Read what the statement of a batch reads, decide, write."""
        stock = {sku: Units(self.declared[sku], self.claimed(sku)) for sku in SKUS}
        decision = decide(attempts, stock, self.read(attempts, stock))
        self.write(decision)
        return decision

    def read(self, attempts: list[Attempt], stock: Mapping[int, Units]) -> Situation:
        wanted = Counter[int]()
        for attempt in attempts:
            wanted.update(dict(attempt.lines))
        front = [
            place
            for sku in SKUS
            if self.due or stock[sku].free
            for place in [place for place in self.line if place.sku_id == sku][:READ_OF_A_LINE]
        ]
        waited = {place.sku_id for place in front}
        short = [
            sku for sku in SKUS if sku in waited or (wanted[sku] and wanted[sku] >= stock[sku].free)
        ]
        callers = {attempt.user_id for attempt in attempts} | {place.user_id for place in front}
        others = [order for order in self.due if order.user_id not in callers] if short else []
        hidden = others[READ_AT_ONCE:]
        return Situation(
            now=NOW,
            drop=DropFacts(
                NOW, None, NOW, NOW + timedelta(hours=1), self.limit, timedelta(seconds=90)
            ),
            skus=dict.fromkeys(SKUS, 4500),
            executed=dict(self.executed),
            refused_sign_ins={},
            histories={
                person: History(self.standing[person], 0, self.lapses[person]) for person in PEOPLE
            },
            due=[
                order
                for order in self.due
                if order not in hidden and (order.user_id in callers or order in others)
            ],
            more_due=bool(hidden),
            unpaid={sku: 60.0 if self.held[sku] else None for sku in short},
            line=front,
            more_line=frozenset(place.sku_id for place in self.line if place not in front) & waited,
            waiting={(place.sku_id, place.user_id) for place in self.line},
        )

    def write(self, decision: Decision) -> None:
        for lapsed in decision.lapsed:
            self.due.remove(lapsed)
            self.standing[lapsed.user_id] -= sum(lapsed.units.values())
            self.lapses[lapsed.user_id] += 1
        for order in decision.placed:
            attempt = order.attempt
            self.standing[attempt.user_id] += attempt.units
            self.executed[attempt.user_id, attempt.key] = attempt.fingerprint, order.outcome
            for sku, units in attempt.lines:
                self.held[sku] += units
        for turn in decision.turns:
            key = turn.attempt.user_id, turn.attempt.key
            self.executed[key] = turn.attempt.fingerprint, turn.outcome
        for offer in decision.offers:
            self.standing[offer.place.user_id] += offer.units
            self.held[offer.place.sku_id] += offer.units
        served = [offer.place for offer in decision.offers]
        for place in served + [place for place, _ in decision.ended]:
            self.line.remove(place)


# --- any shop, any wishes ---

few = some.integers(0, 3)


@some.composite
def shops(draw):
    """A shop whose books are in order."""
    due = [
        DueOrder(UUID(int=number), person, units)
        for number, (person, units) in enumerate(
            draw(
                some.lists(
                    some.tuples(
                        some.sampled_from(PEOPLE),
                        some.dictionaries(
                            some.sampled_from(SKUS), some.integers(1, 2), min_size=1, max_size=2
                        ),
                    ),
                    max_size=6,
                )
            )
        )
    ]
    standing = Counter[int]()
    for order in due:
        standing[order.user_id] += sum(order.units.values())
    held, sold = ({sku: draw(few) for sku in SKUS} for _ in range(2))
    shop = Shop(max([*standing.values(), draw(some.integers(1, 6))]), {}, due, held, sold, standing)
    shop.declared = {sku: shop.claimed(sku) + draw(few) for sku in SKUS}
    return shop


@some.composite
def wishes(draw):
    """What people send, in the order they send it; now and then under a key they used before."""
    lines = some.dictionaries(
        some.sampled_from(SKUS), some.integers(1, 4), min_size=1, max_size=2
    ).map(lambda units: tuple(units.items()))
    return [
        Attempt(
            drop_id=1,
            user_id=draw(some.sampled_from(PEOPLE)),
            sign_in_id=None,
            key=draw(some.sampled_from("abcdef")),
            fingerprint=str(wanted),
            lines=wanted,
        )
        for wanted in draw(some.lists(lines, min_size=1, max_size=8))
    ]


def serve(shop, attempts, at_once):
    """Everybody's answer, in batches of so many; who is to come again stays ahead."""
    answers: dict[int, Any] = {}
    queue = list(enumerate(attempts))
    while queue:
        batch = queue[:at_once]
        decision = shop.batch([attempt for _, attempt in batch])
        again = []
        for (number, attempt), answer in zip(batch, decision.answers, strict=True):
            if answer is AGAIN:
                again.append((number, attempt))
            else:
                answers[number] = said(answer)
        queue = again + queue[at_once:]
    return [answers[number] for number in range(len(attempts))]


def said(answer):
    """An answer without the id made up for it."""
    if isinstance(answer, Placed):
        return answer.replayed, {**answer.outcome, "order_id": None}
    return answer


@any_drop
@given(shops(), wishes())
def test_a_batch_answers_as_if_each_had_come_alone(shop, attempts):
    alone = Shop(**{name: deep(value) for name, value in vars(shop).items()})
    assert serve(shop, attempts, at_once=100) == serve(alone, attempts, at_once=1)
    assert shop.executed.keys() == alone.executed.keys()


def deep(value):
    return value.copy() if hasattr(value, "copy") else value


@any_drop
@given(shops(), wishes())
def test_no_unit_is_made_or_lost(shop, attempts):
    free = {sku: shop.declared[sku] - shop.claimed(sku) for sku in SKUS}
    decision = shop.batch(attempts)
    for sku in SKUS:
        left = shop.declared[sku] - shop.claimed(sku)
        assert left == free[sku] - decision.claims[sku] >= 0


@any_drop
@given(shops(), wishes())
def test_nobody_gets_more_than_the_limit(shop, attempts):
    serve(shop, attempts, at_once=100)
    assert max(shop.standing.values(), default=0) <= shop.limit


@any_drop
@given(shops(), wishes())
def test_whoever_is_refused_for_want_of_units_could_not_have_them(shop, attempts):
    """Sold out, all held and not enough are never mistaken for each other."""
    for attempt in attempts:
        (answer,) = serve(shop, [attempt], at_once=1)
        if isinstance(answer, Refused) and "sku_id" in answer.facts:
            sku = answer.facts["sku_id"]
            free = shop.declared[sku] - shop.claimed(sku)
            assert free < dict(attempt.lines)[sku]
            assert not any(sku in order.units for order in shop.due)
            code = "not-enough" if free else "all-held" if shop.held[sku] else "sold-out"
            assert answer.code == code
            assert answer.facts.get("available", 0) == free


@any_drop
@given(shops(), wishes())
def test_a_key_is_executed_once(shop, attempts):
    first = serve(shop, attempts, at_once=100)
    again = serve(shop, attempts, at_once=100)
    for before, after, attempt in zip(first, again, attempts, strict=True):
        if isinstance(before, tuple):
            assert after == (True, before[1])
        elif before == Refused("key-reused"):
            assert after == before, attempt


# --- with people in line ---


@some.composite
def lines(draw):
    """A shop where people wait, whether or not something is free for them."""
    shop = draw(shops())
    places = some.tuples(some.sampled_from(SKUS), some.sampled_from(PEOPLE))
    shop.line = [
        Place(sku, person, draw(some.integers(1, 4)), suspended=draw(some.integers(0, 9)) == 0)
        for sku, person in draw(some.lists(places, max_size=8, unique=True))
    ]
    return shop


@any_drop
@given(lines(), wishes())
def test_nobody_claims_a_unit_that_somebody_waits_for(shop, attempts):
    decision = shop.batch(attempts)
    claimed = {sku for order in decision.placed for sku, _ in order.attempt.lines}
    assert not claimed & {place.sku_id for place in shop.line}


@any_drop
@given(lines(), wishes())
def test_each_line_is_served_from_its_front(shop, attempts):
    before = list(shop.line)
    decision = shop.batch(attempts)
    served = {offer.place for offer in decision.offers} | {place for place, _ in decision.ended}
    for sku in SKUS:
        of_sku = [place for place in before if place.sku_id == sku]
        ahead = [place in served for place in of_sku]
        assert ahead == sorted(ahead, reverse=True)


@any_drop
@given(lines(), wishes())
def test_whoever_still_waits_could_not_be_served(shop, attempts):
    serve(shop, attempts, at_once=100)
    while (decision := shop.batch([])).changes:
        assert decision.offers or decision.ended or decision.lapsed
    for place in shop.line:
        assert shop.declared[place.sku_id] == shop.claimed(place.sku_id)
        assert not any(place.sku_id in order.units for order in shop.due)


@any_drop
@given(lines(), wishes())
def test_offers_keep_the_books_and_the_limit(shop, attempts):
    free = {sku: shop.declared[sku] - shop.claimed(sku) for sku in SKUS}
    decision = shop.batch(attempts)
    for sku in SKUS:
        left = shop.declared[sku] - shop.claimed(sku)
        assert left == free[sku] - decision.claims[sku] >= 0
    assert max(shop.standing.values(), default=0) <= shop.limit
    assert all(0 < offer.units <= offer.place.quantity for offer in decision.offers)
    assert not [offer for offer in decision.offers if offer.place.suspended]


@any_drop
@given(lines(), wishes())
def test_whoever_asks_as_their_turn_comes_hears_of_their_offer_once(shop, attempts):
    decision = shop.batch(attempts)
    offered = [str(offer.id) for offer in decision.offers]
    told = [turn.outcome["order_id"] for turn in decision.turns]
    assert len(set(told)) == len(told)
    assert set(told) <= set(offered)


@pytest.mark.parametrize(
    ("used", "lapses", "left"),
    [(0, 0, 10), (9, 0, 1), (10, 0, 0), (11, 0, 0), (3, 1, 7), (0, 2, 0), (0, 5, 0)],
)
def test_extensions_left(used, lapses, left):
    assert EXTENSIONS == 10
    assert extensions_left(used, lapses) == left
    assert extensions_left(used, lapses, most=1) == min(left, 1)
