"""Every "no" of the API, whatever it is about: RFC 9457 problem details.

`code` is the word that programs go by; `type` leads to what the handbook says about it. Words are
those that people are told on pages, where there are any.
"""

import json
import logging
from collections.abc import Mapping
from typing import Any

from flask import Response, g, make_response
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from livedrop.config import configuration
from livedrop.lib.errors import DomainError, Invalid, Unavailable
from livedrop.web import refusals
from livedrop.web.words import Words, words_for

log = logging.getLogger(__name__)

API = "/api/v1"  # where the door is; the handbook beside it is a page
JSON = "application/problem+json"

# Every code there is, by the status it comes with.
CODES = {
    400: ("bad-request", "bad-cursor", "idempotency-key-missing", "idempotency-key-invalid"),
    401: ("not-signed-in", "invalid-token", "token-reused", "signed-out", "wrong-credentials"),
    403: ("suspended", "not-creator", "not-proved", "forged"),
    404: ("not-found",),
    405: ("method-not-allowed",),
    409: (
        "email-taken",
        "handle-taken",
        "already-creator",
        "yourself",
        "frozen",
        "cannot-shrink",
        "not-published",
        "already-published",
        "no-skus",
        "not-started",
        "ended",
        "cancelled",
        "limit-reached",
        "quota-reached",
        "sold-out",
        "all-held",
        "not-enough",
        "in-progress",
        "lapsed",
        "not-placed",
        "no-extension-left",
        "payment-pending",
        "already-paid",
        "delivery-missing",
        "not-cancellable",
        "not-refundable",
        "available",
        "not-live",
    ),
    412: ("precondition-failed",),
    413: ("too-large",),
    415: ("unsupported-media-type",),
    422: ("invalid", "key-reused"),
    429: ("too-many-tries",),
    500: ("server-error",),
    503: ("unavailable", "outcome-unknown"),
}
STATUS = {code: status for status, codes in CODES.items() for code in codes}
OF_STATUS = {status: codes[0] for status, codes in CODES.items() if status not in {401, 403, 409}}

# For who looks after the house: somebody tries to be somebody, or to do what they may not.
NOTED = {"invalid-token", "token-reused", "signed-out", "wrong-credentials", "suspended", "forged"}

WORDS = {
    "bad-request": Words("That did not work", "The request could not be understood."),
    "idempotency-key-missing": Words(
        "A key is needed", "Send an Idempotency-Key, a new one for each order you mean to place."
    ),
    "idempotency-key-invalid": Words(
        "That is not a key", "An Idempotency-Key has 1 to 255 printable ASCII characters."
    ),
    "not-signed-in": Words("A token is needed", "Send Authorization: Bearer with an access token."),
    "invalid-token": Words("Not a token that holds", "It is old, ended, or not for this."),
    "token-reused": Words(
        "This token was exchanged before",
        "Somebody else may have it, so the sign-in has ended. Sign in anew.",
    ),
    "signed-out": Words("This sign-in has ended", "Sign in anew."),
    "wrong-credentials": Words(
        "Not signed in", "This address and this password do not belong together."
    ),
    "not-creator": Words("Only creators do that", "Become one first: POST /creators."),
    "not-proved": Words(
        "Sign in anew first", "This needs a password typed within ten minutes: POST /tokens."
    ),
    "email-taken": Words("There is an account with this address", "Sign in instead."),
    "handle-taken": Words("Somebody has this handle", "Choose another one."),
    "not-started": Words("Not open yet", "The drop has not started by our clock."),
    "limit-reached": Words(
        "That is your limit", "With this you would have more than one person may get."
    ),
    "sold-out": Words("Sold out", "Every unit is paid for, so none comes back by itself."),
    "all-held": Words(
        "All held", "Every unit is in somebody's order. Some are not paid yet and may come back."
    ),
    "not-enough": Words("Not that many", "So many are left as `available` says."),
    "in-progress": Words("Under way", "The same key is being carried out this very moment."),
    "lapsed": Words("The order has lapsed", "It was not paid in time."),
    "not-placed": Words("Nothing to extend", "Only what waits to be paid can be extended."),
    "no-extension-left": Words("No extension left", "Pay until `pay_by`."),
    "payment-pending": Words("A payment is under way", "Wait for what becomes of it."),
    "already-paid": Words("It is paid already", "Nothing was taken again."),
    "delivery-missing": Words("Where does it go?", "This drop ships: give the order a delivery."),
    "not-cancellable": Words(
        "It cannot be cancelled", "Only what waits to be paid can be cancelled."
    ),
    "available": Words("No need to wait", "There are units left: place an order."),
    "not-live": Words("The drop is not live", "Lines are for what a live drop has none of."),
    "not-found": Words("Nothing here", "There is no such thing, or it is not yours to see."),
    "method-not-allowed": Words("Not in this way", "See Allow for what can be done here."),
    "unsupported-media-type": Words("Not JSON", "Send a body of type application/json."),
    "precondition-failed": Words(
        "It has changed", "What you read is not so any more: read it again, then change it."
    ),
    "key-reused": Words("This key was used", "It came with other content. Use a new one."),
}


def are_for(path: str) -> bool:
    """Whether what goes wrong at this path is told as a problem."""
    return path == API or path.startswith(f"{API}/")


def answer(error: Exception) -> Response:
    """The problem for any error that comes out of the door."""
    if isinstance(error, Invalid):
        return invalid(error.errors, error.code, error.status, **_further(error))
    if isinstance(error, DomainError):
        return problem(error.code, error.status, **error.facts)
    if isinstance(error, Unavailable):
        return problem(error.code, 503, retry_after=error.retry_after)
    if isinstance(error, HTTPException):
        return _http(error)
    log.error("A request crashed.", exc_info=error)
    return problem("server-error", 500)


def invalid(
    errors: Mapping[str, str], code: str = "invalid", status: int = 422, **facts: Any
) -> Response:
    """What cannot be meant, or is somebody's: words for each field that they are about."""
    said = [{"field": name, "detail": words} for name, words in errors.items()]
    return problem(code, status, errors=said, **facts)


def _further(error: Invalid) -> dict[str, Any]:
    return {name: fact for name, fact in error.facts.items() if name != "errors"}


def problem(code: str, status: int, **facts: Any) -> Response:
    """A problem of this code; further facts help to go on. Ids are strings."""
    if code in NOTED:
        refusals.note(code)
    words = words_of(code, status)
    said = {
        "type": f"{configuration().url}/api/docs/problems#{code}",
        "title": words.heading,
        "status": status,
        "detail": words.body,
        "code": code,
        "request_id": g.get("request_id"),
    } | {name: str(fact) if name.endswith("_id") else fact for name, fact in facts.items()}
    response = Response(json.dumps(said), status, mimetype=JSON)
    if status == 401:
        response.headers["WWW-Authenticate"] = challenge(code)
    if "retry_after" in facts:
        response.headers["Retry-After"] = str(facts["retry_after"])
    return response


def words_of(code: str, status: int) -> Words:
    return WORDS.get(code) or words_for(code, status)


def challenge(code: str) -> str:
    """What to come with (RFC 6750): who showed nothing is told no error."""
    return "Bearer" if code == "not-signed-in" else 'Bearer error="invalid_token"'


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None:  # a redirect, or what a view has made
        return make_response(error.response)
    response = problem(
        OF_STATUS.get(status, "bad-request" if status < 500 else "server-error"), status
    )
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response
