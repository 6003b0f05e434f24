"""The connections of threads off the loop."""

import pytest
from sqlalchemy import create_engine, text

from livedrop.lib.db import Shelf


@pytest.fixture
def engine(config):
    engine = create_engine(config.sqlalchemy_url, poolclass=Shelf, pool_pre_ping=True)
    yield engine
    engine.dispose()


def test_the_connection_that_was_used_last_is_used_again(engine):
    first, second = engine.connect(), engine.connect()
    last = number(second)
    first.close()
    second.close()
    with engine.connect() as connection:
        assert number(connection) == last


def test_a_connection_that_died_meanwhile_is_replaced(engine):
    with engine.connect() as connection:
        dead = number(connection)
    with engine.connect(), engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:number)"), {"number": dead})
    with engine.connect() as connection:
        assert number(connection) != dead


def test_nothing_stays_open_when_it_is_thrown_away(engine):
    with engine.connect():
        pass
    engine.dispose()
    assert engine.pool.status() == "Shelf, 0 idle"


def number(connection) -> int:
    return connection.scalar(text("SELECT pg_backend_pid()"))
