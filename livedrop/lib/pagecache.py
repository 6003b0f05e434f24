"""A micro-cache for answers that are the same for everybody, in front of a WSGI application.

Rendering a page costs fifty times what handing out its bytes does, and at a drop's start everyone
asks for the same one. So an answer is kept in process memory for about a second; when that is over
it is rendered once and everybody waits for that, but nobody for long. What makes sharing safe is
that the renderer is not told who asks: cookies, address and every other header a person sends are
taken away first.
"""

import gzip
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from io import BytesIO
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from livedrop.lib.http import ROUTE, takes_gzip

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Variant = tuple[tuple[str, str], ...]  # the headers that choose a form, as the renderer sees them
Headers = list[tuple[str, str]]

FRESH_FOR = "pagecache.fresh_for"  # where the renderer leaves seconds, in its environ
OLD = "pagecache.old"  # and there, that what it says is older than it should be
TOLD = {"SCRIPT_NAME", "PATH_INFO", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "HTTP_HOST"}
OURS = {"cache-control", "content-length", "etag", "vary", "x-request-id"}  # never the renderer's
NOT_IN_304 = {"content-encoding", "content-length", "content-type"}

PATIENCE = 0.4  # seconds a caller waits for another's rendering with an older page at hand
LONGEST = 5.0  # seconds it waits without one, and after which another may render

RENEWING = 1  # seconds a cache further out may go on with a page while it asks for the next
ROUNDED = 1.0  # seconds it may keep it longer than it was told, because it counts whole ones


class Key(NamedTuple):
    """What an answer depends on."""

    scheme: str
    host: str
    path: str
    query: str
    variant: Variant


@dataclass(frozen=True, slots=True)
class Page:
    """An answer as it is handed out. Instants are monotonic seconds of this process."""

    status: str
    headers: Headers
    body: bytes
    gzipped: bytes = b""  # only pages that are kept have one, and a tag
    etag: str = ""
    rendered_at: float = 0.0
    fresh_until: float = 0.0
    changes_at: float = inf  # from when the passing of time alone makes it wrong
    stale: bool = False
    route: str = ""  # the pattern of its address

    @property
    def size(self) -> int:
        return len(self.body) + len(self.gzipped)


@dataclass(slots=True)
class Flight:
    """One rendering under way and what came of it: a page, or the error it crashed with."""

    begun: float
    done: threading.Event = field(default_factory=threading.Event)
    page: Page | None = None
    error: Exception | None = None

    @property
    def for_all(self) -> bool:
        return self.page is not None and not _sets_cookie(self.page)


BUSY = Page(
    "503 SERVICE UNAVAILABLE",
    [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Security-Policy", "default-src 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
        ("Retry-After", "1"),
    ],
    b"This page takes too long just now. Please try again in a second.\n",
)


class PageCache:
    """The middleware.

    `rule` names the query parameters a public answer depends on, or is None for what is private;
    `variant` tells the forms of an answer apart by headers, which `vary` names; what `passes` is
    let through to the application, whatever it asks for. A page is
    compressed once, and at most `seconds` old. Only while the application answers 5xx or does not
    answer may it be older, up to `stale_seconds`, and says so: by a `Warning` header and by `mark`,
    applied to its body. Pages take up to `capacity` bytes; the ones not rendered for the longest
    time go first.
    """

    def __init__(
        self,
        app: "WSGIApplication",
        *,
        rule: "Callable[[WSGIEnvironment], frozenset[str] | None]",
        variant: "Callable[[WSGIEnvironment], Variant]" = lambda environ: (),
        passes: "Callable[[WSGIEnvironment], bool]" = lambda environ: False,
        vary: str = "",
        mark: Callable[[bytes], bytes] = lambda body: body,
        seconds: float = 1.0,
        stale_seconds: float = 300.0,
        capacity: int = 32 * 1024 * 1024,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.app, self.rule, self.variant, self.mark = app, rule, variant, mark
        self.passes = passes
        self.seconds, self.stale_seconds, self.capacity = seconds, stale_seconds, capacity
        self.clock = clock
        self.vary: Headers = [("Vary", f"{vary}, Accept-Encoding" if vary else "Accept-Encoding")]
        # While nobody answers at all a cache further out may do as this one does.
        aged = f"max-age={int(seconds)}, stale-while-revalidate={RENEWING}"
        steady = f"public, {aged}, stale-if-error={int(stale_seconds)}"
        self.steady: Headers = [("Cache-Control", steady)]
        self.changing: Headers = [("Cache-Control", "public, no-cache")]
        self._pages: dict[Key, Page] = {}  # in the order they were rendered
        self._size = 0
        self._flights: dict[Key, Flight] = {}
        self._lock = threading.Lock()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        key = self._key(environ)
        if key is None:
            return self.app(environ, start_response)
        page = self._pages.get(key)
        if page is None or page.fresh_until <= self.clock():
            page = self._fetch(key, environ)
        return self._hand_out(page, environ, start_response)

    def _key(self, environ: "WSGIEnvironment") -> Key | None:
        host = environ.get("HTTP_HOST")
        if host is None or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return None
        if self.passes(environ):
            return None
        query = environ.get("QUERY_STRING", "")
        scheme, path = environ["wsgi.url_scheme"], environ.get("PATH_INFO", "")
        key = Key(scheme, host, path, "", self.variant(environ))
        if not query and key in self._pages:
            return key  # what is kept is public: no need to ask the rule
        names = self.rule(environ)
        if names is None:
            return None
        # Parameters the page does not know would fill the memory with copies of it.
        known = sorted(pair for pair in parse_qsl(query) if pair[0] in names)
        return key._replace(query=urlencode(known))

    def _fetch(self, key: Key, environ: "WSGIEnvironment") -> Page:
        """A page that is fresh now, from a rendering that this caller begins or finds under way."""
        begun = self.clock()
        while True:
            with self._lock:
                page = self._pages.get(key)
                now = self.clock()
                if page and page.fresh_until > now:
                    return page
                flight = self._flights.get(key)
                # What renders for so long may never end: its connection was swallowed, say.
                if first := flight is None or now - flight.begun > LONGEST:
                    flight = self._flights[key] = Flight(now)
            assert flight is not None
            if first:
                # On a thread of its own, so that whoever begins it need not wait for it longer
                # than the others do.
                told = anonymous(environ, key)
                threading.Thread(target=self._lead, args=(flight, key, told), daemon=True).start()
            old = page if page and self._may_be_stale(page) else None
            if not flight.done.wait((PATIENCE if old else LONGEST) - (now - begun)):
                return self._overtake(flight, key, old) if old else BUSY
            if flight.page and (first or flight.for_all):
                return flight.page
            if first and flight.error:
                raise flight.error

    def _lead(self, flight: Flight, key: Key, told: "WSGIEnvironment") -> None:
        """Render, and let the waiting go on whatever comes of it."""
        try:
            page = self._render(told)
            old = self._pages.get(key)
            if page.status.startswith("5") and old and self._may_be_stale(old):
                page = self._staled(old)
            flight.page = page
        except Exception as error:
            flight.error = error
        finally:
            with self._lock:
                if self._flights.get(key) is flight:
                    del self._flights[key]
                    if flight.page and flight.page.etag:
                        self._put(key, flight.page)
            flight.done.set()

    def _overtake(self, flight: Flight, key: Key, old: Page) -> Page:
        """Hand out the older page, marked, also to those who come while the rendering lasts."""
        page = self._staled(old)
        with self._lock:
            if self._flights.get(key) is flight:
                self._put(key, page)
        return page

    def _render(self, told: "WSGIEnvironment") -> Page:
        begun = self.clock()  # before anything is read: a page is as old as its oldest fact
        page = replace(_call(self.app, told), route=told.get(ROUTE, ""))
        if not page.status.startswith("200") or _sets_cookie(page):
            return page
        fresh_for = told.get(FRESH_FOR, inf)
        page = replace(
            page,
            headers=[pair for pair in page.headers if pair[0].lower() not in OURS] + self.vary,
            gzipped=_gzip(page.body),
            etag=_etag(page.body),
            rendered_at=begun,
            fresh_until=begun + min(self.seconds, fresh_for),
            changes_at=begun + fresh_for,
        )
        return self._staled(page) if told.get(OLD) else page

    def _put(self, key: Key, page: Page) -> None:
        """Keep `page` as the latest; needs the lock."""
        self._forget(key)
        self._pages[key] = page
        self._size += page.size
        while self._size > self.capacity:
            self._forget(next(iter(self._pages)))

    def _forget(self, key: Key) -> None:
        page = self._pages.pop(key, None)
        self._size -= page.size if page else 0

    def _may_be_stale(self, page: Page) -> bool:
        return self.clock() - page.rendered_at < self.stale_seconds

    def _staled(self, page: Page) -> Page:
        """The page, marked; good for a moment, so that not every caller waits for the next try."""
        fresh_until = self.clock() + self.seconds
        if page.stale:
            return replace(page, fresh_until=fresh_until)
        body = self.mark(page.body)
        return replace(
            page,
            headers=[*page.headers, ("Warning", '110 - "Response is Stale"')],
            body=body,
            gzipped=_gzip(body),
            etag=_etag(body),
            fresh_until=fresh_until,
            stale=True,
        )

    def _hand_out(
        self, page: Page, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        headers, body = page.headers, page.body
        if page.route:
            environ[ROUTE] = page.route
        if page.etag:
            # What a cache further out keeps must not outlive the page's next change of state.
            left = page.changes_at - self.clock()
            soon = page.stale or left < self.seconds + ROUNDED + RENEWING
            age = self.changing if soon else self.steady
            headers = [*headers, *age]
            if takes_gzip(environ):
                body = page.gzipped
                # Weak: the same page by other bytes.
                headers += [("ETag", f"W/{page.etag}"), ("Content-Encoding", "gzip")]
            else:
                headers.append(("ETag", page.etag))
            if _matches(environ.get("HTTP_IF_NONE_MATCH"), page.etag):
                kept = [pair for pair in headers if pair[0].lower() not in NOT_IN_304]
                start_response("304 NOT MODIFIED", kept)
                return []
            headers.append(("Content-Length", str(len(body))))
        start_response(page.status, list(headers))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def anonymous(environ: "WSGIEnvironment", key: Key) -> "WSGIEnvironment":
    """The request as anybody could have sent it: nothing in it but what is in the key."""
    told = {name: environ[name] for name in environ if name in TOLD or name.startswith("wsgi.")}
    told |= {"REQUEST_METHOD": "GET", "QUERY_STRING": key.query, "wsgi.input": BytesIO()}
    return told | dict(key.variant)


def _call(app: "WSGIApplication", environ: "WSGIEnvironment") -> Page:
    """Run the application to its end and take its answer as a value."""
    head: list[Any] = []
    body: list[bytes] = []

    def start_response(
        status: str, headers: Headers, exc_info: object = None, /
    ) -> Callable[[bytes], object]:
        head[:] = status, headers
        return body.append

    answer = app(environ, start_response)
    try:
        body.extend(answer)
    finally:
        if close := getattr(answer, "close", None):
            close()
    status, headers = head
    return Page(status, headers, b"".join(body))


def _sets_cookie(page: Page) -> bool:
    return any(name.lower() == "set-cookie" for name, _ in page.headers)


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)


def _etag(body: bytes) -> str:
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def _matches(asked: str | None, etag: str) -> bool:
    """Whether If-None-Match names this page; proxies that compress weaken the tag."""
    if not asked:
        return False
    return asked == etag or asked == "*" or etag in asked.replace("W/", "").split(", ")
