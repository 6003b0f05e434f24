"""Run migrations on the application's own engine, giving way to the traffic that is there."""

import logging
from time import sleep

from alembic import context
from flask import current_app
from psycopg.errors import LockNotAvailable
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

log = logging.getLogger("alembic.runtime.migration")

migrate = current_app.extensions["migrate"]
database = migrate.db

# A migration that waits for a lock makes everybody wait who comes after it, and they give up after
# two seconds. So it gives up long before, and tries again when they have passed.
PATIENCE = "400ms"
TRIES = 60
REST = 0.6  # seconds


def run() -> None:
    for left in reversed(range(TRIES)):
        try:
            migrate_once()
        except OperationalError as error:
            if not left or not isinstance(error.orig, LockNotAvailable):
                raise
            log.info("somebody works with these rows; again in %.1f s", REST)
            sleep(REST)
        else:
            return


def migrate_once() -> None:
    with database.engine.connect() as connection:
        # Building an index may take longer than a request ever may.
        connection.execute(text(f"SET lock_timeout = '{PATIENCE}'; SET statement_timeout = 0"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            compare_server_default=True,
            transaction_per_migration=True,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
