"""The relay's end: what happened becomes a fragment, rendered once and sent to everybody.

Many events of one drop become one fragment. It carries the instant its numbers were read as its
`seq`, so that no page takes an older one for news, whichever way it came. What could not be sent
is sent later; meanwhile the beat stops, and without it pages ask by themselves.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from secrets import token_hex
from time import monotonic

from flask import current_app

from livedrop.config import configuration
from livedrop.drops.queries import drop_of_id
from livedrop.extensions import db
from livedrop.lib import traces
from livedrop.lib.clock import clock, milliseconds
from livedrop.lib.redis import RedisError, connect
from livedrop.notifications.fanout import Written
from livedrop.notifications.queries import announcement
from livedrop.orders.queries import stock_of_drop
from livedrop.outbox.relay import Happened
from livedrop.web.live import wire
from livedrop.web.live.wire import ASK, NEWS, Beat, Message
from livedrop.web.storefront.drops import how_it_stands

log = logging.getLogger(__name__)

BUDGET = 0.5  # seconds Redis has to take a message
AGAIN = 1.0  # seconds between two looks at a drop with held units: they come back by the clock


@dataclass(frozen=True, slots=True)
class Shown:
    """What was said of a drop, but for when, and from when on it is looked at again."""

    words: str
    again_at: float  # of this process's monotonic clock


Topic = Callable[[Happened], str]


def drop(happened: Happened) -> str:
    """Of an event of a drop, or of an order in it."""
    return wire.drop(happened.payload.get("drop_id") or int(happened.about))


def check(happened: Happened) -> str:
    """Of an event of a person whose right to listen may have changed."""
    return wire.check(int(happened.about))


def news(written: Sequence[Written]) -> None:
    """Show what is announced on the open pages of those who read it, and let those of whoever is
    told something of their own look for it. It is a hint, so what Redis does not take is not said
    again: pages also look by themselves, now and then."""
    redis = connect(configuration().redis_url, BUDGET)
    try:
        with redis.pipeline(transaction=False) as together:
            for message in chain.from_iterable(map(_messages, written)):
                traced = message._replace(trace=traces.current())
                together.publish(wire.channel(redis), traced.encoded())
            together.execute()
    except RedisError as error:
        log.warning("open pages were not told of news: %s", error)
    finally:
        redis.close()


def _messages(written: Written) -> Iterator[Message]:
    if written.creator_id is not None:
        toast = current_app.jinja_env.get_template("storefront/inbox/_toast.html")
        words = toast.render(news=announcement(written.news_id)).strip()
        yield Message(wire.announcement(written.news_id), words)
    for user_id in written.user_ids:
        yield Message(wire.person(user_id), NEWS)


class Pusher:
    """`topics` says which kinds of events concern whom."""

    def __init__(self, redis_url: str, topics: Mapping[str, Topic]) -> None:
        self.topics = topics
        self._redis = connect(redis_url, BUDGET)
        self._channel = wire.channel(self._redis)
        self._run = token_hex(4)
        # Topics, in the order of what happened to them, and of which traces it was a step.
        self._news: dict[str, list[str]] = {}
        self._held: dict[str, Shown] = {}  # drops with units that may come back

    def note(self, happened: Sequence[Happened]) -> None:
        """Remember whom this concerns; sends nothing yet."""
        for event in happened:
            if topic := self.topics.get(event.kind):
                known = self._news.setdefault(topic(event), [])
                if event.trace and len(known) < traces.MOST:
                    known.append(event.trace)

    def push(self) -> None:
        """Send what there is to say. Raises `RedisError`; what is unsaid then stays noted."""
        due = [topic for topic, shown in self._held.items() if shown.again_at <= monotonic()]
        for topic in dict.fromkeys([*self._news, *due]):
            kind, _, number = topic.partition(":")
            with traces.after("live push", self._news.get(topic, ())):
                if kind == "drop":
                    self._push_drop(topic, int(number))
                else:
                    self._send(Message(topic, ""))
            self._news.pop(topic, None)

    def beat(self) -> None:
        """Say that everything that happened is being told, as of now. Raises `RedisError`."""
        clock.measure()
        self._send(Beat(self._run, milliseconds(clock.now())).message)

    def _push_drop(self, topic: str, drop_id: int) -> None:
        db.session.remove()  # each fragment reads anew
        drop = drop_of_id(drop_id)
        if drop is None or drop.published_at is None:
            return
        stands = how_it_stands(drop, stock_of_drop(drop_id))
        fragment = current_app.jinja_env.get_template("live/_drop_state.html").render(stands)
        words = fragment.replace(f'data-seq="{stands["seq"]}"', "")
        known = self._held.pop(topic, None)
        if known is None or known.words != words:
            self._send(Message(topic, fragment))
            self._send(Message(wire.creator(drop.creator_id), ASK))
        if stands["totals"].held:
            self._held[topic] = Shown(words, monotonic() + AGAIN)

    def _send(self, message: Message) -> None:
        message = message._replace(trace=traces.current())
        self._redis.publish(self._channel, message.encoded())
