"""Relay and worker as the processes they are: somebody signs up, and has a mail."""

import re

from redis import Redis

from livedrop import wiring
from livedrop.accounts.queries import address_state, id_by_email
from livedrop.deliveries.jobs import ask
from livedrop.extensions import db
from tests.deliveries.post import announce
from tests.page import HOME
from tests.programs import flask, running, until, worker

EVE = {"email": "eve@example.com", "handle": "eve", "display_name": "Eve"}


def test_who_signs_up_confirms_with_the_link_in_the_mail(config, page, server):
    page.get("/sign-up").submit(password="a long enough password", **EVE)
    with (
        running(config, flask("relay"), smtp_url=server.url),
        running(config, worker("mail"), smtp_url=server.url),
    ):
        until(lambda: server.received)
    (mail,) = server.received
    link = re.search(rf"{HOME}(/email-confirmations/\S+)", mail.get_body(("plain",)).get_content())
    page.get(link[1]).submit("#confirm-address")
    assert address_state(id_by_email("eve@example.com")).confirmed


def test_what_is_to_do_is_asked_for_once_at_a_time_and_again_when_that_is_lost(
    config, drop, send, server
):
    """The rows are the promise: a job that Redis lost is asked for again."""
    queues = wiring.queues(config)
    with Redis.from_url(config.redis_url) as redis:

        def asked():
            ask(queues)
            db.session.remove()
            return [redis.llen(f"rq:queue:{queue}") for queue in ("bulk", "mail")]

        assert asked() == [0, 0]
        announce(drop)
        assert asked() == asked() == [1, 0]
        redis.flushdb()
        assert asked() == [1, 0]
        send()
        redis.flushdb()
        assert asked() == [0, 0]
    assert len(server.received) == 1
