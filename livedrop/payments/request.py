"""Ask the provider for what a committed payment row says is owed, one way or the other."""

import logging

from livedrop.lib.errors import Unavailable
from livedrop.payments import provider
from livedrop.payments.models import Payment

log = logging.getLogger(__name__)


def request(payment: Payment) -> None:
    """Hand a pending payment or an owed refund to the provider, outside any transaction.

    Idempotent: a charge's key is the payment's id, a refund's the id and all that is owed by
    then. A provider that cannot be reached is asked again later, so nothing is raised.
    """
    try:
        if payment.status == "pending":
            provider.begin(
                payment_id=payment.id,
                amount=payment.amount,
                currency=payment.currency,
                outcome=payment.requested_outcome,
            )
        else:
            provider.refund(
                key=f"{payment.id}:{payment.refund_due}",
                payment_id=payment.id,
                amount=payment.refund_due - payment.refunded,
                currency=payment.currency,
            )
    except Unavailable:
        log.warning("payment %s could not be handed to the provider; it is asked again", payment.id)
