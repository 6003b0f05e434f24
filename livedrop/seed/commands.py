"""Make a demo world, or make it anew. One transaction: there is all of it or nothing."""

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from livedrop.accounts.models import User
from livedrop.extensions import Base
from livedrop.lib.db import Tx, is_deadlock, transaction
from livedrop.lib.errors import Unavailable
from livedrop.lib.passwords import hash_password
from livedrop.seed.past import tell
from livedrop.seed.world import World

PASSWORD = "livedrop-demo"  # of everybody in a demo world: it is in the README
TRIES = 5
PATIENCE = 60.0  # seconds; nobody waits for it but who asked

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('seed'))")


def seed(*, world: World, fresh: bool = False) -> bool:
    """Make the world in an empty house; whether it was made. With `fresh` empty the house first.

    Its past is recorded as it would have been when it happened, so it is audited and adds up.
    """
    password_hash = hash_password(PASSWORD)
    for _ in range(TRIES - 1):  # others may be using the tables that shall be emptied
        try:
            return _seed(world, password_hash, fresh)
        except Unavailable:
            continue
        except DBAPIError as error:
            if not is_deadlock(error):
                raise
    return _seed(world, password_hash, fresh)


def _seed(world: World, password_hash: str, fresh: bool) -> bool:
    with transaction(patience=PATIENCE) as tx:
        tx.execute(ONE_AT_A_TIME)
        if fresh:
            _empty(tx)
        elif tx.session.scalar(select(User.id).limit(1)):
            return False
        tell(tx, world, password_hash)
    return True


def _empty(tx: Tx) -> None:
    """Forget everything, the audit trail too, which nobody but the tables' owner can. Ids go on
    from where they were: what a process or a queue remembers of the old world means nothing new.
    """
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    tx.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER append_only"))
    tx.execute(text(f"TRUNCATE {tables}"))
    tx.execute(text("ALTER TABLE audit_entries ENABLE TRIGGER append_only"))
