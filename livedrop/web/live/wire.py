"""What the relay tells every web process, by Redis: a topic and some words.

Topics name who hears: `drop:<id>` everybody on its page, `creator:<id>` and `person:<id>` their
own sockets alone, `news:<id>` all who read that announcement in their inbox. Words for many are a
fragment; words for one are a nudge, the name of what their page is to be told, after which it asks
by HTTP. Two topics are for the processes themselves: `beat` says that all of this works, and
`check:<user id>` that somebody's right to listen may have ended.
"""

from typing import NamedTuple

from livedrop.lib.redis import Redis

ASK = "live:ask"  # something happened to a drop of one's own
NEWS = "news:told"  # something is new in the inbox
BEAT = "beat"


class Message(NamedTuple):
    """`trace` is what it is a step of, if that is traced; it goes behind the topic."""

    topic: str
    words: str
    trace: str | None = None

    def encoded(self) -> bytes:
        head = f"{self.topic} {self.trace}" if self.trace else self.topic
        return f"{head}\n{self.words}".encode()

    @classmethod
    def decoded(cls, sent: bytes) -> "Message":
        head, _, words = sent.decode().partition("\n")
        topic, _, trace = head.partition(" ")
        return cls(topic, words, trace or None)


class Beat(NamedTuple):
    """`run` is one life of a relay, `at` the database's clock, in ms since 1970."""

    run: str
    at: int

    @property
    def message(self) -> Message:
        return Message(BEAT, f"{self.run} {self.at}")

    @classmethod
    def read(cls, words: str) -> "Beat":
        run, at = words.split(" ")
        return cls(run, int(at))


def channel(redis: Redis) -> str:
    """Channels know nothing of the numbers of databases, so the name does."""
    return f"livedrop:{redis.connection_pool.connection_kwargs.get('db') or 0}:live"


def drop(drop_id: int) -> str:
    return f"drop:{drop_id}"


def creator(creator_id: int) -> str:
    return f"creator:{creator_id}"


def person(user_id: int) -> str:
    return f"person:{user_id}"


def announcement(news_id: int) -> str:
    return f"news:{news_id}"


def check(user_id: int) -> str:
    return f"check:{user_id}"
