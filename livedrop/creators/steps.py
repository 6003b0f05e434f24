"""Steps that write profiles. Each takes the open transaction."""

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from livedrop.accounts.models import User
from livedrop.creators.models import Creator
from livedrop.lib.db import Tx
from livedrop.lib.errors import DomainError, NotFound

VERIFY = text(
    "UPDATE creators SET verified_at = clock_timestamp() WHERE id = :id AND verified_at IS NULL"
)
WITHDRAW = text("UPDATE creators SET verified_at = NULL WHERE id = :id AND verified_at IS NOT NULL")


def add(tx: Tx, user_id: int, display_name: str, bio: str) -> None:
    """Make the person a creator; of two at the same moment one is `already-creator`."""
    handle = tx.session.scalar(select(User.handle).where(User.id == user_id))
    if handle is None:
        raise NotFound
    added = tx.session.scalar(
        insert(Creator)
        .values(id=user_id, handle=handle, display_name=display_name, bio=bio)
        .on_conflict_do_nothing()
        .returning(Creator.id)
    )
    if added is None:
        raise DomainError("already-creator")


def verify(tx: Tx, creator_id: int) -> bool:
    """Whether this changed anything."""
    return tx.execute(VERIFY, {"id": creator_id}).rowcount == 1


def withdraw(tx: Tx, creator_id: int) -> bool:
    """Whether this changed anything."""
    return tx.execute(WITHDRAW, {"id": creator_id}).rowcount == 1


def change(tx: Tx, creator_id: int, display_name: str, bio: str) -> None:
    changed = tx.execute(
        update(Creator).where(Creator.id == creator_id).values(display_name=display_name, bio=bio)
    )
    if not changed.rowcount:
        raise NotFound
