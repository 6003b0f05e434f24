"""Other services of ours: they show a token that is for this, made just now, and used once."""

import threading
from collections import OrderedDict
from datetime import timedelta
from time import monotonic

from flask import Response, current_app, request
from werkzeug.exceptions import Unauthorized

from livedrop.lib import cache
from livedrop.lib.errors import Unavailable
from livedrop.lib.tokens import BadToken, issue, read

KIND = "service+jwt"
AUDIENCE = "livedrop-internal"
LASTS = timedelta(seconds=60)
REMEMBERED = 10_000  # tokens in memory at most; within a minute nobody makes as many


class Used:
    """Names of tokens that were shown to this process in the last minute, and to the others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: OrderedDict[str, float] = OrderedDict()

    def first(self, name: str) -> bool:
        """Whether nobody showed it before. While Redis is away only this process is asked: a token
        that was overheard then opens one door of each other process, for what is left of its
        minute."""
        if not self._first_here(name):
            return False
        return cache.first(f"service-token:{name}", seconds=int(LASTS.total_seconds()) + 2)

    def _first_here(self, name: str) -> bool:
        with self._lock:
            now = monotonic()
            while self._until and next(iter(self._until.values())) < now:
                self._until.popitem(last=False)
            if name in self._until or len(self._until) >= REMEMBERED:
                return False
            self._until[name] = now + LASTS.total_seconds() + 2
            return True


def service_token(service: str) -> str:
    """A token for one call by the service of this name."""
    return issue(kind=KIND, audience=AUDIENCE, subject=service, lasts=LASTS)


def service() -> str:
    """Which service calls. Raises `Unauthorized` unless it shows a token that is good, once."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise BadToken
        said = read(token.strip(), kind=KIND, audience=AUDIENCE, longest=LASTS)
        if not _used().first(str(said["jti"])):
            raise BadToken
        return str(said["sub"])
    except BadToken as error:
        answer = Response("This is for services of ours.\n", 401, mimetype="text/plain")
        answer.headers["WWW-Authenticate"] = 'Bearer realm="livedrop-internal"'
        raise Unauthorized(response=answer) from error


def is_service() -> bool:
    """Whether a service calls that is let in; nobody is refused."""
    try:
        return bool(service())
    except (Unauthorized, Unavailable):  # without the database nobody can tell the time
        return False


def _used() -> Used:
    used: Used = current_app.extensions.setdefault("service-tokens", Used())
    return used
