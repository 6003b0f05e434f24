"""The application on a real Postgres and a real Redis, and the people who use it.

Tests really commit: the order path runs in threads with connections of their own, where no outer
transaction could hide it. After each test every table is emptied in one round trip. Where several
workers run them (`dev.py test`), each worker is a session with a database and a Redis of its own.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import redis
from flask import Flask
from flask_migrate import upgrade
from psycopg import sql

from livedrop import create_app
from livedrop.config import Config
from livedrop.extensions import db
from livedrop.lib import failpoints
from tests.cast import Person
from tests.databases import Server
from tests.left_out import (  # noqa: F401  pytest finds them here
    pytest_runtest_logreport,
    pytest_sessionfinish,
    pytest_terminal_summary,
)
from tests.page import HOME, Browser, Page

MIGRATIONS = Path(__file__).parents[1] / "migrations"


# --- servers and databases: one of each for all that a worker runs ---


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server where databases may be made: TEST_DATABASE_URL's, or an embedded one.

    Its user must be a superuser: emptying the audit trail means going around its trigger.
    """
    with ExitStack() as stack:
        url = os.environ.get("TEST_DATABASE_URL")
        if not url:
            from deploy.local import postgres

            url = stack.enter_context(postgres.serve(durable=False)).url
        yield Server(url)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """TEST_REDIS_URL, which is emptied after each test, or an embedded server.

    The first worker takes the database that the URL names, the next one the next.
    """
    with ExitStack() as stack:
        url = os.environ.get("TEST_REDIS_URL")
        if url:
            parts = urlsplit(url)
            number = int(parts.path.strip("/") or 0) + worker()
            url = urlunsplit(parts._replace(path=f"/{number}"))
        else:
            from deploy.local import redis as embedded

            url = stack.enter_context(embedded.serve(durable=False)).url
        yield url


def worker() -> int:
    """Which of several workers runs this, from 0."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.fixture(scope="session")
def migrated(postgres: Server, redis_url: str) -> Iterator[str]:
    """The name of a database that is migrated and empty: what others are cloned from."""
    with postgres.database() as name:
        app = create_app(settings(postgres.url(name), redis_url))
        with app.app_context():
            upgrade(str(MIGRATIONS))
            db.engine.dispose()
        yield name


@pytest.fixture(scope="session")
def config(
    postgres: Server, migrated: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Config]:
    """The settings of the application under test; its database is a clone of the migrated one."""
    media = str(tmp_path_factory.mktemp("media"))
    with postgres.database(template=migrated) as name:
        yield replace(settings(postgres.url(name), redis_url), media=media)


def settings(database_url: str, redis_url: str) -> Config:
    """Durations shrunk as far as they may: tests assert order and outcome, never speed."""
    return Config(
        database_url=database_url,
        redis_url=redis_url,
        secret_key=secrets.token_hex(32),
        env="test",
        url=HOME,
        payment_grace_seconds=1.0,
        payment_resend_seconds=0.2,
        pretend_delay_seconds=0.05,
        lease_seconds=1.0,
        latch_seconds=0.0,
        page_seconds=0.0,
    )


# --- the application: one for the run, its database emptied after each test ---


@pytest.fixture(scope="session")
def application(config: Config) -> Flask:
    app = create_app(config)
    app.test_client_class = Browser
    return app


@pytest.fixture(autouse=True)
def _nothing_remains(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty whatever this test's fixtures reach, and disarm every failpoint."""
    touched = {"config", "application", "app"} & set(request.fixturenames)
    if not touched:
        yield
        return
    emptied = request.getfixturevalue("_emptied")
    yield
    failpoints.arm("")
    emptied()


@pytest.fixture(scope="session")
def _emptied(config: Config) -> Iterator[object]:
    tables = sql.SQL(";").join(
        sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in db.metadata.tables
    )
    # As a replica, no trigger and no foreign key is asked. A test that leaves a lock behind is
    # told so instead of hanging the next one.
    empty = sql.SQL("SET session_replication_role = replica; SET lock_timeout = '5s'; {}").format(
        tables
    )
    with psycopg.connect(config.database_url, autocommit=True) as connection:
        cache = redis.Redis.from_url(config.redis_url)

        def emptied() -> None:
            for tries in count(1):
                try:
                    connection.execute(empty)
                    break
                except psycopg.errors.DeadlockDetected:  # with a process that is still at work
                    if tries == 3:
                        raise
            cache.flushdb()

        emptied()
        yield emptied
        cache.close()


@pytest.fixture
def app(application: Flask) -> Iterator[Flask]:
    """The application, its context open, so that a test may call commands and queries itself."""
    application.extensions["rate-limits"].reset()  # all tests come from one address
    with application.app_context():
        yield application
        db.session.remove()


@pytest.fixture
def make_app(config: Config) -> Iterator[object]:
    """Makes a further application on the same database with some settings changed."""
    made: list[Flask] = []

    def make(**changes: object) -> Flask:
        app = create_app(replace(config, **changes))
        app.test_client_class = Browser
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def page(app: Flask) -> Page:
    """The browser of a visitor without an account; checks every page it fetches."""
    return Page(app)


# --- the cast ---


@pytest.fixture
def ada(app: Flask) -> Person:
    """Creates."""
    return Person.called(app, "ada", creates=True)


@pytest.fixture
def ben(app: Flask) -> Person:
    """Follows Ada, and buys."""
    return Person.called(app, "ben")


@pytest.fixture
def cleo(app: Flask) -> Person:
    """Is a stranger."""
    return Person.called(app, "cleo")


@pytest.fixture
def dora(app: Flask) -> Person:
    """Looks after the house."""
    return Person.called(app, "dora", admin=True)
