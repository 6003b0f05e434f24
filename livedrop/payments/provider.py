"""The port to whoever takes the money. Today that is the embedded provider.

Asking is idempotent by key and answered later, by a signed callback over HTTP.
"""

from uuid import UUID

from livedrop.payments.pretend import commands


def begin(*, payment_id: UUID, amount: int, currency: str, outcome: str) -> None:
    """Ask for `amount` minor units; the key is the payment's id.

    `outcome` (success, decline) is for the pretend provider, which does as it is told. Raises
    `Unavailable`.
    """
    commands.write_down(
        key=str(payment_id), kind="charge", amount=amount, currency=currency, outcome=outcome
    )


def refund(*, key: str, payment_id: UUID, amount: int, currency: str) -> None:
    """Ask for `amount` minor units of the payment to go back. Raises `Unavailable`."""
    commands.write_down(key=key, kind="refund", amount=amount, currency=currency, outcome="success")
