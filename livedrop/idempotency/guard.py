"""One intention that may be sent again and again and is carried out once.

For commands that a single person runs; placing orders does the same for a whole batch in its own
statements. What was answered is stored in the transaction of the effect. Nothing is stored of what
is under way: who comes meanwhile waits, and then is answered the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import text

from livedrop.lib.db import Tx
from livedrop.lib.errors import DomainError

Thing = TypeVar("Thing")

# Taken before all other locks, and by nobody who holds one: so nobody waits in a circle. Placing,
# which takes none, finds out by the key's row, at its very end.
WAIT = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, :user_id))")
EXECUTED = text(
    "SELECT fingerprint, outcome FROM idempotency_keys WHERE user_id = :user_id AND key = :key"
)
REMEMBER = text(
    "INSERT INTO idempotency_keys (user_id, key, fingerprint, outcome)"
    " VALUES (:user_id, :key, :fingerprint, jsonb_build_object('code', 'done', 'said',"
    " CAST(:said AS text))) ON CONFLICT DO NOTHING"
)


@dataclass
class Once(Generic[Thing]):
    """A key, what came with it, and how the answer is put into words while nothing can change.

    `said` are those words, afterwards, whether it was carried out now or was `replayed`.
    """

    user_id: int
    key: str
    fingerprint: str
    freeze: Callable[[Thing], str]
    said: str = field(default="", init=False)
    replayed: bool = field(default=False, init=False)


def done(tx: Tx, once: Once[Any] | None) -> bool:
    """Whether it was carried out before; then `once` knows what was said.

    Call it before anything is locked. Raises `key-reused` when the key came with other content.
    """
    if once is None:
        return False
    tx.execute(WAIT, {"name": once.key, "user_id": once.user_id})
    row = tx.execute(EXECUTED, {"user_id": once.user_id, "key": once.key}).one_or_none()
    if row is None:
        return False
    if row.fingerprint != once.fingerprint:
        raise DomainError("key-reused", 422)
    once.said, once.replayed = row.outcome["said"], True
    return True


def keep(tx: Tx, once: Once[Thing] | None, thing: Thing) -> None:
    """Store what is said of `thing`, at the end of the transaction that made it."""
    if once is None:
        return
    tx.session.flush()
    once.said = once.freeze(thing)
    facts: dict[str, Any] = {
        "user_id": once.user_id,
        "key": once.key,
        "fingerprint": once.fingerprint,
        "said": once.said,
    }
    if not tx.execute(REMEMBER, facts).rowcount:
        raise DomainError("key-reused", 422)
