"""What is true of the shop this moment, for who looks after it: what answers, and what waits."""

from collections.abc import Iterator

from flask import current_app

from livedrop.config import configuration
from livedrop.deliveries.queries import overdue
from livedrop.extensions import db
from livedrop.lib.clock import clock
from livedrop.lib.db import end_read, unavailable
from livedrop.lib.errors import Unavailable
from livedrop.lib.metrics import Reading
from livedrop.lib.queue import Queues
from livedrop.lib.redis import Redis, RedisError, connect
from livedrop.media.store import store
from livedrop.outbox.queries import backlog

PATIENCE = 0.3  # seconds; an answer that comes later is of no use to who asks


def readings() -> Iterator[Reading]:
    """As much of it as answers."""
    database, cache = database_answers(), redis_answers()
    yield Reading("livedrop_database_up", "Whether Postgres answers.", float(database))
    yield Reading("livedrop_redis_up", "Whether Redis answers.", float(cache))
    words = "Whether what keeps pictures answers."
    yield Reading("livedrop_media_up", words, float(pictures_answer()))
    if cache:
        yield from _queues()
    if database:
        yield from _tables()


def _queues() -> Iterator[Reading]:
    queues: Queues = current_app.extensions["queues"]
    try:
        lags = queues.lags()
    except RedisError:
        return
    for lag in lags:
        named = {"queue": lag.queue}
        yield Reading("livedrop_queue_jobs", "Jobs that wait.", lag.waiting, named)
        words = "Seconds the first job of a queue waits."
        yield Reading("livedrop_queue_oldest_seconds", words, lag.seconds, named)


def _tables() -> Iterator[Reading]:
    try:
        with unavailable():
            events, mails = backlog(), overdue()
    except Unavailable:
        return
    finally:
        db.session.close()
    words = "Events that somebody has to hear yet."
    yield Reading("livedrop_outbox_unsent_events", words, events.events)
    words = "Seconds the first of them waits."
    yield Reading("livedrop_outbox_oldest_unsent_seconds", words, events.seconds)
    yield Reading("livedrop_outbox_dead_letters", "Jobs that were given up.", events.dead)
    for lane, seconds in mails.items():
        words = "Seconds since the first mail of a lane should have been sent."
        yield Reading("livedrop_mail_overdue_seconds", words, seconds, {"lane": lane})


def database_answers() -> bool:
    try:
        clock.measure()
    except Unavailable:
        return False
    return True


def redis_answers() -> bool:
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


def pictures_answer() -> bool:
    """Whether pictures could be kept now."""
    end_read()
    return store().answers()
