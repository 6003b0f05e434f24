"""Draft, edit, publish, reschedule, grow and cancel drops; announce what opened and ended.

Each command that changes a drop locks its stock and then its row, and reads the clock after both:
what it decides is true at that instant, and orders are placed either before or after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from livedrop.drops import notices, rules, schedule, steps
from livedrop.drops.events import (
    DraftEdited,
    DropCancelled,
    DropDrafted,
    DropEnded,
    DropOpened,
    DropPublished,
    DropRescheduled,
    DropSoon,
    UnitsAdded,
)
from livedrop.drops.models import Drop
from livedrop.drops.rules import Draft
from livedrop.drops.sheet import Offered
from livedrop.idempotency.guard import Once, done, keep
from livedrop.inventory import stock
from livedrop.lib.checks import reason_given
from livedrop.lib.db import Check, Tx, demand, transaction
from livedrop.lib.errors import DomainError, Invalid
from livedrop.lib.ids import new_slug
from livedrop.outbox.record import record
from livedrop.products import steps as products
from livedrop.waitlist import steps as line


def draft(*, creator_id: int, content: Draft, once: Once[int] | None = None) -> int:
    """Begin a drop that only its creator sees; its id, or 0 if that was done before.

    Records `DropDrafted`. Raises `Invalid`.
    """
    content = rules.checked(content)
    with transaction() as tx:
        if done(tx, once):
            return 0
        drop = Drop(slug=new_slug(content.title), creator_id=creator_id)
        steps.describe(drop, content)
        tx.add(drop)
        tx.session.flush()
        steps.offer(tx, drop, content.skus)
        record(tx, DropDrafted(id=drop.id, actor_id=creator_id, creator_id=creator_id))
        keep(tx, once, drop.id)
        return drop.id


def edit_draft(*, drop_id: int, actor_id: int, content: Draft) -> None:
    """Replace all that a draft says and offers. Records `DraftEdited`.

    Raises `Invalid`, and `frozen` or `cancelled` when it is no draft any more.
    """
    content = rules.checked(content)
    with transaction() as tx:
        drop, units = steps.lock(tx, drop_id)
        rules.refuse_unless_draft(drop)
        steps.withdraw(tx, list(units))
        steps.describe(drop, content)
        steps.offer(tx, drop, content.skus)
        record(tx, DraftEdited(id=drop_id, actor_id=actor_id, creator_id=drop.creator_id))


def import_offer(*, drop_id: int, actor_id: int, offered: Sequence[Offered]) -> None:
    """Offer in a draft what a table says, in the place of all it offered: everything or nothing.

    Products of titles that the creator has not are made, each once. Records `ProductCreated` and
    `DraftEdited`. Raises `frozen` or `cancelled` when it is no draft any more.
    """
    with transaction() as tx:
        drop, units = steps.lock(tx, drop_id)
        rules.refuse_unless_draft(drop)
        owned = products.titled(tx, drop.creator_id, {one.product for one in offered})
        for one in offered:
            if one.product not in owned:
                owned[one.product] = products.make(tx, drop.creator_id, one.product, one.story)
        steps.withdraw(tx, list(units))
        steps.offer(tx, drop, [one.draft(owned[one.product]) for one in offered])
        record(tx, DraftEdited(id=drop_id, actor_id=actor_id, creator_id=drop.creator_id))


def publish(*, drop_id: int, actor_id: int) -> None:
    """Make a draft public and freeze it; a start already past becomes this instant.

    Records `DropPublished`. Raises `cancelled`, `already-published`, `ended`, `no-skus`.
    """
    with transaction() as tx:
        drop, units = steps.lock(tx, drop_id)
        now = tx.clock()
        rules.refuse_unless_publishable(drop, now)
        if not units:
            raise DomainError("no-skus")
        drop.published_at = now
        drop.starts_at = max(drop.starts_at, now)
        times = _times(drop)
        steps.note(tx, drop_id, now, "published", times)
        record(
            tx, DropPublished(id=drop_id, actor_id=actor_id, creator_id=drop.creator_id, **times)
        )


def reschedule(*, drop_id: int, actor_id: int, starts_at: datetime, ends_at: datetime) -> None:
    """Move start and end of a scheduled drop. Records `DropRescheduled`, if anything moved.

    Raises `Invalid`, `not-published`, `frozen` (live), `ended`, `cancelled`.
    """
    with transaction() as tx:
        drop, _ = steps.lock(tx, drop_id)
        _move(tx, drop, actor_id, tx.clock(), starts_at, ends_at)


def _move(
    tx: Tx, drop: Drop, actor_id: int, now: datetime, starts_at: datetime, ends_at: datetime
) -> None:
    rules.refuse_unless_scheduled(drop, now)
    starts_at, ends_at = rules.checked_schedule(starts_at, ends_at, now)
    if (drop.starts_at, drop.ends_at) == (starts_at, ends_at):
        return
    previous = {f"previous_{name}": instant for name, instant in _times(drop).items()}
    drop.starts_at, drop.ends_at = starts_at, ends_at
    moved = _times(drop) | previous
    steps.note(tx, drop.id, now, "rescheduled", moved)
    record(tx, DropRescheduled(id=drop.id, actor_id=actor_id, creator_id=drop.creator_id, **moved))


def add_units(*, drop_id: int, actor_id: int, declared: Mapping[int, int]) -> None:
    """Promise more units: `declared` are the new totals by SKU id, so a repeat adds nothing.

    Records `UnitsAdded`, if anything grew, and `DropBack`, if there was nothing. Raises `Invalid`,
    `cannot-shrink`, `not-published`, `ended`, `cancelled`.
    """
    with transaction() as tx:
        drop, units = steps.lock(tx, drop_id)
        _grow(tx, drop, actor_id, tx.clock(), units, declared)


def _grow(
    tx: Tx,
    drop: Drop,
    actor_id: int,
    now: datetime,
    units: Mapping[int, stock.Units],
    declared: Mapping[int, int],
) -> None:
    rules.refuse_unless_to_come(drop, now)
    added = _growth(units, declared)
    if not added:
        return
    stock.declare(tx, drop.id, {sku_id: declared[sku_id] for sku_id in added})
    # What people in line want is offered to them, and is back for nobody else.
    if sum(added.values()) > line.wanted(tx, drop.id):
        notices.of_stock(tx, drop.id, units)
    by_sku = {str(sku_id): count for sku_id, count in added.items()}
    steps.note(tx, drop.id, now, "units-added", {"added": by_sku})
    record(
        tx,
        UnitsAdded(id=drop.id, actor_id=actor_id, creator_id=drop.creator_id, added=by_sku),
    )


def change(
    *,
    drop_id: int,
    actor_id: int,
    words: Mapping[str, Any] | None = None,
    times: Mapping[str, datetime] | None = None,
    declared: Mapping[int, int] | None = None,
    still: Check | None = None,
) -> None:
    """Change some of a drop, all or nothing.

    `words` are fields of `Draft`, for drafts alone; `times` are `starts_at` and `ends_at`, for what
    has not begun; `declared` new totals by SKU id, which of a draft may also be smaller. Records
    what `edit_draft`, `reschedule` and `add_units` do, and raises what they raise.
    """
    facts: dict[str, Any] = {**(words or {}), **(times or {})}
    with transaction() as tx:
        drop, units = steps.lock(tx, drop_id)
        demand(tx, still, Drop, drop_id)
        now = tx.clock()
        if schedule.state(drop, now) == "draft":
            steps.describe(drop, _changed(tx, drop, facts, units, declared or {}))
            stock.declare(tx, drop_id, declared or {})
            record(tx, DraftEdited(id=drop_id, actor_id=actor_id, creator_id=drop.creator_id))
            return
        if words:
            rules.refuse_unless_draft(drop)
        if times:
            both = {"starts_at": drop.starts_at, "ends_at": drop.ends_at, **times}
            _move(tx, drop, actor_id, now, **both)
        if declared:
            _grow(tx, drop, actor_id, now, units, declared)


def _changed(
    tx: Tx,
    drop: Drop,
    facts: Mapping[str, Any],
    units: Mapping[int, stock.Units],
    declared: Mapping[int, int],
) -> Draft:
    """The draft as it will be. Raises `Invalid`."""
    if declared.keys() - units.keys():
        raise Invalid(skus="This drop does not offer that.")
    totals = {sku_id: one.declared for sku_id, one in units.items()} | dict(declared)
    return rules.checked(replace(steps.described(tx, drop, totals), **facts))


def cancel(*, drop_id: int, actor_id: int, reason: str) -> None:
    """End a drop for good: from this commit on no unit is claimed and no order confirmed.

    Who, when and why stay with the drop. Records `DropCancelled`, by which the orders that stand
    are undone. Raises `Invalid` without a reason, `ended`, `cancelled`.
    """
    reason = reason_given(reason)
    with transaction() as tx:
        drop, _ = steps.lock(tx, drop_id)
        now = tx.clock()
        rules.refuse_if_over(drop, now)
        drop.cancelled_at, drop.cancelled_by, drop.cancel_reason = now, actor_id, reason
        steps.note(tx, drop_id, now, "cancelled", {"reason": reason})
        record(
            tx,
            DropCancelled(id=drop_id, actor_id=actor_id, creator_id=drop.creator_id, reason=reason),
        )


EVENTS_OF_MARKS = ((DropSoon, "soon"), (DropOpened, "opened"), (DropEnded, "ended"))


def announce_due(*, most: int = 100) -> int:
    """Record `DropSoon`, `DropOpened` and `DropEnded`, for at most `most` drops each; how many.

    Once per drop and start, whoever asks how often. Called by tick: for news only.
    """
    with transaction() as tx:
        happened = [
            event(id=drop_id, creator_id=creator_id, starts_at=starts_at.isoformat())
            for event, kind in EVENTS_OF_MARKS
            for drop_id, starts_at, creator_id in steps.mark(tx, kind, most)
        ]
        for event in happened:
            record(tx, event)
    return len(happened)


def _times(drop: Drop) -> dict[str, str]:
    return {"starts_at": drop.starts_at.isoformat(), "ends_at": drop.ends_at.isoformat()}


def _growth(units: Mapping[int, stock.Units], declared: Mapping[int, int]) -> dict[int, int]:
    """How many units more of which SKU; what stays as it is is left out."""
    added = {}
    for sku_id, total in declared.items():
        if sku_id not in units:
            raise Invalid(skus="This drop does not offer that.")
        if total > rules.MOST_UNITS:
            raise Invalid(**{f"units-{sku_id}": f"At most {rules.MOST_UNITS:,}, please."})
        if total < units[sku_id].declared:
            raise DomainError("cannot-shrink", sku_id=sku_id, declared=units[sku_id].declared)
        if total > units[sku_id].declared:
            added[sku_id] = total - units[sku_id].declared
    return added
