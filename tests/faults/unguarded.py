"""The settings of production, and the shop without the guards that `UNGUARDED` names."""

import os

from deploy import gunicorn as production
from deploy.gunicorn import *  # noqa: F403


def post_worker_init(worker):  # type: ignore[no-redef]
    for guard in os.environ["UNGUARDED"].split(","):
        globals()[guard](worker.wsgi)
    production.post_worker_init(worker)


def no_breaker(app):
    """Redis is asked as its client comes, each time, and has as long as it likes to fail."""
    from redis import Redis

    cache = app.extensions["livedrop.cache"]
    cache._redis = Redis.from_url(app.extensions["livedrop"].redis_url)
    type(cache)._ask = lambda self, question: question(self._redis)


def redis_for_orders(app):
    """Who orders waits until Redis has counted it."""
    from flask import request
    from redis import Redis

    redis = Redis.from_url(app.extensions["livedrop"].redis_url)

    @app.before_request
    def count():
        if request.method == "POST":
            redis.incr("orders")


def no_catching_up(app):
    """However often Redis went away, nothing was missed."""
    from livedrop.web.live.hub import Unbroken

    def hear(self, beat):
        self.since = self.since or beat.at
        return self.since

    Unbroken.begin, Unbroken.hear = lambda self: None, hear
