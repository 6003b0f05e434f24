"""The Postgres and the Redis a command works with: given, already running, or embedded."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import addresses, ports, postgres, redis, store
from .console import Refusal, step


@dataclass(frozen=True)
class Servers:
    database_url: str
    redis_url: str
    embedded: dict[str, postgres.Server | redis.Server]  # those that are ours to look after

    @property
    def env(self) -> dict[str, str]:
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


@contextmanager
def running(
    data: Path,
    *,
    durable: bool = True,
    join: bool = False,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Servers]:
    """Servers for as long as the block lasts. With `join`, those of a LiveDrop that is running on
    the same data directory are used and left alone; without it, that is a refusal. `settings` are
    for an embedded Postgres."""
    database_url, redis_url = addresses.database(), addresses.redis()
    embedded: dict[str, postgres.Server | redis.Server] = {}
    with ExitStack() as stack:
        if database_url is None and join and _is_held(data / "postgres.lock"):
            database_url = _of_the_other(data, "postgres", "postgresql://livedrop:{}@{}/livedrop")
        if redis_url is None and join and _is_held(data / "redis.lock"):
            redis_url = _of_the_other(data, "redis", "redis://:{}@{}/0")
        if database_url is None:
            with step("Starting Postgres"):
                cluster = stack.enter_context(
                    postgres.serve(data, durable=durable, settings=settings)
                )
            embedded["postgres"], database_url = cluster, cluster.url
        if redis_url is None:
            with step("Starting Redis"):
                cache = stack.enter_context(redis.serve(data, durable=durable))
            embedded["redis"], redis_url = cache, cache.url
        yield Servers(database_url, redis_url, embedded)


def _is_held(lock: Path) -> bool:
    with store.held(lock) as free:
        return not free


def _of_the_other(data: Path, name: str, url: str) -> str:
    port = store.recall(data / f"{name}.port")
    if not port or not ports.answers("127.0.0.1", int(port)):
        raise Refusal("Another LiveDrop is just starting or stopping here: try again in a moment.")
    return url.format(store.secret(data / f"{name}.password"), f"127.0.0.1:{port}")
