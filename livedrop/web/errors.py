"""One answer per kind of no, as a page or as a note beside the page that htmx keeps."""

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError

from livedrop.lib import htmx
from livedrop.lib.db import is_unavailable
from livedrop.lib.errors import DomainError, Unavailable
from livedrop.lib.forms import Unacceptable
from livedrop.lib.http import safe_path
from livedrop.lib.security import Forged
from livedrop.web import refusals
from livedrop.web.access import NotCreator, NotProved, NotSignedIn
from livedrop.web.api import problems
from livedrop.web.identity import sign_ins
from livedrop.web.settings.proofs import address as proof
from livedrop.web.words import words_for

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    for kind in ANSWERS:
        app.register_error_handler(kind, answer)


def answer(error: Exception) -> Response:
    """As the house answers: the API with a problem, everybody else with a page or a note.

    Also for a door that answers only some errors of a kind by itself: raising the error again in
    its handler would make a 500 of it.
    """
    if problems.are_for(request.path):
        lost = isinstance(error, DBAPIError | PoolTimeout) and is_unavailable(error)
        return problems.answer(Unavailable() if lost else error)
    return next(ANSWERS[kind] for kind in type(error).__mro__ if kind in ANSWERS)(error)


def refused(no: DomainError) -> Response:
    if no.status == 403:
        refusals.note(no.code)
    wait = no.facts.get("retry_after")
    response = say(no.code, no.status, wait)
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    return response


def not_signed_in(_: NotSignedIn) -> Response:
    """To the sign-in form, and afterwards where they wanted to be. That is not an error on a page
    that is only looked at; what was sent was refused, and nobody sends it again for them."""
    if htmx.wants_fragment():
        came_from = safe_path(htmx.current_path())
        return htmx.see_other(sign_ins.address(came_from))
    if request.method in {"GET", "HEAD"}:
        return htmx.see_other(sign_ins.address(request.full_path.rstrip("?")))
    return sign_ins.form_page("/", 401)


def not_creator(_: NotCreator) -> Response:
    """Where one becomes one."""
    return htmx.see_other("/studio/profile/new")


def not_proved(_: NotProved) -> Response:
    """To the page that asks for the password, and from there to the form: what was sent is typed
    again."""
    if request.method in {"GET", "HEAD"} and not htmx.wants_fragment():
        return htmx.see_other(proof(request.full_path.rstrip("?")))
    return htmx.see_other(proof(safe_path(htmx.current_path() or request.referrer)))


def unavailable(error: Unavailable) -> Response:
    response = say(error.code, 503)
    response.headers["Retry-After"] = str(error.retry_after)
    return response


def database(error: DBAPIError | PoolTimeout) -> Response:
    """A read that the database did not answer. Anything else it says is a fault of ours."""
    if is_unavailable(error):
        return unavailable(Unavailable())
    return crashed(error)


def unacceptable(again: Unacceptable) -> Response:
    return again.response()


def forged(_: HTTPException) -> Response:
    refusals.note("forged")
    return say("forged", 403)


def unknown_host(_: SecurityError) -> Response:
    """Not a page: nothing can be linked to under a name that is not ours."""
    return Response("This is not a name of ours.\n", 400, mimetype="text/plain")


def http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    return say("", error.code or 500)


def crashed(error: Exception) -> Response:
    log.error("A request crashed.", exc_info=error)
    return say("", 500)


def say(code: str, status: int, wait: int | None = None) -> Response:
    """The words for this no. Beside the page for htmx: whatever it meant to change stands.

    `wait` is in how many seconds it may be a yes.
    """
    words = words_for(code, status, wait)
    if htmx.wants_fragment():
        note = make_response(render_template("errors/_note.html", words=words), status)
        return htmx.varied(htmx.beside(note, "#notes"))
    ways = {"again": _again(status), "back": _back()}
    page = render_template("errors/show.html", words=words, status=status, **ways)
    return htmx.varied(make_response(page, status))


def _again(status: int) -> str | None:
    """The address to load once more, where that may help and does nothing twice."""
    worth_it = request.method == "GET" and status in {429, 500, 503}
    return safe_path(request.full_path.rstrip("?")) if worth_it else None


def _back() -> str | None:
    """The page that what was refused was sent from, which says what is true now."""
    came_from = safe_path(request.referrer, "")
    return came_from if request.method != "GET" and came_from else None


ANSWERS: dict[type[Exception], Callable[[Any], Response]] = {
    DomainError: refused,
    NotSignedIn: not_signed_in,
    NotCreator: not_creator,
    NotProved: not_proved,
    Unavailable: unavailable,
    DBAPIError: database,
    PoolTimeout: database,
    Unacceptable: unacceptable,
    CSRFError: forged,
    Forged: forged,
    SecurityError: unknown_host,
    HTTPException: http,
    Exception: crashed,
}
