"""The site as a real process on a real Redis, and what the relay would tell it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from livedrop.config import Config
from livedrop.lib.redis import connect
from livedrop.web.live import wire
from livedrop.web.live.wire import Message
from tests.programs import until, website
from tests.unguarded import without


@pytest.fixture(scope="module")
def site(config: Config) -> Iterator[str]:
    """One web process, which hears Redis."""
    with website(config, load_test=False, ping_seconds=2.0) as url:
        until(lambda: said(config, Message("nobody", "")) == 1)
        yield url


@pytest.fixture(scope="module")
def unguarded(config: Config) -> Callable[..., AbstractContextManager[str]]:
    """The site of one process without some guards, named as in `tests/unguarded.py`."""

    def start(*guards: str, **settings: object) -> AbstractContextManager[str]:
        return website(config, *without(*guards), **settings)

    return start


@pytest.fixture
def tell(config: Config):
    """Tell every process something, as the relay does."""
    return lambda topic, words: said(config, Message(topic, words))


def said(config: Config, message: Message) -> int:
    """How many processes heard it."""
    redis = connect(config.redis_url, 2.0)
    try:
        return redis.publish(wire.channel(redis), message.encoded())
    finally:
        redis.close()
