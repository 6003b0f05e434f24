"""Connections to Redis that give up in time and try nothing twice.

Left to its defaults the client spends 4.5 s on a refused connection and 59 s on a hung one, and
repeats what it does not know the outcome of: a hang of 12 s turned one push into two.
"""

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

Redis = redis.Redis
RedisError = redis.RedisError
PubSub = redis.client.PubSub


def connect(url: str, seconds: float) -> redis.Redis:
    """A client whose calls take at most about `seconds` each, once; connects when first used."""
    return redis.Redis.from_url(
        url,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
    )
