"""Steps that write grants; each takes the open transaction."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, text

from livedrop.accounts.models import SignIn
from livedrop.accounts.queries import holds
from livedrop.grants.models import Family
from livedrop.lib.db import Tx

TICKET_LASTS = timedelta(seconds=30)

ADD_TICKET = text("INSERT INTO live_tickets (hash, sign_in_id) VALUES (:hash, :sign_in_id)")
TAKE_TICKET = text(
    "DELETE FROM live_tickets WHERE hash = :hash"
    " RETURNING sign_in_id, made_at > clock_timestamp() - CAST(:lasts AS interval) AS good"
)
FORGET_TICKETS = text(
    "DELETE FROM live_tickets WHERE hash IN (SELECT hash FROM live_tickets"
    " WHERE made_at < (SELECT clock_timestamp()) - CAST(:lasts AS interval)"
    " ORDER BY made_at LIMIT :most FOR UPDATE SKIP LOCKED)"
)


def lock(tx: Tx, family_id: UUID) -> Family | None:
    """The family; of two who come with the same token at the same moment one is the second."""
    return tx.session.get(Family, family_id, with_for_update=True)


def user_of(tx: Tx, sign_in_id: UUID) -> int | None:
    """Whose sign-in it is, unless it has ended, aged or rested for too long."""
    return tx.session.scalar(select(SignIn.user_id).where(SignIn.id == sign_in_id, *holds()))


def add_ticket(tx: Tx, hash: bytes, sign_in_id: UUID) -> None:
    tx.execute(ADD_TICKET, {"hash": hash, "sign_in_id": sign_in_id})


def take_ticket(tx: Tx, hash: bytes) -> UUID | None:
    """The sign-in it was made for, if it is new enough; gone in any case."""
    row = tx.execute(TAKE_TICKET, {"hash": hash, "lasts": TICKET_LASTS}).one_or_none()
    return row.sign_in_id if row and row.good else None


def forget_tickets(tx: Tx, most: int) -> int:
    return tx.execute(FORGET_TICKETS, {"lasts": TICKET_LASTS, "most": most}).rowcount
