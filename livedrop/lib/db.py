"""Transactions, column types and how a lost connection is told from a refusal.

A `Tx` is the permission to write: only `transaction()` hands one out, and every step that writes
takes it as its first argument, so a stray write is a type error.
"""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from os import dup
from typing import TYPE_CHECKING, Any

from psycopg import errors as pg
from sqlalchemy import CursorResult, DateTime, Executable, func, inspect, literal, select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from livedrop.extensions import Base, db
from livedrop.lib.errors import Deadlock, OutcomeUnknown, Unavailable

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

Instant = DateTime(timezone=True)

# Longer than the server's statement timeout (3 s): it only ever ends what the network swallowed.
PATIENCE = 5.0  # seconds

Check = Callable[[], None]  # raises unless what somebody was shown is still so


class Tx:
    """An open transaction. Rows only: no Redis, no mail, no HTTP and no template while it lives."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def execute(
        self, statement: Executable, params: Mapping[str, Any] | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        result = self.session.execute(statement, params)
        assert isinstance(result, CursorResult)
        return result

    def add(self, row: Base) -> None:
        self.session.add(row)

    def clock(self) -> datetime:
        """The database's time, UTC, read now.

        Ask after the lock, in a statement of its own: a clock that is read in the statement that
        waits for a lock is as old as the wait.
        """
        now: datetime = self.session.execute(select(func.clock_timestamp())).scalar_one()
        return now


def demand(tx: Tx, still: Check | None, kind: type[Base], key: object) -> None:
    """Change this row only if what somebody was shown of it is `still` so.

    It is locked first, so nobody changes it between the look and the change.
    """
    if still is not None:
        (column,) = inspect(kind).primary_key
        tx.execute(select(literal(1)).where(column == key).with_for_update(key_share=True))
        still()


@contextmanager
def transaction(*, patience: float = PATIENCE) -> Iterator[Tx]:
    """Open a transaction, commit it at the end, roll it back on any exception.

    It has `patience` seconds, after which its connection is cut off.
    Ends the read that came before, so that nothing read earlier is mistaken for what is true now.
    Raises `RuntimeError` when nested or when rows were changed outside a command, `Unavailable`
    when the database is gone or too slow, `Deadlock` when it chose this one to end a circle,
    `OutcomeUnknown` when it went while committing.
    """
    session = db.session()
    if "tx" in session.info:
        raise RuntimeError("a transaction is open already: commands do not call commands")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("rows were changed outside a command")
    session.close()
    session.info["tx"] = tx = Tx(session)
    try:
        with _cut_off_after(session, patience):
            with unavailable():
                yield tx
                session.flush()
            _commit(session)
    finally:
        del session.info["tx"]
        session.close()


def end_read() -> None:
    """Give back the connection that a read holds, before something slow is waited for."""
    db.session.close()


def _commit(session: Session) -> None:
    try:
        session.commit()
    except DBAPIError as error:
        if is_lost(error):
            raise OutcomeUnknown from error
        raise


@contextmanager
def unavailable() -> Iterator[None]:
    """Raise `Unavailable` instead when the database is gone, too slow or has no connection left."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        if is_unavailable(error):
            raise Unavailable from error
        if isinstance(error, DBAPIError) and is_deadlock(error):
            raise Deadlock from error
        raise


def is_unavailable(error: DBAPIError | PoolTimeout) -> bool:
    """Whether the answer could not be had, rather than being one: trying again may help."""
    return isinstance(error, PoolTimeout) or is_lost(error) or is_timeout(error)


def is_lost(error: DBAPIError) -> bool:
    """Whether the connection is gone (or could not be had), so the server's answer is unknown."""
    if error.connection_invalidated:
        return True
    orig = error.orig
    if isinstance(error, OperationalError) and isinstance(orig, pg.OperationalError):
        # Without an SQLSTATE the client saw the connection fail; 57P and 53 are the server
        # shutting down, starting up or out of connections.
        return orig.sqlstate is None or orig.sqlstate.startswith(("57P", "53", "08"))
    return False


def is_timeout(error: DBAPIError) -> bool:
    """Whether the server gave up waiting: a lock, a statement or an idle transaction timed out."""
    return isinstance(
        error.orig,
        (pg.LockNotAvailable, pg.QueryCanceled, pg.IdleInTransactionSessionTimeout),
    )


def is_deadlock(error: DBAPIError) -> bool:
    return isinstance(error.orig, (pg.DeadlockDetected, pg.SerializationFailure))


@contextmanager
def _cut_off_after(session: Session, seconds: float) -> Iterator[None]:
    """Bound how long the client waits on this transaction's connection, COMMIT included.

    The server's own timeouts do not help when the network swallows its answers; shutting the
    socket down wakes whoever waits on it, with a lost connection.
    """
    with unavailable():
        raw: Any = session.connection().connection.dbapi_connection
        twin = socket.socket(fileno=dup(raw.fileno()))
    timer = threading.Timer(seconds, _shut_down, [twin])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        twin.close()


def _shut_down(twin: socket.socket) -> None:
    try:
        twin.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the connection ended by itself
