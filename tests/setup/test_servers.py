"""Embedded servers: started, killed, started again, and never left behind."""

import psycopg
import pytest
from redis import Redis
from redis.exceptions import AuthenticationError

from deploy.local import postgres, redis


@pytest.fixture(scope="module")
def database():
    with postgres.serve(durable=False) as server:
        yield server


@pytest.fixture(scope="module")
def cache():
    with redis.serve(durable=False) as server:
        yield server


def test_what_was_committed_survives_a_kill(database):
    with psycopg.connect(database.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    database.kill()
    database.start()
    with psycopg.connect(database.url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_a_stranger_on_this_machine_cannot_read_the_database(database):
    stranger = database.url.replace(database.password, "guess")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(stranger)


def test_only_its_owner_can_read_the_password(database):
    assert (database.data / "postgres.password").stat().st_mode & 0o077 == 0


def test_it_speaks_utc_and_unicode(database):
    with psycopg.connect(database.url) as connection:
        assert connection.execute("SHOW timezone").fetchone() == ("UTC",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_redis_answers_again_after_a_kill(cache):
    cache.kill()
    cache.start()
    assert Redis.from_url(cache.url).ping()


def test_a_stranger_on_this_machine_cannot_read_redis(cache):
    with pytest.raises(AuthenticationError):
        Redis.from_url(f"redis://127.0.0.1:{cache.port}/0").ping()
