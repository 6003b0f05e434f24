"""Plain HTTP: methods that forms cannot send, what none may say, redirects that stay at home."""

import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from secrets import token_hex
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from flask import request
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.http import parse_accept_header
from werkzeug.routing import IntegerConverter

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROUTE = "livedrop.route"  # where the pattern that a request's address fits stands in its environ

FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
OVERRIDES = {"PUT", "PATCH", "DELETE"}
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class NumberConverter(IntegerConverter):
    """A number in an address, which fits into 64 bits: any other leads nowhere (404), and never
    reaches a statement."""

    regex = "[0-9]{1,18}"


class MethodOverride:
    """Lets `<form action="/orders/1?_method=DELETE" method="post">` reach a DELETE.

    In the address rather than the body, so that nothing has to be read before it is known where
    it goes. Only a POST is turned, and only into what is guarded like one. Under `except_for` a
    request is what it says it is.
    """

    def __init__(self, app: "WSGIApplication", *, except_for: tuple[str, ...] = ()) -> None:
        self.app = app
        self.except_for = except_for  # beginnings of paths

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        query = environ.get("QUERY_STRING", "")
        turnable = environ["REQUEST_METHOD"] == "POST" and "_method=" in query
        if turnable and not environ.get("PATH_INFO", "").startswith(self.except_for):
            method = parse_qs(query).get("_method", [""])[-1].upper()
            if method in OVERRIDES:
                environ["REQUEST_METHOD"] = method
        return self.app(environ, start_response)


def refuse_nul() -> None:
    """Refuse, before anything reads it, the one character that Postgres cannot keep nor compare.

    Nothing has it in its name and nobody can type it, so no form needs words for it. What is no
    form is left to whoever reads it.
    """
    if "\0" in request.path:
        raise NotFound
    sent = request.values if request.mimetype in FORMS else request.args
    if any("\0" in text for texts in sent.listvalues() for text in texts):
        raise BadRequest


def request_id(environ: "WSGIEnvironment") -> str:
    """The name by which a request is known: what a gateway or an app calls it, if that can be
    written down as it is, else one of our own."""
    said = str(environ.get("HTTP_X_REQUEST_ID", ""))
    return said if REQUEST_ID.fullmatch(said) else token_hex(8)


def safe_path(url: str | None, default: str = "/") -> str:
    """Where to go next, if `url` leads to this very site; `default` if it may lead elsewhere.

    A full address of ours is cut to its path. Browsers read `\\` as `/` and leave out control
    characters, so what contains either is not trusted to be what it looks like.
    """
    if not url or "\\" in url or any(char <= " " or char == "\x7f" for char in url):
        return default
    try:
        parts = urlsplit(url)
    except ValueError:  # an address in brackets that is none
        return default
    elsewhere = parts.netloc != request.host if parts.netloc or parts.scheme else False
    if elsewhere or parts.scheme not in {"", "http", "https"} or not parts.path.startswith("/"):
        return default
    path = "/" + parts.path.lstrip("/")
    return f"{path}?{parts.query}" if parts.query else path


def caller() -> str:
    """Whom a request comes from, as limits count: an address, or of IPv6 the /64 around it, all of
    which one caller has."""
    return _caller(request.remote_addr or "")


@lru_cache(maxsize=10_000)
def _caller(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Address(int(found) >> 64 << 64)) if found.version == 6 else address


def takes_gzip(environ: "WSGIEnvironment") -> bool:
    """Whether the answer may be sent gzipped."""
    return _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))


@lru_cache(maxsize=256)  # browsers say a handful of things
def _takes_gzip(accepted: str) -> bool:
    return parse_accept_header(accepted).quality("gzip") > 0
