"""`worker.py` serves one queue: not none, not two, not one that does not exist."""

import time

import pytest
from redis import Redis

from tests.programs import run, running, until, worker


@pytest.mark.parametrize("queues", [(), ("audit", "mail"), ("nonsense",)])
def test_it_refuses_anything_but_one_queue_that_exists(config, queues):
    ended = run(config, worker(*queues))
    assert ended.returncode == 1
    assert "audit" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_it_waits_for_a_redis_that_is_not_there_and_still_stops_when_told(config):
    with running(config, worker("audit"), redis_url="redis://127.0.0.1:1/0") as program:
        time.sleep(2)
        assert program.poll() is None


def test_it_stops_when_told_while_it_waits_for_a_job(app, config):
    with running(config, worker("audit")), Redis.from_url(config.redis_url) as redis:
        until(lambda: redis.smembers("rq:workers:audit"))
