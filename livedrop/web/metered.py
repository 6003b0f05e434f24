"""Each request's name, and what came of it: one line in the log, and how long its kind takes."""

from collections.abc import Callable, Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any

from flask import Flask, request

from livedrop.lib import logs
from livedrop.lib.http import ROUTE, request_id
from livedrop.lib.metrics import Timing

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# As OpenTelemetry names and divides it, until an answer begins.
REQUESTS = Timing(
    "http_server_request_duration_seconds",
    "Seconds until an answer begins, by the pattern of its address.",
    ("http_request_method", "http_route", "http_response_status_code"),
    bounds=(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0),
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "_OTHER"  # whatever else a visitor calls a method
NOWHERE = "nowhere"  # the route of what leads nowhere, or they would be as many as visitors like
SOCKET = "/live"  # stays open, so what it takes says nothing of others


def init_app(app: Flask) -> None:
    @app.before_request
    def name_route() -> None:
        if request.url_rule is not None:
            request.environ[ROUTE] = request.url_rule.rule

    app.wsgi_app = Metered(app.wsgi_app)  # type: ignore[method-assign]


class Metered:
    """Around everything, so that it sees kept pages too.

    The gateway names each request; one that comes without a name, or with a strange one, is named
    here. The answer says the name, so that somebody who asks for help can.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        begun = monotonic()
        name = environ["HTTP_X_REQUEST_ID"] = request_id(environ)
        logs.REQUEST.set(name)
        answered = False

        def note(status: int) -> None:
            nonlocal answered
            answered = True
            method = environ["REQUEST_METHOD"]
            note_answer(
                method if method in METHODS else OTHER,
                environ.get(ROUTE, NOWHERE),
                status,
                monotonic() - begun,
            )

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            note(int(status[:3]))
            return start_response(status, [*headers, ("X-Request-Id", name)], exc_info)

        if environ.get("PATH_INFO") != SOCKET:
            return self.app(environ, start)
        try:
            return self.app(environ, start)
        finally:
            if not answered:  # it was a socket, and is over
                note(101)


def note_answer(method: str, route: str, status: int, seconds: float) -> None:
    if status != 101:
        REQUESTS.note(seconds, method, route, str(status))
    logs.request(method, route, status, seconds)
