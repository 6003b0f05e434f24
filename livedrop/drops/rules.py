"""What a drop may say and when it may be changed: pure, from plain values and an instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from livedrop.drops import schedule
from livedrop.lib.checks import Checks
from livedrop.lib.errors import DomainError
from livedrop.lib.money import EXPONENTS, LARGEST

TITLE_LENGTH = 120
STORY_LENGTH = 5000
SKU_NAME_LENGTH = 80
MOST_SKUS = 20
MOST_UNITS = 1_000_000  # of one SKU
LIMITS = (1, 100)  # units per customer
WINDOWS = (60, 600)  # seconds to pay


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuDraft:
    """What a draft offers: a variant of a product (None: a new one of the drop's title)."""

    name: str
    price: int  # minor units of the drop's currency
    quantity: int
    product_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All that a creator decides about a drop before it is published."""

    title: str
    starts_at: datetime
    ends_at: datetime
    currency: str
    story: str = ""
    limit_per_customer: int = 1
    payment_window_seconds: int = 90
    ships: bool = False
    skus: Sequence[SkuDraft] = ()


def checked(draft: Draft) -> Draft:
    """The draft with tidy words. Raises `Invalid`; what is wrong with the n-th SKU (from 0) is
    said of `skus-n-name`, `skus-n-price` and `skus-n-quantity`.
    """
    checks = Checks()
    tidy = Draft(
        title=checks.text("title", draft.title, least=1, most=TITLE_LENGTH),
        story=checks.text("story", draft.story, most=STORY_LENGTH),
        starts_at=_utc(draft.starts_at),
        ends_at=_utc(draft.ends_at),
        currency=draft.currency,
        limit_per_customer=_within(checks, "limit_per_customer", draft.limit_per_customer, LIMITS),
        payment_window_seconds=_within(
            checks, "payment_window_seconds", draft.payment_window_seconds, WINDOWS
        ),
        ships=draft.ships,
        skus=[_checked_sku(checks, number, sku) for number, sku in enumerate(draft.skus)],
    )
    if draft.currency not in EXPONENTS:
        checks.refuse("currency", "Not a currency that can be paid in here.")
    if len(draft.skus) > MOST_SKUS:
        checks.refuse("skus", f"At most {MOST_SKUS} variants in one drop, please.")
    _check_order(checks, draft.starts_at, draft.ends_at)
    _check_names(checks, tidy.skus)
    checks.done()
    return tidy


def checked_schedule(
    starts_at: datetime, ends_at: datetime, now: datetime
) -> tuple[datetime, datetime]:
    """A new schedule in UTC. Raises `Invalid` when its start has passed or its end is before it."""
    checks = Checks()
    if starts_at <= now:
        checks.refuse("starts_at", "This has passed already.")
    _check_order(checks, starts_at, ends_at)
    checks.done()
    return _utc(starts_at), _utc(ends_at)


def refuse_unless_draft(drop: schedule.Facts) -> None:
    """Only a draft may be edited: otherwise `cancelled` or `frozen`."""
    if drop.cancelled_at:
        raise DomainError("cancelled")
    if drop.published_at:
        raise DomainError("frozen")


def refuse_unless_publishable(drop: schedule.Facts, now: datetime) -> None:
    if drop.cancelled_at:
        raise DomainError("cancelled")
    if drop.published_at:
        raise DomainError("already-published")
    if drop.ends_at <= now:
        raise DomainError("ended")


def refuse_unless_scheduled(drop: schedule.Facts, now: datetime) -> None:
    """Start and end move only while scheduled: otherwise `not-published`, `frozen`, ..."""
    refusals = {"draft": "not-published", "live": "frozen"}
    state = schedule.state(drop, now)
    if state != "scheduled":
        raise DomainError(refusals.get(state, state))


def refuse_unless_to_come(drop: schedule.Facts, now: datetime) -> None:
    """Units are added to what is scheduled or live: otherwise `not-published`, `ended`, ..."""
    state = schedule.state(drop, now)
    if state not in {"scheduled", "live"}:
        raise DomainError("not-published" if state == "draft" else state)


def refuse_if_over(drop: schedule.Facts, now: datetime) -> None:
    """What is `ended` or `cancelled` cannot be cancelled."""
    state = schedule.state(drop, now)
    if state in {"ended", "cancelled"}:
        raise DomainError(state)


def _checked_sku(checks: Checks, number: int, sku: SkuDraft) -> SkuDraft:
    field = f"skus-{number}"
    return SkuDraft(
        name=checks.text(f"{field}-name", sku.name, least=1, most=SKU_NAME_LENGTH),
        price=_within(checks, f"{field}-price", sku.price, (0, LARGEST)),
        quantity=_within(checks, f"{field}-quantity", sku.quantity, (1, MOST_UNITS)),
        product_id=sku.product_id,
    )


def _within(checks: Checks, name: str, value: int, bounds: tuple[int, int]) -> int:
    return checks.number(name, value, least=bounds[0], most=bounds[1])


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("a time without a zone is no instant")
    return instant.astimezone(UTC)


def _check_order(checks: Checks, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        checks.refuse("ends_at", "The end must be after the start.")


def _check_names(checks: Checks, skus: Sequence[SkuDraft]) -> None:
    """Nobody could tell two variants of one product apart by the same name."""
    seen: set[tuple[int | None, str]] = set()
    for number, sku in enumerate(skus):
        name = (sku.product_id, sku.name.casefold())
        if name in seen:
            checks.refuse(f"skus-{number}-name", "There is a variant of this name already.")
        seen.add(name)
