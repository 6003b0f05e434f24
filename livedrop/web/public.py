"""Pages that are the same for everybody, kept for a second in the memory of each web process.

A view says so with `@public`, and with it that its answer depends on the address and the named
parameters alone: it is not told who asks. What is personal on such a page is a fragment of its own.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, TypeVar, cast

from flask import Flask, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from livedrop.lib import replica
from livedrop.lib.db import unavailable
from livedrop.lib.errors import NotFound, Unavailable
from livedrop.lib.htmx import VARY, asks_for_fragment
from livedrop.lib.pagecache import FRESH_FOR, OLD, PageCache, Variant
from livedrop.web.session import MARK

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

View = TypeVar("View", bound=Callable[..., object])

FRAGMENT: Variant = (("HTTP_HX_REQUEST", "true"), ("HTTP_HX_REQUEST_TYPE", "partial"))


def public(*parameters: str) -> Callable[[View], View]:
    """Mark a view whose answer is everybody's and depends on these query parameters only."""

    def mark(view: View) -> View:
        view.__dict__["public"] = frozenset(parameters)
        return view

    return mark


def changes_at(instant: datetime | None, now: datetime) -> None:
    """Keep the answer under way no longer than until `instant`, when its words will be wrong.

    `now` is the database's clock when it was read.
    """
    if instant is not None:
        seconds = (instant - now).total_seconds()
        environ = request.environ
        environ[FRESH_FOR] = min(seconds, environ.get(FRESH_FOR, seconds))


def init_app(app: Flask, *, seconds: float) -> None:
    """Put the memory in front of `app`, behind what decides about host and scheme."""
    for endpoint, view in app.view_functions.items():
        if hasattr(view, "public"):
            app.view_functions[endpoint] = _from_replica(view)

    def rule(environ: "WSGIEnvironment") -> frozenset[str] | None:
        try:
            endpoint, _ = app.url_map.bind_to_environ(environ).match()
        except (HTTPException, RequestRedirect):
            return None
        names: frozenset[str] | None = getattr(app.view_functions[endpoint], "public", None)
        return names

    app.wsgi_app = PageCache(  # type: ignore[method-assign]
        app.wsgi_app,
        rule=rule,
        variant=lambda environ: FRAGMENT if asks_for_fragment(environ) else (),
        vary=", ".join(VARY),
        mark=mark_stale,
        # Who looks as somebody else is told so on every page.
        passes=lambda environ: MARK in environ.get("HTTP_COOKIE", ""),
        seconds=seconds,
    )


def _from_replica(view: View) -> View:
    """Let the view read from the copy of the database, if there is one of use. What is not there
    may be by now: then the database itself is asked, and also when the copy is lost."""

    @wraps(view)
    def read(**names: str) -> object:
        copy = replica.replica()
        lag = copy.lag() if copy else None
        if copy is None or lag is None:
            return view(**names)
        try:
            with replica.reading(), unavailable():
                answer = view(**names)
        except NotFound:
            return view(**names)
        except Unavailable:
            copy.lost()
            return view(**names)
        if lag > replica.STALE:
            request.environ[OLD] = True
        return answer

    return cast("View", read)


def mark_stale(body: bytes) -> bytes:
    """Show what a page keeps for the case that it is old, and hide what is only good when fresh."""
    body = body.replace(b" data-fresh>", b" data-fresh hidden>")
    return body.replace(b" data-stale hidden>", b" data-stale>")
