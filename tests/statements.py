"""What a test sends to the database, and how it is carried out: a list must not ask once per item,
nor read what it does not show."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import TextClause, event, text

from livedrop.extensions import db
from livedrop.lib.clock import clock


def without(statement: TextClause, guard: str, instead: str = "") -> TextClause:
    """The statement with something else in the place of a guard, which it must have."""
    assert guard in str(statement)
    return text(str(statement).replace(guard, instead))


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL statements sent by the application while the block lasts, as they are sent; but for
    the look at the database's clock, which a process takes now and then, whoever asks."""
    sent: list[str] = []
    clock.measure()

    def note(_connection, _cursor, statement, *_):
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def plan(ask: Callable[[], object]) -> str:
    """How the statements that `ask` sends are carried out, and how many rows they drop."""
    asked: list[Any] = []

    def note(*sent: Any) -> None:
        asked.append(sent[2:4])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    explain = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) {}"
    with db.engine.connect() as connection:
        plans = [connection.exec_driver_sql(explain.format(sql), values) for sql, values in asked]
        return "\n".join(line for lines in plans for line in lines.scalars())
