"""Whether this process lives, whether it can serve, and what time it is."""

from datetime import timedelta

from flask import Blueprint, Response, jsonify

from livedrop.config import configuration
from livedrop.lib.clock import EPOCH, clock
from livedrop.lib.errors import Unavailable
from livedrop.lib.redis import RedisError, connect

health = Blueprint("health", __name__)

PATIENCE = 0.3  # seconds; an answer that comes later is of no use to who asks


@health.get("/healthz")
def alive() -> Response:
    """This process answers; nothing else is asked."""
    return Response("alive\n", mimetype="text/plain")


@health.get("/readyz")
def ready() -> tuple[Response, int]:
    """What it needs answers too. Without Redis it is degraded, which is not dead: orders go on."""
    database, cache = _database_answers(), _redis_answers()
    state = "unavailable" if not database else "ready" if cache else "degraded"
    return jsonify(state=state, database=database, redis=cache), 200 if database else 503


@health.get("/clock")
def now() -> Response:
    """The database's time as milliseconds since 1970, for countdowns."""
    return jsonify(now=(clock.now() - EPOCH) // timedelta(milliseconds=1))


def _database_answers() -> bool:
    try:
        clock.measure()
    except Unavailable:
        return False
    return True


def _redis_answers() -> bool:
    connection = connect(configuration().redis_url, PATIENCE)
    try:
        return bool(connection.ping())
    except RedisError:
        return False
    finally:
        connection.close()
