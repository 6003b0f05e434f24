"""Whether this process lives, whether it can serve, what time it is, and for services of ours the
numbers behind it."""

from datetime import timedelta

from flask import Blueprint, Response, jsonify

from livedrop.lib import metrics as numbers
from livedrop.lib.clock import EPOCH, clock
from livedrop.web import services
from livedrop.web.readings import (
    database_answers,
    pictures_answer,
    readings,
    redis_answers,
)

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> Response:
    """This process answers; nothing else is asked."""
    return Response("alive\n", mimetype="text/plain")


@health.get("/readyz")
def ready() -> tuple[Response, int]:
    """What it needs answers too. Without Redis, or what keeps pictures, it is degraded, which is
    not dead: orders go on. What it is that does not answer is told to services only."""
    database, cache, pictures = database_answers(), redis_answers(), pictures_answer()
    state = "unavailable" if not database else "ready" if cache and pictures else "degraded"
    detail = {"database": database, "redis": cache, "media": pictures}
    told = detail if services.is_service() else {}
    return jsonify(state=state, **told), 200 if database else 503


@health.get("/metrics")
def metrics() -> Response:
    """What happens here, for Prometheus: of all workers of this web process, and of the shop."""
    services.service()
    text = numbers.exposition(readings())
    return Response(text, content_type=numbers.CONTENT_TYPE_LATEST)


@health.get("/clock")
def now() -> Response:
    """The database's time as milliseconds since 1970, for countdowns."""
    return jsonify(now=(clock.now() - EPOCH) // timedelta(milliseconds=1))
