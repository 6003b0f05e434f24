"""Embedded servers: started, killed, started again, and never left behind."""

import psycopg
import pytest
from redis import Redis
from redis.exceptions import AuthenticationError

from deploy.local import postgres
from deploy.local.console import Refusal


def test_what_was_committed_survives_a_kill(own_database):
    with psycopg.connect(own_database.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    own_database.kill()
    own_database.start()
    with psycopg.connect(own_database.url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_what_was_committed_is_there_at_the_next_start(data):
    for statement in ("CREATE TABLE kept AS SELECT 7 AS number", "SELECT number FROM kept"):
        with postgres.serve(data, durable=False) as server:
            psycopg.connect(server.url).execute(statement).connection.commit()


def test_a_stranger_on_this_machine_cannot_read_the_database(own_database):
    stranger = own_database.url.replace(own_database.password, "guess")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(stranger)


def test_only_its_owner_can_read_the_password(own_database):
    assert (own_database.data / "postgres.password").stat().st_mode & 0o077 == 0


def test_it_is_durable_unless_told_otherwise():
    with postgres.serve() as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_it_speaks_utc_and_unicode(own_database):
    with psycopg.connect(own_database.url) as connection:
        assert connection.execute("SHOW timezone").fetchone() == ("UTC",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_one_data_directory_has_one_server(own_database):
    with pytest.raises(Refusal, match="Another LiveDrop uses"), postgres.serve(own_database.data):
        pass


def test_a_number_left_by_a_dead_server_does_not_stop_the_next(data):
    with postgres.serve(data, durable=False) as server:
        cluster, stranger = server.cluster, server.pid
    (cluster / "postmaster.pid").write_text(f"1\n{cluster}\n")
    with postgres.serve(data, durable=False) as server:
        assert server.pid != stranger


def test_redis_answers_again_after_a_kill(own_redis):
    own_redis.kill()
    own_redis.start()
    assert Redis.from_url(own_redis.url).ping()


def test_a_stranger_on_this_machine_cannot_read_redis(own_redis):
    with pytest.raises(AuthenticationError):
        Redis.from_url(f"redis://127.0.0.1:{own_redis.port}/0").ping()
