"""A database of the benchmarks' own on a durable Postgres, and what that Postgres counted."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg
from flask_migrate import upgrade
from psycopg import sql

from deploy.local.console import Refusal, step
from deploy.local.paths import ROOT
from livedrop import create_app
from livedrop.config import Config, from_environment

NAME = "livedrop_bench"
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True)
class Statement:
    """One statement as `pg_stat_statements` counted it. Times in milliseconds."""

    text: str
    calls: int
    rows: int
    mean: float


@dataclass(frozen=True)
class Database:
    """A migrated database, emptied of whatever an earlier run left."""

    url: str

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection]:
        """A connection that commits each statement by itself."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            yield connection

    def server_version(self) -> str:
        return str(self._value("SHOW server_version"))

    def forget_statements(self) -> None:
        self._value("SELECT pg_stat_statements_reset()")

    def statements(self) -> list[Statement]:
        """What the applications executed here since `forget_statements`, most called first."""
        with self.connection() as connection:
            rows = connection.execute(
                "SELECT query, calls, rows, mean_exec_time FROM pg_stat_statements"
                " JOIN pg_database ON pg_database.oid = dbid WHERE datname = current_database()"
                " AND query NOT LIKE '%pg_stat_statements%' ORDER BY calls DESC"
            ).fetchall()
        return [Statement(*row) for row in rows]

    def _value(self, query: str) -> object:
        with self.connection() as connection:
            row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None


@contextmanager
def fresh(server_url: str, called: str = NAME) -> Iterator[Database]:
    """Make a database on the server of `server_url`, and drop it at the end.

    Refuses a server that might forget a commit, or that does not count statements.
    """
    name = sql.Identifier(called)
    with psycopg.connect(server_url, autocommit=True) as server:
        _demand_durable(server)
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
    url = urlunsplit(urlsplit(server_url)._replace(path=f"/{called}"))
    try:
        with step("Migrating a database for the benchmarks"):
            _prepare(url)
        yield Database(url)
    finally:
        with psycopg.connect(server_url, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def _demand_durable(server: psycopg.Connection) -> None:
    for name in DURABLE:
        row = server.execute(sql.SQL("SHOW {}").format(sql.Identifier(name))).fetchone()
        if row is None or row[0] != "on":
            raise Refusal(f"This Postgres has {name} off: benchmarks need a durable one.")
    row = server.execute("SHOW shared_preload_libraries").fetchone()
    if row is None or "pg_stat_statements" not in row[0]:
        raise Refusal(
            "This Postgres does not count statements: install the postgresql package, "
            "or start yours with shared_preload_libraries = 'pg_stat_statements'."
        )


def _prepare(url: str) -> None:
    app = create_app(settings(url))
    with app.app_context():
        upgrade(str(ROOT / "migrations"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_stat_statements")


def settings(url: str) -> Config:
    """The settings of the application on this database; the rest is what the environment says."""
    return from_environment(os.environ | {"DATABASE_URL": url})
