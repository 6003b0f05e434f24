"""The only file that reads or writes the headers of htmx: page or fragment, and where to next."""

from typing import TYPE_CHECKING, Any

from flask import Response, make_response, render_template, request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# An answer that has two forms depends on these; a cache that ignores them shows parts as pages.
VARY = ("HX-Request", "HX-Request-Type")


def wants_fragment() -> bool:
    """Whether htmx asks for a part of a page, rather than a browser or htmx for all of it."""
    return asks_for_fragment(request.environ)


def asks_for_fragment(environ: "WSGIEnvironment") -> bool:
    """As `wants_fragment`, of a request that has not reached the application yet."""
    partial = environ.get("HTTP_HX_REQUEST_TYPE") == "partial"
    return partial and environ.get("HTTP_HX_REQUEST") == "true"


def respond(page: str, fragment: str, status: int = 200, **context: Any) -> Response:
    """Render what was asked for: the whole page, or the fragment of it that changes."""
    template = fragment if wants_fragment() else page
    return varied(make_response(render_template(template, **context), status))


def see_other(url: str) -> Response:
    """Send the browser on after a POST. `url` is ours: never pass one that came with a request
    without `lib.http.safe_path`.

    htmx would follow a 303 itself and put the whole page into the part it asked for.
    """
    if wants_fragment():
        return varied(Response(status=204, headers={"HX-Redirect": url}))
    # Without the few words that nobody sees: with them the answer leaves in two packets.
    return varied(Response(status=303, headers={"Location": url}))


def beside(response: Response, target: str, swap: str = "beforeend") -> Response:
    """Let htmx put the answer somewhere else than where the request expected it."""
    response.headers["HX-Retarget"] = target
    response.headers["HX-Reswap"] = swap
    return response


def current_path() -> str | None:
    """The address of the page that htmx asks from."""
    return request.headers.get("HX-Current-URL")


def varied(response: Response) -> Response:
    response.vary.update(VARY)
    return response
