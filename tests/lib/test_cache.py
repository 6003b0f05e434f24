"""The cache saves the database work while it can, and may vanish at any time."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest
from redis import Redis

from livedrop.lib.cache import Cache, Cached
from livedrop.lib.errors import Unavailable


class Source:
    """Where values come from; counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.away = False

    def __call__(self):
        if self.away:
            raise Unavailable
        self.asked += 1
        return {"sold": self.asked}


@pytest.fixture
def source():
    return Source()


@pytest.fixture
def redis(redis_url):
    with Redis.from_url(redis_url) as redis:
        redis.flushdb()
        yield redis
        redis.flushdb()


def test_a_value_is_built_once_while_it_is_fresh(redis, redis_url, source):
    cache = Cache(redis_url)
    assert [cache.get("stock", source, fresh=60).value for _ in range(3)] == [{"sold": 1}] * 3
    assert source.asked == 1


def test_another_process_finds_what_this_one_built(redis, redis_url, source):
    Cache(redis_url).get("stock", source, fresh=60)
    found = Cache(redis_url).get("stock", source, fresh=60)
    assert (found.value, source.asked) == ({"sold": 1}, 1)
    assert 0 <= found.age < 60


def test_a_value_that_is_too_old_is_built_again(redis, redis_url, source):
    cache = Cache(redis_url)
    cache.get("stock", source, fresh=60)
    assert cache.get("stock", source, fresh=0).value == {"sold": 2}


def test_a_value_says_how_old_it_is_by_the_clock_of_redis(redis, redis_url, source):
    Cache(redis_url).get("stock", source, fresh=60)
    redis.pexpire("stock", 50_000)
    assert 10 <= Cache(redis_url).get("stock", source, fresh=60).age < 20


def test_while_another_process_builds_the_last_value_is_shown(redis, redis_url, source):
    cache = Cache(redis_url)
    cache.get("stock", source, fresh=60)
    redis.set("stock:building", 1, px=60_000)
    assert cache.get("stock", source, fresh=0).value == {"sold": 1}


def test_a_value_long_past_it_is_not_shown_whoever_builds(redis, redis_url, source):
    Cache(redis_url).get("stock", source, fresh=60)
    redis.pexpire("stock", 50_000)  # it is ten seconds old
    redis.set("stock:building", 1, px=60_000)
    assert Cache(redis_url).get("stock", source, fresh=1).value == {"sold": 2}


def test_what_redis_forgot_is_built_again(redis, redis_url, source):
    Cache(redis_url).get("stock", source, fresh=60)
    redis.flushdb()
    assert Cache(redis_url).get("stock", source, fresh=60).value == {"sold": 2}


def test_without_redis_a_process_remembers_for_itself(source):
    cache = Cache("redis://127.0.0.1:1/0")
    assert [cache.get("stock", source, fresh=60).value for _ in range(3)] == [{"sold": 1}] * 3
    assert cache.get("stock", source, fresh=0).value == {"sold": 2}


def test_a_redis_that_hangs_is_asked_once_and_then_left_alone(source):
    with socket.create_server(("127.0.0.1", 0)) as hung:
        cache = Cache(f"redis://127.0.0.1:{hung.getsockname()[1]}/0")
        for _ in range(20):
            cache.get("stock", source, fresh=0)
        assert connections(hung) == 1
    assert source.asked == 20


def connections(server):
    server.setblocking(False)
    count = 0
    while True:
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


def test_without_the_breaker_every_caller_would_wait_for_a_redis_that_hangs(source, monkeypatch):
    """The negative control of the test above."""
    monkeypatch.setattr("livedrop.lib.cache.REST", 0)
    with socket.create_server(("127.0.0.1", 0)) as hung:
        cache = Cache(f"redis://127.0.0.1:{hung.getsockname()[1]}/0")
        for _ in range(3):
            cache.get("stock", source, fresh=0)
        assert connections(hung) > 3


def test_without_the_database_the_last_value_is_shown_with_its_age(redis, redis_url, source):
    cache = Cache(redis_url)
    cache.get("stock", source, fresh=60)
    source.away = True
    shown = cache.get("stock", source, fresh=0)
    assert (shown.value, shown.age > 0) == ({"sold": 1}, True)


def test_without_the_database_and_a_last_value_the_answer_is_no(redis, redis_url, source):
    source.away = True
    with pytest.raises(Unavailable):
        Cache(redis_url).get("stock", source, fresh=60)


def crowd(cache, build, size=20):
    with ThreadPoolExecutor(size) as pool:
        calls = [pool.submit(cache.get, "stock", build, fresh=60) for _ in range(size)]
        return {call.result(30).value for call in calls}


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0"])
def test_however_many_ask_at_once_one_builds(url):
    built = []

    def build():
        built.append(threading.get_ident())
        threading.Event().wait(0.2)
        return len(built)

    assert crowd(Cache(url), build) == {1}


def test_without_single_flight_everybody_would_build(monkeypatch):
    """The negative control of the test above."""
    together = threading.Barrier(20)

    def build():
        together.wait(30)
        return 1

    cache = Cache("redis://127.0.0.1:1/0")
    monkeypatch.setattr(cache, "_flights", NoFlights())
    assert crowd(cache, build) == {1}  # the barrier opens only if all twenty build


@pytest.fixture
def after_a_flush(redis, redis_url):
    """Two processes that know a value which is no longer fresh, and a Redis that forgot it."""
    caches = [Cache(redis_url) for _ in range(2)]
    for cache in caches:
        cache.get("stock", lambda: "old", fresh=60)
        cache._own["stock"] = Cached("old", monotonic() - 60.5)
    redis.flushdb()
    return caches


def hot(caches, build):
    """Everybody in every process asks at once."""
    with ThreadPoolExecutor(2) as pool:
        for asked in [pool.submit(crowd, cache, build) for cache in caches]:
            asked.result(30)


def test_after_a_flush_no_more_than_two_ask_the_database_for_a_hot_key(after_a_flush):
    """F32"""
    built = []
    hot(after_a_flush, lambda: built.append("new"))
    assert 1 <= len(built) <= 2


def test_without_single_flight_a_flush_would_send_everybody_to_the_database(
    after_a_flush, monkeypatch
):
    """The negative control of the test above."""
    together = threading.Barrier(40)

    def build():
        together.wait(30)  # opens only if all forty build
        return 1

    for cache in after_a_flush:
        monkeypatch.setattr(cache, "_flights", NoFlights())
        monkeypatch.setattr(cache, "_first_to_build", lambda key: True)
    hot(after_a_flush, build)


class NoFlights(dict):
    """Gives every caller a lock of its own."""

    def setdefault(self, key, lock):
        return lock


def test_a_process_remembers_only_so_much(monkeypatch, source):
    monkeypatch.setattr("livedrop.lib.cache.CAPACITY", 3)
    cache = Cache("redis://127.0.0.1:1/0")
    for key in "abcde":
        cache.get(key, source, fresh=60)
    assert list(cache._own) == ["c", "d", "e"]
