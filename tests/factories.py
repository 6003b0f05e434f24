"""Rows, written as they would stand: the past of a test, which commands need not relive.

Instants are relative to the database's now, because the database judges them. Each function
commits and returns the row with its values; it needs an open application context.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from typing import Any, TypeVar
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from sqlalchemy import func, inspect, select, text, update
from sqlalchemy.orm import Session

from livedrop.accounts.models import SignIn, User
from livedrop.artwork.pictures import kind_of
from livedrop.creators.models import Creator
from livedrop.drops.models import Drop, Sku
from livedrop.extensions import Base, db
from livedrop.follows.steps import count_anew
from livedrop.inventory.models import Stock
from livedrop.lib.db import Tx, transaction
from livedrop.lib.ids import new_id
from livedrop.media.models import Asset
from livedrop.orders.models import Order, OrderLine, Refund
from livedrop.payments.models import Payment
from livedrop.products.models import Product

PASSWORD = "a long enough password"
Row = TypeVar("Row", bound=Base)
numbers = count(1)


def now() -> datetime:
    """The database's clock."""
    with db.engine.connect() as connection:
        return connection.scalar(select(func.clock_timestamp()))


# --- people ---


def a_user(name: str | None = None, *, admin: bool = False, **facts: Any) -> User:
    """A person with a confirmed address, whose password is `PASSWORD`."""
    name = name or f"person{next(numbers)}"
    with _writing() as session:
        facts = {
            "email": f"{name}@example.com",
            "handle": name,
            "display_name": name.title(),
            "password_hash": _password_hash(),
            "confirmed_at": _clock(session),
            "admin_since": _clock(session) if admin else None,
        } | facts
        return _added(session, User(**facts))


def a_sign_in(user: User, **facts: Any) -> SignIn:
    with _writing() as session:
        return _added(session, SignIn(**{"id": uuid4(), "user_id": user.id} | facts))


def a_creator(user: User | None = None, **facts: Any) -> Creator:
    user = user or a_user()
    defaults = {"id": user.id, "handle": user.handle, "display_name": user.display_name}
    with _writing() as session:
        return _added(session, Creator(**defaults | facts))


FOLLOWERS = text("""
    WITH person AS (
        INSERT INTO users (email, handle, display_name, password_hash)
        SELECT 'f' || n || '@example.com', 'f' || n, 'Follower ' || n, ''
        FROM generate_series(:first, :first + :count - 1) AS n RETURNING id
    )
    INSERT INTO follows (follower_id, creator_id, since)
    SELECT id, :creator, :at - id * :apart FROM person
""")


def followers(
    creator: Creator, count: int = 1, *, days_ago: int = 0, at: datetime | None = None
) -> None:
    """So many new people who follow the creator; not all since one instant, unless it is given."""
    with transaction() as tx:
        facts = {
            "creator": creator.id,
            "count": count,
            "first": next(numbers) * 1_000_000,
            "at": at or _noon(tx) - timedelta(days=days_ago),
            "apart": timedelta(0) if at else timedelta(microseconds=1),
        }
        tx.execute(FOLLOWERS, facts)
        count_anew(tx)


def _noon(tx: Tx) -> datetime:
    """The middle of the database's day, in UTC: hours away from every other day."""
    return tx.clock().replace(hour=12, minute=0, second=0, microsecond=0)


# --- what they make and sell ---


def a_product(creator: Creator | None = None, title: str = "Print", **facts: Any) -> Product:
    creator = creator or a_creator()
    defaults = {
        "slug": _slug(title),
        "creator_id": creator.id,
        "title": title,
        "artwork": kind_of(title),
    }
    with _writing() as session:
        return _added(session, Product(**defaults | facts))


def an_asset(creator: Creator, product_id: int | None = None, **facts: Any) -> Asset:
    """A picture whose files nobody made; it failed, unless told otherwise."""
    defaults = {
        "owner_id": creator.id,
        "product_id": product_id,
        "name": f"picture{next(numbers)}",
        "alt": "A red vase",
        "kind": "jpeg",
        "digest": "",
        "size": 1,
        "width": 4,
        "height": 3,
        "state": "failed",
        "failure": "broken",
    }
    with _writing() as session:
        return _added(session, Asset(**defaults | facts))


def a_drop(
    creator: Creator | None = None,
    *,
    starts_in: float = -60,
    ends_in: float = 3600,
    quantity: int | Sequence[int] = 10,
    price: int = 4500,
    published: bool = True,
    **facts: Any,
) -> Drop:
    """A drop that starts and ends so many seconds from now; a SKU for each of `quantity`.

    Further facts are columns of `Drop`. See `sku_of` and `skus_of` for what it offers.
    """
    product = a_product(creator, facts.get("title", "Print"))
    with _writing() as session:
        clock = _clock(session)
        starts_at = clock + timedelta(seconds=starts_in)
        defaults = {
            "slug": product.slug,
            "creator_id": product.creator_id,
            "title": product.title,
            "currency": "EUR",
            "starts_at": starts_at,
            "ends_at": clock + timedelta(seconds=ends_in),
            "published_at": min(clock, starts_at) if published else None,
        }
        drop = _added(session, Drop(**defaults | facts))
        for number, units in enumerate([quantity] if isinstance(quantity, int) else quantity, 1):
            sku = Sku(drop_id=drop.id, product_id=product.id, name=f"No. {number}", price=price)
            _added(session, sku)
            session.add(Stock(sku_id=sku.id, drop_id=drop.id, declared=units))
        return drop


def a_live_drop(creator: Creator | None = None, **facts: Any) -> Drop:
    return a_drop(creator, **facts)


def a_scheduled_drop(
    creator: Creator | None = None, *, starts_in: float = 600, **facts: Any
) -> Drop:
    return a_drop(creator, starts_in=starts_in, **facts)


def an_ended_drop(creator: Creator | None = None, **facts: Any) -> Drop:
    return a_drop(creator, **{"starts_in": -3600, "ends_in": -60} | facts)


def a_cancelled_drop(creator: Creator | None = None, **facts: Any) -> Drop:
    return a_drop(creator, **{"cancelled_at": now(), "cancel_reason": "It broke."} | facts)


def a_draft(creator: Creator | None = None, **facts: Any) -> Drop:
    return a_drop(creator, **{"starts_in": 600, "published": False} | facts)


def skus_of(drop: Drop) -> list[Sku]:
    with Session(db.engine) as session:
        return list(session.scalars(select(Sku).filter_by(drop_id=drop.id).order_by(Sku.id)))


def sku_of(drop: Drop) -> Sku:
    """The only SKU of a drop that offers one."""
    (sku,) = skus_of(drop)
    return sku


def stock_of(drop: Drop) -> list[tuple[int, int]]:
    """(declared, claimed) of each SKU, as it stands now."""
    question = select(Stock.declared, Stock.claimed).filter_by(drop_id=drop.id)
    with db.engine.connect() as connection:
        return [(row[0], row[1]) for row in connection.execute(question.order_by(Stock.sku_id))]


def change_stock(drop: Drop, declared: int) -> None:
    """So many units of each SKU are promised, this moment and without a word."""
    with _writing() as session:
        session.execute(update(Stock).filter_by(drop_id=drop.id).values(declared=declared))


# --- orders ---


def an_order(
    user: User,
    drop: Drop,
    quantity: int = 1,
    *,
    sku: Sku | None = None,
    status: str = "placed",
    pay_in: float = 90,
    **facts: Any,
) -> Order:
    """An order of one line; its units are claimed if it stands. `pay_in` may be in the past."""
    sku = sku or skus_of(drop)[0]
    with _writing() as session:
        clock = _clock(session)
        pay_by = clock + timedelta(seconds=pay_in)
        defaults: dict[str, Any] = {
            "id": new_id(),
            "drop_id": drop.id,
            "user_id": user.id,
            "status": status,
            "placed_at": min(clock, pay_by) - timedelta(seconds=1),
            "pay_by": pay_by,
            "due_at": pay_by,
            "lapsed_at": clock if status == "lapsed" else None,
            "closed_at": None if status in {"placed", "lapsed"} else clock,
        }
        order = _added(session, Order(**defaults | facts))
        session.add(_line(order.id, sku, quantity, returned=status == "refunded"))
        if status == "refunded":
            session.add(_refund(order, sku, quantity))
        if status in {"placed", "confirmed"}:
            more = Stock.claimed + quantity
            session.execute(update(Stock).filter_by(sku_id=sku.id).values(claimed=more))
        return order


def a_payment(order: Order, amount: int = 4500, **facts: Any) -> Payment:
    """A payment that paid the order; further facts are columns of `Payment`."""
    with _writing() as session:
        defaults = {
            "id": new_id(),
            "order_id": order.id,
            "method": "pretend",
            "status": "succeeded",
            "amount": amount,
            "currency": "EUR",
            "window": order.pay_by,
            "protects": True,
            "begun_at": order.placed_at,
            "settled_at": _clock(session),
        }
        return _added(session, Payment(**defaults | facts))


def _line(order_id: UUID, sku: Sku, quantity: int, *, returned: bool) -> OrderLine:
    return OrderLine(
        order_id=order_id,
        sku_id=sku.id,
        quantity=quantity,
        returned=quantity if returned else 0,
        price=sku.price,
    )


def _refund(order: Order, sku: Sku, quantity: int) -> Refund:
    """All of it came back; of no payment, unless a test writes one."""
    return Refund(
        order_id=order.id,
        at=order.closed_at,
        reason="It broke.",
        units={str(sku.id): quantity},
        amount=quantity * sku.price,
        back_in_all=quantity * sku.price,
    )


# --- and what became of them ---


def change(row: Base, **facts: Any) -> None:
    """Set columns of a row that is there: time passes, somebody decides."""
    with _writing() as session:
        there = session.get_one(type(row), inspect(row).identity)
        for name, value in facts.items():
            setattr(there, name, value)


# --- how they are written ---


@contextmanager
def _writing() -> Iterator[Session]:
    """A session of its own, so that nothing here meets the session of the test."""
    with Session(db.engine, expire_on_commit=False) as session, session.begin():
        yield session


def _added(session: Session, row: Row) -> Row:
    """Add a row and read it back, so that the database's defaults are in it."""
    session.add(row)
    session.flush()
    session.refresh(row)
    return row


def _clock(session: Session) -> datetime:
    return session.scalar(select(func.clock_timestamp()))


def _slug(title: str) -> str:
    return f"{title.lower().replace(' ', '-')}-{next(numbers)}"


@cache
def _password_hash() -> str:
    return PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1).hash(PASSWORD)
