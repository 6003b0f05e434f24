"""Who looks as somebody else looks, and does nothing: the one guard of that, before every view.

Whatever may change something is refused, whoever's form it is; what is secret is not shown; and a
bar on every page says as whom one looks, and ends it.
"""

import logging
from contextlib import suppress

from flask import Flask, Response, request

from livedrop.accounts.queries import Look
from livedrop.lib.db import unavailable
from livedrop.lib.errors import DomainError, Unavailable
from livedrop.lib.htmx import see_other
from livedrop.lib.security import SAFE
from livedrop.web import session
from livedrop.web.api import problems

log = logging.getLogger(__name__)

END = "backoffice.looks.destroy"
# Sign-ins, passwords, addresses and links in mails: nobody has any business with those of others.
SECRET = {"settings", "addresses", "resets", "unsubscribes", "sign_ins"}
SECRET_PAGES = {"users.new", "users.create"}


def init_app(app: Flask) -> None:
    app.before_request(only_look)
    app.after_request(keep_nothing)
    app.jinja_env.globals.update(looks_as=looks_as)


def only_look() -> Response | None:
    """Refuse what is more than looking. Apps say by themselves who they are: not their cookies."""
    if request.endpoint in {None, END} or problems.are_for(request.path) or not session.looks():
        return None
    look = session.look()
    if look is None:
        return _over()
    if request.method not in SAFE or _is_secret(request.endpoint or ""):
        raise DomainError("looking", 403)
    who, whom = look.admin_id, look.person.user_id
    log.info("person %s looks as person %s at %s", who, whom, request.endpoint)
    return None


def _over() -> Response | None:
    """Its time, or the sign-in that it was in: nobody is to mistake themself for somebody else, so
    what is sent is not done in one's own name either."""
    session.end_look()
    if request.method not in SAFE:
        raise DomainError("looking", 403)
    myself = session.current()
    return see_other("/admin") if myself and myself.admin else None


def looks_as() -> Look | None:
    """For the bar, on a page that is not everybody's."""
    if session.MARK in request.cookies:
        with suppress(Unavailable), unavailable():  # the page that says so has to be shown, too
            return session.look()
    return None


def keep_nothing(response: Response) -> Response:
    """A page with the bar is nobody else's, and nobody's once it has ended."""
    if session.MARK in request.cookies and not request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    return response


def _is_secret(endpoint: str) -> bool:
    return endpoint.partition(".")[0] in SECRET or endpoint in SECRET_PAGES
