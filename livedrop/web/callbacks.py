"""Where the payment provider tells what became of payments. No person ever comes here."""

from flask import Blueprint, current_app, request

from livedrop.lib.clock import clock
from livedrop.lib.security import guarded_otherwise
from livedrop.orders.commands import settle
from livedrop.payments import provider

callbacks = Blueprint("callbacks", __name__)


@callbacks.post("/payments/callbacks")
@guarded_otherwise("signed by the provider")
def create() -> tuple[str, int]:
    """204 once it is noted; whatever comes again changes nothing. Anything else is sent again."""
    told = provider.heard(
        request.get_data(),
        request.headers.get(provider.SIGNATURE, ""),
        now=clock.now(),
        secret_key=str(current_app.secret_key),
    )
    settle(
        payment_id=told.payment_id,
        kind=told.kind,
        outcome=told.outcome,
        back_in_all=told.back_in_all,
    )
    return "", 204
