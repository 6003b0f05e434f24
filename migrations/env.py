"""Run migrations on the application's own engine, giving way to the traffic that is there."""

from alembic import context
from flask import current_app
from sqlalchemy import text

migrate = current_app.extensions["migrate"]
database = migrate.db


def run() -> None:
    with database.engine.connect() as connection:
        # A migration that waits for a lock makes everybody behind it wait: rather fail and retry.
        # Building an index may take longer than a request ever may.
        connection.execute(text("SET lock_timeout = '3s'; SET statement_timeout = 0"))
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
