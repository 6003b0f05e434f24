"""Steps without the guard they hold, for a process that will not live long."""

from rq import Worker
from sqlalchemy import delete

from livedrop.idempotency.models import IdempotencyKey
from livedrop.lib import queue
from livedrop.orders import batch
from livedrop.outbox import relay
from tests.statements import without

write = batch.write


def split_in_two():
    """Orders are committed before their stock is."""

    def write_and_commit(tx, *args):
        write(tx, *args)
        tx.session.commit()

    batch.write = write_and_commit


def key_apart():
    """The key is stored after the transaction of its effect: by who is killed before, never."""

    def write_without_key(tx, *args):
        write(tx, *args)
        tx.execute(delete(IdempotencyKey))

    batch.write = write_without_key


def any_lease_will_do():
    """A relay marks what it once had, whoever has it now."""
    whoevers = "AND CAST(:lease AS uuid) IS NOT NULL"
    relay.MARK = without(relay.MARK, "AND lease = :lease", whoevers)


def in_a_work_horse():
    """RQ's usual worker, which waits for a child that does the work."""
    queue._Worker.__bases__ = (Worker,)
