"""The steps that change payments. Each needs the stock lock of the order's drop."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from livedrop.lib.db import Tx
from livedrop.lib.errors import NotFound
from livedrop.lib.ids import new_id
from livedrop.payments.models import Payment


def of_order(tx: Tx, order_id: UUID) -> Sequence[Payment]:
    """The order's payments, the latest first, locked."""
    return tx.session.scalars(
        select(Payment)
        .where(Payment.order_id == order_id)
        .order_by(Payment.begun_at.desc(), Payment.id.desc())
        .with_for_update()
    ).all()


def pending(tx: Tx, order_id: UUID) -> Payment | None:
    return next((one for one in of_order(tx, order_id) if one.status == "pending"), None)


def kept(tx: Tx, order_id: UUID) -> Payment | None:
    """The payment that paid the order and is not on its way back."""
    return next((one for one in of_order(tx, order_id) if one.status == "succeeded"), None)


def begin(
    tx: Tx,
    order_id: UUID,
    *,
    method: str,
    outcome: str,
    amount: int,
    currency: str,
    window: datetime,
    now: datetime,
) -> Payment:
    """Add a pending payment; it protects its order if it is the first in this window."""
    payment = Payment(
        id=new_id(),
        order_id=order_id,
        method=method,
        requested_outcome=outcome,
        status="pending",
        amount=amount,
        refund_due=0,
        refunded=0,
        currency=currency,
        window=window,
        protects=all(earlier.window != window for earlier in of_order(tx, order_id)),
        begun_at=now,
    )
    tx.add(payment)
    return payment


def begin_refund(payment: Payment, amount: int) -> None:
    """Owe the shopper `amount` minor units more of this payment."""
    payment.refund_due += amount
    payment.status = "refund_pending"


def order_of(tx: Tx, payment_id: UUID) -> UUID:
    """The order a payment belongs to, which never changes. Raises `NotFound`."""
    order_id = tx.session.scalar(select(Payment.order_id).where(Payment.id == payment_id))
    if order_id is None:
        raise NotFound
    return order_id


def lock(tx: Tx, payment_id: UUID) -> Payment:
    return tx.session.scalars(
        select(Payment).where(Payment.id == payment_id).with_for_update()
    ).one()
