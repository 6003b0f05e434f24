"""Each request as a step of the trace it says it belongs to, or of one that begins here.

Only there while traces are sent: without, no request passes through this.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

from livedrop.lib import traces
from livedrop.lib.http import ROUTE
from livedrop.web.metered import METHODS, NOWHERE, OTHER, SOCKET

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def init_app(app: Flask) -> None:
    app.wsgi_app = Traced(app.wsgi_app)  # type: ignore[method-assign]


class Traced:
    """Named by the method and the pattern of the address, as OpenTelemetry has it. Sockets are left
    out: what they are told is traced, and not that they are open for hours."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == SOCKET:
            return self.app(environ, start_response)
        method = environ["REQUEST_METHOD"]
        facts = {
            "http.request.method": method if method in METHODS else OTHER,
            "livedrop.request_id": environ["HTTP_X_REQUEST_ID"],  # as the log calls it
        }
        parent = environ.get("HTTP_TRACEPARENT")
        with traces.request(facts["http.request.method"], parent, **facts) as span:

            def start(
                status: str, headers: list[tuple[str, str]], exc_info: Any = None
            ) -> Callable[[bytes], object]:
                if span:
                    route = environ.get(ROUTE, NOWHERE)
                    span.update_name(f"{facts['http.request.method']} {route}")
                    span.set_attribute("http.route", route)
                    span.set_attribute("http.response.status_code", int(status[:3]))
                return start_response(status, headers, exc_info)

            return self.app(environ, start)
