"""Migrations and models say the same, in one line of history."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade

from livedrop.extensions import db
from tests.conftest import MIGRATIONS


def test_migrations_make_what_the_models_say(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, db.metadata) == []


def test_there_is_one_head():
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


def test_migrations_can_be_taken_back_and_made_again(make_app, postgres, migrated):
    with postgres.database(template=migrated) as name:
        app = make_app(database_url=postgres.url(name))
        with app.app_context():
            downgrade(str(MIGRATIONS), revision="base")
            upgrade(str(MIGRATIONS))
            db.engine.dispose()
