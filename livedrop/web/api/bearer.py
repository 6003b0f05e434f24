"""Who asks at the API: whoever's access token the request bears. Cookies are not looked at.

Signature and claims are checked here, in the process, without asking anybody; the sign-in that the
token names is checked like a browser's, by a row or by what is remembered of it for five seconds.
"""

from datetime import timedelta
from uuid import UUID

from flask import request

from livedrop.lib.errors import DomainError
from livedrop.lib.tokens import BadToken, issue, read
from livedrop.web import session

KIND = "at+jwt"  # RFC 9068
AUDIENCE = "livedrop-api"
LASTS = timedelta(minutes=10)


def access_token(user_id: int, sign_in_id: UUID) -> str:
    """A token that names this person and sign-in, for ten minutes."""
    return issue(
        kind=KIND, audience=AUDIENCE, subject=str(user_id), lasts=LASTS, sid=str(sign_in_id)
    )


def identify() -> None:
    """Let the request be whose token it bears; nobody's without one. Refuses any other (401)."""
    session.claim(None)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return
    if scheme.lower() != "bearer":
        raise DomainError("invalid-token", 401)
    session.claim(_claimed(token.strip()))


def check(needs: str) -> None:
    """Refuse (401) nobody, where a `person` is needed, and whoever's sign-in has ended.

    Where the `claim` is enough, whoever acts on it checks the sign-in.
    """
    if session.claimed_identity() is None:
        if needs:
            raise DomainError("not-signed-in", 401)
    elif needs != "claim" and session.current() is None:
        raise DomainError("signed-out", 401)


def _claimed(token: str) -> tuple[int, UUID]:
    try:
        said = read(token, kind=KIND, audience=AUDIENCE, longest=LASTS)
        return int(said["sub"]), UUID(said["sid"])
    except (BadToken, KeyError, ValueError, AttributeError, TypeError) as error:
        raise DomainError("invalid-token", 401) from error
