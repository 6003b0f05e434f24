"""An audit trail to look at, and ways to tamper with it as only the database's owner can."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Connection, text

from livedrop.audit.commands import write_entries
from livedrop.extensions import db
from livedrop.lib.db import transaction
from livedrop.outbox.record import Event, record
from tests.rows import recorded


@dataclass(frozen=True, kw_only=True, slots=True)
class LampLit(Event):
    about: ClassVar[str] = "lamp"
    colour: str = "gélb"


def light(*lamps: int, actor_id: int | None = None) -> list[int]:
    """Let it happen; the ids of all events so far."""
    with transaction() as tx:
        for lamp in lamps:
            record(tx, LampLit(id=lamp, actor_id=actor_id))
    return [event.id for event in recorded()]


def a_trail(length: int = 4) -> None:
    write_entries(event_ids=light(*range(1, length + 1)))


@contextmanager
def as_the_owner() -> Iterator[Connection]:
    """Go around the trigger, as whoever owns the database can."""
    with db.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection


def tamper(statement: str, **params: Any) -> None:
    with as_the_owner() as connection:
        connection.execute(text(statement), params)
