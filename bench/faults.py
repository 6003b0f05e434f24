"""What goes wrong in the middle of a soak, by surprise and one after the other.

Each comes back as on a server: a supervisor starts again what died, pools and listeners connect
again by themselves. Redis is not stopped but loses every connection and all it knew, which is what
a restart without its file is to those who use it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import psutil
from redis import Redis

from bench.database import Database, settings
from bench.shape import Shape

CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True)
class Fault:
    """`dies` names the process of the Procfile that ends by it, if one does."""

    name: str
    happen: Callable[[Shape, Database], object]
    dies: str = ""


def _kill_one_of_web(shape: Shape, _: Database) -> None:
    """The younger one, so that the elder shows what it grows by in all the time."""
    workers = psutil.Process(shape.web.pid).children()
    max(workers, key=lambda worker: worker.create_time()).kill()


def _forget(_: Shape, database: Database) -> None:
    with Redis.from_url(settings(database.url).redis_url) as redis:
        redis.flushdb()
        for kind in ("normal", "pubsub"):
            redis.execute_command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")


def _cut(_: Shape, database: Database) -> None:
    with database.connection() as connection:
        connection.execute(CUT)


def _killed(name: str) -> Fault:
    return Fault(f"{name} is killed", lambda shape, _: shape.stack.kill(name), dies=name)


ALL = (
    Fault("one of the two web workers is killed", _kill_one_of_web),
    _killed("orders"),
    Fault("Redis forgets everything and every connection", _forget),
    _killed("relay"),
    Fault("every connection to Postgres is cut", _cut),
    _killed("mail"),
    _killed("tick"),
    _killed("audit"),
)
