"""What stands in the database after a test has acted, read past every cache."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from livedrop.extensions import Base, db
from livedrop.outbox.models import OutboxEvent


def rows(model: type[Base], **facts: Any) -> list[Any]:
    """All rows of a table that have these values, in the order of their primary key."""
    question = select(model).filter_by(**facts).order_by(*model.__table__.primary_key)
    with Session(db.engine) as session:
        return list(session.scalars(question))


def row(model: type[Base], **facts: Any) -> Any:
    """The only row of a table that has these values."""
    (only,) = rows(model, **facts)
    return only


def recorded(kind: str | None = None) -> list[OutboxEvent]:
    """The events in the outbox, oldest first."""
    return rows(OutboxEvent, **{"kind": kind} if kind else {})


def kinds() -> list[str]:
    """The kinds of all events in the outbox, oldest first."""
    return [event.kind for event in recorded()]
