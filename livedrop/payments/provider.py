"""The port to whoever takes the money. Today that is the embedded provider.

Asking is idempotent by key and answered later, by a signed callback over HTTP. A charge's key is
the payment's id; a refund's is the id and how much of the payment is to be back by then.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from livedrop.lib.errors import DomainError, NotFound
from livedrop.payments.pretend import commands, signature

SIGNATURE = signature.HEADER  # the header that carries a callback's signature

Kind = Literal["charge", "refund"]
Outcome = Literal["success", "decline"]


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


@dataclass(frozen=True, slots=True)
class Callback:
    """What became of a charge or a refund."""

    payment_id: UUID
    kind: Kind
    outcome: Outcome
    back_in_all: int  # minor units of the payment that a refund's key stands for; 0 for a charge


def heard(body: bytes, signed: str, *, now: datetime, secret_key: str) -> Callback:
    """Read a callback that came in at `now`, whatever its content claims to be.

    Raises `bad-signature` (401) unless the provider signed this body within five minutes of
    `now`, and `not-found` when it is about nothing we ever asked for.
    """
    sent_at = signature.sent_at(body, signed, secret=signature.secret(secret_key))
    if sent_at is None or abs(now.timestamp() - sent_at) > signature.TOLERANCE:
        raise DomainError("bad-signature", 401)
    try:
        content = json.loads(body)
        kind, outcome = content["kind"], content["outcome"]
        payment_id, _, back = content["key"].partition(":")
        callback = Callback(UUID(payment_id), kind, outcome, int(back or 0))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotFound from None
    if kind not in get_args(Kind) or outcome not in get_args(Outcome):
        raise NotFound
    return callback
