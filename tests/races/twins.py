"""Named steps of the order path without the guard they hold, and places where callers meet."""

from threading import Barrier, Semaphore
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import selectinload

from livedrop.inventory import stock
from livedrop.inventory.stock import Units
from livedrop.orders import batch, steps
from livedrop.orders.models import Order
from livedrop.payments import steps as payments
from livedrop.payments.models import Payment
from tests.parallel import PATIENCE


class Meeting:
    """The first so many who come wait for each other; who comes later passes."""

    def __init__(self, people: int) -> None:
        self.barrier, self.places = Barrier(people), Semaphore(people)

    def __call__(self) -> None:
        if self.places.acquire(blocking=False):
            self.barrier.wait(PATIENCE)


def without_stock_lock(monkeypatch: Any, callers: int) -> None:
    """So many batches read everything before any of them writes."""
    meeting, read = Meeting(callers), batch.read

    def read_and_meet(*args: Any) -> Any:
        situation = read(*args)
        meeting()
        return situation

    monkeypatch.setattr(stock, "lock", only_read)
    monkeypatch.setattr(batch, "read", read_and_meet)


def only_read(tx: Any, drop_id: int) -> dict[int, Units]:
    rows = tx.execute(
        text("SELECT sku_id, declared, claimed FROM stock WHERE drop_id = :id ORDER BY 1"),
        {"id": drop_id},
    )
    return {row.sku_id: Units(row.declared, row.claimed) for row in rows}


def without_order_lock(monkeypatch: Any, callers: int) -> None:
    """So many commands read the order, and its payment if they want it, before any writes."""
    meeting = Meeting(callers)

    def read_order(tx: Any, order_id: Any, user_id: int | None = None) -> Any:
        order = tx.session.scalars(
            select(Order).where(Order.id == order_id).options(selectinload(Order.lines))
        ).one()
        meeting()
        return order, tx.clock()

    monkeypatch.setattr(steps, "lock_order", read_order)


def without_order_locks(monkeypatch: Any, callers: int) -> None:
    """So many commands read orders, be it one or many, before any of them writes."""
    meeting = Meeting(callers)

    def read_orders(tx: Any, order_ids: Any) -> Any:
        wanted = select(Order).where(Order.id.in_(list(order_ids)))
        orders = tx.session.scalars(wanted.options(selectinload(Order.lines))).all()
        meeting()
        return orders

    monkeypatch.setattr(stock, "lock", only_read)
    monkeypatch.setattr(steps, "lock_orders", read_orders)


def without_payment_lock(monkeypatch: Any, callers: int) -> None:
    """So many callbacks read the payment before any of them writes."""
    meeting = Meeting(callers)

    def read_payment(tx: Any, payment_id: Any) -> Any:
        payment = tx.session.scalars(select(Payment).where(Payment.id == payment_id)).one()
        meeting()
        return payment

    monkeypatch.setattr(payments, "lock", read_payment)
