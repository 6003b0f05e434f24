"""The provider's front desk: what is asked for is written down once, under its key."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from livedrop.lib.db import transaction
from livedrop.payments.pretend.models import PretendOperation


def write_down(*, key: str, kind: str, amount: int, currency: str, outcome: str) -> None:
    """Take an order for a charge or a refund; asking again with the key changes nothing.

    Its callback is owed after the time the provider takes to think.
    """
    delay = timedelta(seconds=current_app.extensions["livedrop"].pretend_delay_seconds)
    with transaction() as tx:
        operation = insert(PretendOperation).values(
            key=key,
            kind=kind,
            amount=amount,
            currency=currency,
            outcome=outcome,
            callback_due_at=func.clock_timestamp() + delay,
        )
        tx.execute(operation.on_conflict_do_nothing(index_elements=["key"]))
