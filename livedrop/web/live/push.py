"""The relay's end: what happened becomes a fragment, rendered once and sent to everybody.

Many events of one drop become one fragment. It carries the instant its numbers were read as its
`seq`, so that no page takes an older one for news, whichever way it came. What could not be sent
is sent later; meanwhile the beat stops, and without it pages ask by themselves.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from secrets import token_hex

from flask import current_app

from livedrop.drops.queries import drop_of_id
from livedrop.extensions import db
from livedrop.lib.clock import EPOCH, clock
from livedrop.lib.redis import connect
from livedrop.orders.queries import stock_of_drop
from livedrop.outbox.relay import Happened
from livedrop.web.live import wire
from livedrop.web.live.wire import ASK, Beat, Message
from livedrop.web.storefront.drops import how_it_stands

BUDGET = 0.5  # seconds Redis has to take a message

Topic = Callable[[Happened], str]


def drop(happened: Happened) -> str:
    """Of an event of a drop, or of an order in it."""
    return wire.drop(happened.payload.get("drop_id") or int(happened.about))


def check(happened: Happened) -> str:
    """Of an event of a person whose right to listen may have changed."""
    return wire.check(int(happened.about))


class Pusher:
    """`topics` says which kinds of events concern whom."""

    def __init__(self, redis_url: str, topics: Mapping[str, Topic]) -> None:
        self.topics = topics
        self._redis = connect(redis_url, BUDGET)
        self._channel = wire.channel(self._redis)
        self._run = token_hex(4)
        self._news: dict[str, None] = {}  # topics, in the order of what happened to them

    def note(self, happened: Sequence[Happened]) -> None:
        """Remember whom this concerns; sends nothing yet."""
        for event in happened:
            if topic := self.topics.get(event.kind):
                self._news[topic(event)] = None

    def push(self) -> None:
        """Send what there is to say. Raises `RedisError`; what is unsaid then stays noted."""
        for topic in tuple(self._news):
            for message in _messages(topic):
                self._redis.publish(self._channel, message.encoded())
            del self._news[topic]

    def beat(self) -> None:
        """Say that everything that happened is being told, as of now. Raises `RedisError`."""
        clock.measure()
        self._redis.publish(
            self._channel, Beat(self._run, milliseconds(clock.now())).message.encoded()
        )


def milliseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)


def _messages(topic: str) -> list[Message]:
    kind, _, name = topic.partition(":")
    if kind != "drop":
        return [Message(topic, "")]
    db.session.remove()  # each fragment reads anew
    page = drop_of_id(int(name))
    if page is None or page.published_at is None:
        return []
    template = current_app.jinja_env.get_template("live/_drop_state.html")
    fragment = template.render(how_it_stands(page, stock_of_drop(page.id)))
    return [Message(topic, fragment), Message(wire.creator(page.creator_id), ASK)]
