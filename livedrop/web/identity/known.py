"""Browsers in which somebody has signed in before.

Strangers who try somebody's password from many addresses are slowed down for that account; its
owner must not be, or anybody could lock anybody out. So each sign-in leaves a mark in its browser
that nobody else can make. It opens nothing: who has it may try, as often as one address may.
"""

import hmac

from flask import Response, request

from livedrop.lib.keys import keys

COOKIE = "__Host-known"
PEOPLE = 5  # who share a browser; beyond, the one not seen for the longest time is forgotten
YEAR = 365 * 24 * 3600  # seconds


def is_known(email: str) -> bool:
    """Whether somebody signed in with this address in the browser that asks."""
    mine = [_mark(email, key) for key in keys()]
    return any(hmac.compare_digest(one, mark) for mark in _marks() for one in mine)


def remember(response: Response, email: str) -> Response:
    """Leave the mark of this address in the browser that gets `response`."""
    mine = _mark(email, keys()[-1])
    marks = [mine, *(mark for mark in _marks() if mark != mine)][:PEOPLE]
    response.set_cookie(
        COOKIE, ".".join(marks), max_age=YEAR, secure=True, httponly=True, samesite="Lax"
    )
    return response


def _marks() -> list[str]:
    """What the browser says, of which a mark we did not make is like none."""
    said = request.cookies.get(COOKIE, "")
    return said.split(".")[:PEOPLE] if said.isascii() else []


def _mark(email: str, key: str) -> str:
    content = b"browser known as " + email.strip().lower().encode(errors="replace")
    return hmac.digest(key.encode(), content, "sha256").hex()
