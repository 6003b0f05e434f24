"""Steps of the order path without the guard they hold, for a process that will not live long."""

from sqlalchemy import delete

from livedrop.idempotency.models import IdempotencyKey
from livedrop.orders import batch

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
