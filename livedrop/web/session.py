"""Who is asking, and from where.

A signed cookie, or at the API a signed token, claims an identity; a row in the database says
whether the claim still holds. A process remembers a verified sign-in for some seconds, so that not
every request asks. The order path reads the claim alone and lets its batch verify what is not
remembered.
"""

import logging
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from secrets import token_hex
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import current_user
from flask_login.mixins import UserMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer

from livedrop.accounts import commands, queries
from livedrop.accounts.queries import Look, SignedIn
from livedrop.extensions import login_manager
from livedrop.lib import http
from livedrop.lib.errors import Unavailable
from livedrop.outbox.record import origin, request_id

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

LOOK = "look"  # in whose place an admin looks, by the name of an `Impersonation`
MARK = "__Host-look"  # that they do
CLAIM = "_user_id"  # Flask-Login's name for it: "<user id>.<sign-in id>"
REMEMBERED = 50_000  # sign-ins in memory at most


@dataclass(frozen=True, slots=True)
class Present(UserMixin):  # type: ignore[misc]  # the library comes without types
    """The person behind a request, as Flask-Login wants to be told."""

    person: SignedIn


class Memory:
    """Sign-ins this process verified lately, by id. Bounded; the oldest are forgotten first."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._lock = Lock()
        self._verified: OrderedDict[UUID, tuple[float, SignedIn]] = OrderedDict()

    def recall(self, sign_in_id: UUID) -> SignedIn | None:
        until, person = self._verified.get(sign_in_id, (0.0, None))
        return person if until > monotonic() else None

    def keep(self, person: SignedIn) -> None:
        with self._lock:
            self._verified.pop(person.sign_in_id, None)
            self._verified[person.sign_in_id] = (monotonic() + self.seconds, person)
            while len(self._verified) > REMEMBERED:
                self._verified.popitem(last=False)

    def forget(self, sign_in_id: UUID) -> None:
        with self._lock:
            self._verified.pop(sign_in_id, None)

    def forget_person(self, user_id: int) -> None:
        """All sign-ins of one person."""
        with self._lock:
            theirs = [key for key, (_, who) in self._verified.items() if who.user_id == user_id]
            for sign_in_id in theirs:
                del self._verified[sign_in_id]


class KnowsOrigin:
    """Tells the outbox from which address a request came and what it is called, for as long as it
    is answered."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        token = origin.set(environ.get("REMOTE_ADDR"))
        name = request_id.set(http.request_id(environ))
        try:
            return self.app(environ, start_response)
        finally:
            request_id.reset(name)
            origin.reset(token)


class CookieSessions(SecureCookieSessionInterface):
    """Flask's own signed cookies; what signs them is made once and not for every request."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie says, whatever its age by this host's clock: one that stepped back would
        sign out whoever signed in last. How long a sign-in holds stands in its row."""
        signer = self.get_signing_serializer(app)
        if signer is None:
            return None
        signed = request.cookies.get(self.get_cookie_name(app))
        try:
            return self.session_class(signer.loads(signed) if signed else None)
        except BadSignature:
            return self.session_class()


def init_app(app: Flask, *, memory_seconds: float) -> None:
    app.session_interface = CookieSessions()
    # Not `login_manager.init_app`: for a "remember me" we do not have it would read the session
    # of every request and load its person for every template, which makes each page personal.
    app.login_manager = login_manager  # type: ignore[attr-defined]
    login_manager.session_protection = None
    login_manager.user_loader(_load)
    app.extensions["sign-ins"] = Memory(memory_seconds)
    app.after_request(_note_seen)
    app.after_request(_mark_look)
    app.wsgi_app = KnowsOrigin(app.wsgi_app)  # type: ignore[method-assign]


def current() -> SignedIn | None:
    """The person who asks, verified at most `sign_in_memory_seconds` ago; None for a visitor.
    While an admin looks as somebody else it is that person: `web/looking.py` sees to it that they
    only look."""
    if "claimed" in g:
        return verified(*g.claimed) if g.claimed else None
    if (as_other := look()) is not None:
        return as_other.person
    present = current_user._get_current_object()
    return present.person if isinstance(present, Present) else None


def look() -> Look | None:
    """How who asks looks as somebody else; None for everybody who is themself. Asked of the
    database each time: nobody remembers it, so it ends at once everywhere."""
    if "look" not in g:
        g.look = _look()
    looks: Look | None = g.look
    return looks


def looks() -> bool:
    """Whether the browser says that its admin looks as somebody else, or did.

    Said by a cookie of its own, too, which a cache can see without a key. A browser that leaves it
    out is its admin's own again, with their own rights.
    """
    return MARK in request.cookies and LOOK in session


def begin_look(look_id: UUID) -> None:
    session[LOOK] = str(look_id)
    g.mark_look = True


def end_look() -> None:
    session.pop(LOOK, None)
    g.mark_look = False
    g.pop("look", None)


def _look() -> Look | None:
    own = claimed_identity()
    if own is None or not looks():
        return None
    try:
        return queries.looking(UUID(session[LOOK]), *own)
    except ValueError:
        return None


def _mark_look(response: Response) -> Response:
    if (begins := g.pop("mark_look", None)) is not None:
        response.set_cookie(
            MARK,
            "1" if begins else "",
            max_age=None if begins else 0,
            secure=True,
            httponly=True,
            samesite="Lax",
        )
    return response


def claimed_identity() -> tuple[int, UUID] | None:
    """Who the signed cookie says is asking (user id, sign-in id), without asking the database.

    It may have ended or be suspended meanwhile; see `remembered`.
    """
    if "claimed" in g:
        claimed: tuple[int, UUID] | None = g.claimed
        return claimed
    return _parse(session.get(CLAIM))


def claim(identity: tuple[int, UUID] | None) -> None:
    """Let this request be that sign-in's or, with None, nobody's, whatever its cookies say."""
    g.claimed = identity


def verified(user_id: int, sign_in_id: UUID) -> SignedIn | None:
    """The person of this sign-in, from memory or else from the database; None if it has ended."""
    person = memory().recall(sign_in_id)
    if person is None:
        person = queries.signed_in(user_id, sign_in_id)
        if person:
            memory().keep(person)
            if person.seen_long_ago:
                g.seen = person.sign_in_id
    return person if person and person.user_id == user_id else None


def remembered(sign_in_id: UUID) -> bool:
    """Whether this process verified it lately, and the person may do more than read."""
    person = memory().recall(sign_in_id)
    return person is not None and not person.suspended


def begin(user_id: int, sign_in_id: UUID) -> None:
    """Let this browser be that sign-in. Nothing of the session before it is carried over.

    What its tokens are made of is chosen now. Left to the first form that is shown, a page whose
    fragments are asked for at once would get several, of which the last cookie keeps one.
    """
    session.clear()
    session[CLAIM] = f"{user_id}.{sign_in_id}"
    session["csrf_token"] = token_hex(20)


def end() -> None:
    """Let this browser be nobody, and this process not remember who it was."""
    if claimed := claimed_identity():
        memory().forget(claimed[1])
    session.clear()


def memory() -> Memory:
    remembered_here: Memory = current_app.extensions["sign-ins"]
    return remembered_here


def _load(claim: str) -> Present | None:
    claimed = _parse(claim)
    person = verified(*claimed) if claimed else None
    return Present(person) if person else None


def _note_seen(response: Response) -> Response:
    """Of a sign-in that is used again, at most once an hour. Not worth an answer that fails: the
    next one notes it."""
    sign_in_id: UUID | None = g.pop("seen", None)
    if sign_in_id:
        try:
            commands.note_seen(sign_in_id=sign_in_id)
        except Unavailable:
            log.warning("it was not noted that a sign-in is in use")
    return response


def _parse(claim: str | None) -> tuple[int, UUID] | None:
    user_id, separator, sign_in_id = (claim or "").partition(".")
    try:
        return (int(user_id), UUID(sign_in_id)) if separator else None
    except ValueError:
        return None
