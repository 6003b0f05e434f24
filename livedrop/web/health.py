"""Whether this process lives, whether it can serve, what time it is, and for services of ours the
numbers behind it."""

from collections.abc import Iterator
from datetime import timedelta

from flask import Blueprint, Response, jsonify

from livedrop.config import configuration
from livedrop.extensions import db
from livedrop.lib import metrics as numbers
from livedrop.lib.clock import EPOCH, clock
from livedrop.lib.db import unavailable
from livedrop.lib.errors import Unavailable
from livedrop.lib.redis import Redis, RedisError, connect
from livedrop.orders.combine import combiner
from livedrop.outbox.queries import backlog
from livedrop.web import services

health = Blueprint("health", __name__)

PATIENCE = 0.3  # seconds; an answer that comes later is of no use to who asks


@health.get("/healthz")
def alive() -> Response:
    """This process answers; nothing else is asked."""
    return Response("alive\n", mimetype="text/plain")


@health.get("/readyz")
def ready() -> tuple[Response, int]:
    """What it needs answers too. Without Redis it is degraded, which is not dead: orders go on.
    What it is that does not answer is told to services only."""
    database, cache = _database_answers(), _redis_answers()
    state = "unavailable" if not database else "ready" if cache else "degraded"
    detail = {"database": database, "redis": cache} if services.is_service() else {}
    return jsonify(state=state, **detail), 200 if database else 503


@health.get("/metrics")
def metrics() -> Response:
    """What happens here, for Prometheus: of all workers of this web process, and of the shop."""
    services.service()
    text = numbers.exposition(_readings())
    return Response(text, content_type=numbers.CONTENT_TYPE_LATEST)


@health.get("/clock")
def now() -> Response:
    """The database's time as milliseconds since 1970, for countdowns."""
    return jsonify(now=(clock.now() - EPOCH) // timedelta(milliseconds=1))


def _readings() -> Iterator[numbers.Reading]:
    yield "livedrop_redis_up", "Whether Redis answers.", float(_redis_answers())
    database = _database_answers()
    yield "livedrop_database_up", "Whether Postgres answers.", float(database)
    yield "livedrop_orders_waiting", "Callers in this worker's queues.", combiner().waiting
    try:
        with unavailable():
            waiting = backlog()
    except Unavailable:
        return
    yield "livedrop_events_waiting", "Events that somebody has to hear yet.", waiting.events
    yield "livedrop_events_oldest_seconds", "How long the first of them waits.", waiting.seconds
    yield "livedrop_dead_letters", "Jobs that were given up.", waiting.dead
    db.session.close()


def _database_answers() -> bool:
    try:
        clock.measure()
    except Unavailable:
        return False
    return True


def _redis_answers() -> bool:
    """Whether Redis is of use: one that is full, or a copy, answers and takes nothing."""
    connection = connect(configuration().redis_url, PATIENCE)
    try:
        return bool(_takes_something(connection))
    except RedisError:
        return False
    finally:
        connection.close()


def _takes_something(connection: Redis) -> object:
    return connection.set("ready", 1, ex=60)
