"""Counts what a test sends to the database: a list must not ask once per item."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from livedrop.extensions import db


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL statements sent by the application while the block lasts, as they are sent."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_):
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
