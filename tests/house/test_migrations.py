"""Migrations and models say the same, in one line of history."""

import json
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import event

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


# --- from the first release on they run while the old code serves (U56) ---

FIRST_RELEASE = "20261124_0000"  # before it there is nobody whose tables could be locked
# What our own way of running them sees to: `migrations/env.py` sets the timeouts, one migration is
# one transaction; and matters of taste.
EXCEPT = (
    "require-lock-timeout",
    "require-statement-timeout",
    "require-timeout-settings",
    "prefer-robust-stmts",
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-identity",
    "prefer-text-field",
)


def lint(sql: str) -> set[str]:
    """The rules of squawk that a migration breaks."""
    command = [
        str(Path(sys.executable).with_name("squawk")),
        "--reporter=json",
        "--pg-version=15.0",
        f"--exclude={','.join(EXCEPT)}",
    ]
    ended = subprocess.run(command, input=sql, capture_output=True, text=True, check=False)
    return {found["rule_name"] for found in json.loads(ended.stdout or "[]")}


def test_those_of_a_release_keep_nobody_waiting(make_app, postgres):
    """Each is made in turn on an empty database, and what it told the database is linted."""
    with postgres.database() as name:
        app = make_app(database_url=postgres.url(name))
        scripts = list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())[::-1]
        released = [one for one in scripts if Path(one.path).name >= FIRST_RELEASE]
        for script in released:
            with app.app_context(), told() as statements:
                upgrade(str(MIGRATIONS), revision=script.revision)
            assert lint(";\n".join([*statements, ""])) == set(), script.path


@contextmanager
def told():
    """What is said to the database meanwhile that changes a table."""
    statements = []

    def hear(connection, cursor, statement, *_):
        if re.match(r"\s*(ALTER|CREATE|DROP|UPDATE)", statement):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("CREATE INDEX a ON orders (placed_at);", "require-concurrent-index-creation"),
        ("ALTER TABLE orders ADD COLUMN a int NOT NULL;", "adding-required-field"),
        ("ALTER TABLE orders ALTER COLUMN status TYPE varchar(9);", "changing-column-type"),
        ("ALTER TABLE orders ADD CONSTRAINT a CHECK (id > 0);", "constraint-missing-not-valid"),
        ("ALTER TABLE orders DROP COLUMN due_at;", "ban-drop-column"),
        ("ALTER TABLE orders RENAME COLUMN due_at TO a;", "renaming-column"),
        ("ALTER TABLE orders ALTER COLUMN due_at SET NOT NULL;", "adding-not-nullable-field"),
    ],
)
def test_what_would_is_seen(statement, rule):
    assert rule in lint(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX CONCURRENTLY a ON orders (placed_at);",
        "ALTER TABLE orders ADD COLUMN a int;",
        "ALTER TABLE orders ADD CONSTRAINT a CHECK (id > 0) NOT VALID;",
        "CREATE TABLE a (id bigint PRIMARY KEY, name text NOT NULL);",
    ],
)
def test_what_would_not_is_let_pass(statement):
    assert lint(statement) == set()
