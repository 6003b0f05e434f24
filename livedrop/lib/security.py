"""What the browser is told to refuse, and whose requests may change anything.

A request that changes something needs two things: the token of the person's own session, and an
origin that is this site, which no other site can make a browser claim.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, current_app, request
from werkzeug.exceptions import Forbidden

from livedrop.extensions import csrf

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

View = TypeVar("View", bound=Callable[..., Any])

REPORTS = "/policy-reports"  # where browsers tell what they refused: livedrop/web/reports.py
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "report-uri": REPORTS,  # for browsers that do not know the next
    "report-to": "policy",
}
UNUSED = ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "Reporting-Endpoints": f'policy="{REPORTS}"',
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
}

SHOWN = f"img-src {POLICY['img-src']}"  # to which another place may be added


class Forged(Forbidden):
    """A request that changes something and was not made by one of our own pages."""

    description = "This was not sent from one of our pages."


def init_app(app: Flask, pictures: str = "") -> None:
    """Guard every unsafe route of `app`, tokens included, and set the headers of every answer.

    `pictures` is an origin that pictures may come from, too.
    """
    app.before_request(refuse_foreign)
    csrf.init_app(app)
    app.wsgi_app = SetsHeaders(app.wsgi_app, pictures)  # type: ignore[method-assign]


def guarded_otherwise(reason: str) -> Callable[[View], View]:
    """Mark a view that is called by machines: no session, so no token; `reason` names its guard."""

    def mark(view: View) -> View:
        view.__dict__["guarded_otherwise"] = reason
        csrf.exempt(view)
        return view

    return mark


def refuse_foreign() -> None:
    """Refuse what a browser says was made by another site. Old ones that say nothing at all
    still need the token."""
    if request.method in SAFE or _guarded_otherwise():
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Forged
    origin = request.headers.get("Origin")
    if origin is not None and not is_ours(origin):
        raise Forged


def is_ours(origin: str | None) -> bool:
    """Whether a browser says that one of our own pages asks; saying nothing is a no."""
    return origin is not None and origin.partition("://")[2] == request.host


class SetsHeaders:
    """Adds what an answer does not say itself; without a word on caching it is for nobody else.

    Around the application and not in it, where each header costs as much as all of them here.
    """

    def __init__(self, app: "WSGIApplication", pictures: str) -> None:
        self.app = app
        policy = HEADERS["Content-Security-Policy"].replace(SHOWN, f"{SHOWN} {pictures}".rstrip())
        headers = HEADERS | {"Content-Security-Policy": policy, "Cache-Control": "no-store"}
        self.always = tuple(headers.items())

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        def start(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            said = {name.lower() for name, _ in headers}
            headers += [(name, value) for name, value in self.always if name.lower() not in said]
            return start_response(status, headers, exc_info)

        return self.app(environ, start)


def _guarded_otherwise() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return hasattr(view, "guarded_otherwise")
