"""Calls that may be repeated under an Idempotency-Key until they are answered."""

from collections.abc import Callable
from typing import TypeVar

from flask import Response, request

from livedrop.idempotency.guard import Once
from livedrop.idempotency.keys import check_key, fingerprint
from livedrop.web import access
from livedrop.web.api.operations import Shape, Wish

Thing = TypeVar("Thing")
KEY = "Idempotency-Key"


def once(
    content: Wish, read: Callable[[Thing], Shape], run: Callable[[Once[Thing] | None], Thing | None]
) -> Response:
    """Run a command that makes a thing, and answer 201 with what `read` makes of it.

    Under a key the answer is read and stored in the transaction of the command, so that whoever
    repeats the call is told the same, byte for byte.
    """
    if KEY not in request.headers:
        thing = run(None)
        assert thing is not None
        return created(read(thing).model_dump_json())
    said = [request.method, request.path, content.model_dump(mode="json", exclude_unset=True)]
    intention: Once[Thing] = Once(
        user_id=access.person().user_id,
        key=check_key(request.headers[KEY]),
        fingerprint=fingerprint(said),
        freeze=lambda thing: read(thing).model_dump_json(),
    )
    run(intention)
    return created(intention.said, replayed=intention.replayed)


def created(said: str, *, replayed: bool = False) -> Response:
    response = Response(said, 201, mimetype="application/json")
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response
