"""How many requests come to which door, how they end, and how long they wait for the first byte."""

from collections.abc import Callable, Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any

from flask import Flask

from livedrop.lib.metrics import Timing

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REQUESTS = Timing(
    "livedrop_request_seconds",
    "Seconds until an answer begins, by the first part of its address.",
    ("door", "status"),
)
SOCKET = "live"  # stays open, so it has no such seconds


def init_app(app: Flask) -> None:
    rules = [rule.rule.split("/")[1] for rule in app.url_map.iter_rules()]
    doors = frozenset(name for name in rules if "<" not in name)
    app.wsgi_app = Metered(app.wsgi_app, doors)  # type: ignore[method-assign]


class Metered:
    """Around everything, so that it sees kept pages too. The doors are those of the application:
    whatever else is asked for is one, or the numbers would be as many as visitors like."""

    def __init__(self, app: "WSGIApplication", doors: frozenset[str]) -> None:
        self.app, self.doors = app, doors

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        door = self._door(environ.get("PATH_INFO", ""))
        if door == SOCKET:
            return self.app(environ, start_response)
        begun = monotonic()

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            REQUESTS.note(monotonic() - begun, door, f"{status[0]}xx")
            return start_response(status, headers, exc_info)

        return self.app(environ, start)

    def _door(self, path: str) -> str:
        first = path[1:].partition("/")[0]
        if first in self.doors:
            return first or "home"
        return "creator" if first.startswith("@") else "nowhere"
