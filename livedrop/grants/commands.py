"""Refresh tokens are given out and exchanged, live tickets are made and taken."""

from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from uuid import UUID

from livedrop.accounts import steps as accounts
from livedrop.accounts.events import UserSignedOut
from livedrop.grants import secrets, steps
from livedrop.grants.events import RefreshTokenReused
from livedrop.grants.models import Family
from livedrop.lib.db import Tx, transaction
from livedrop.lib.errors import DomainError
from livedrop.lib.ids import new_token
from livedrop.outbox.record import record

LOST_ANSWER = timedelta(seconds=10)  # for so long the last token is exchanged again, for the same
CHUNK = 1000  # tickets forgotten in one transaction


class InvalidToken(DomainError):
    """Nobody can come in by this."""

    def __init__(self, code: str = "invalid-token") -> None:
        super().__init__(code, 401)


@dataclass(frozen=True, slots=True)
class Refreshed:
    user_id: int
    sign_in_id: UUID
    token: str  # the next refresh token


def begin(*, sign_in_id: UUID) -> str:
    """The first refresh token of a sign-in. Records nothing: that somebody signed in is known."""
    family_id, secret = UUID(bytes=secrets.new_secret()[:16]), secrets.new_secret()
    with transaction() as tx:
        tx.add(Family(id=family_id, sign_in_id=sign_in_id, current=secrets.digest(secret)))
    return secrets.joined(family_id, secret)


def refresh(*, token: str) -> Refreshed:
    """Exchange a refresh token for the next one, once.

    The last one that was exchanged is answered the same for ten seconds, for whoever did not get
    the answer. Any older one ends the sign-in, as somebody else has it too: records
    RefreshTokenReused and UserSignedOut. Raises `invalid-token`, `token-reused`.
    """
    parts = secrets.split(token)
    if parts is None:
        raise InvalidToken
    family_id, secret = parts
    with transaction() as tx:
        family = steps.lock(tx, family_id)
        user_id = steps.user_of(tx, family.sign_in_id) if family else None
        if family is None or user_id is None:
            raise InvalidToken
        following = secrets.successor(family_id, secret)
        known = _exchange(tx, family, secrets.digest(secret), secrets.digest(following))
        if not known:
            accounts.end_sign_in(tx, family.sign_in_id)
            record(tx, RefreshTokenReused(id=user_id))
            record(tx, UserSignedOut(id=user_id))
    if not known:
        raise InvalidToken("token-reused")
    return Refreshed(user_id, family.sign_in_id, secrets.joined(family_id, following))


def _exchange(tx: Tx, family: Family, shown: bytes, following: bytes) -> bool:
    """Whether what was shown is the present token, or the last one and its answer may be lost."""
    now = tx.clock()
    if compare_digest(shown, family.current):
        family.previous, family.current, family.rotated_at = shown, following, now
        return True
    just_now = now - family.rotated_at < LOST_ANSWER
    return just_now and shown == family.previous and following == family.current


def make_ticket(*, sign_in_id: UUID) -> str:
    """A word that opens one socket in the name of this sign-in within 30 seconds."""
    ticket = new_token()
    with transaction() as tx:
        steps.add_ticket(tx, secrets.digest(ticket.encode()), sign_in_id)
    return ticket


def take_ticket(*, ticket: str) -> tuple[int, UUID]:
    """The user's id and the sign-in's for whom it was made; it opens nothing a second time.

    Raises `invalid-token`.
    """
    with transaction() as tx:
        sign_in_id = steps.take_ticket(tx, secrets.digest(ticket.encode()))
        user_id = steps.user_of(tx, sign_in_id) if sign_in_id else None
    if sign_in_id is None or user_id is None:
        raise InvalidToken
    return user_id, sign_in_id


def purge() -> int:
    """Forget tickets that open nothing any more, some at a time; how many."""
    with transaction() as tx:
        return steps.forget_tickets(tx, CHUNK)
