"""Who listens to what in this web process, and what they are told.

One greenlet hears Redis for all of them. What it hears is encoded once and given to every line
that listens; nobody waits for anybody. Another looks after the lines: pings, slow readers, people
whose right to listen has ended, and the farewell when the process is told to stop.

Counts are of this process alone, as those of `lib/ratelimit.py`: no Redis decides who gets in.
"""

import logging
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep
from uuid import UUID

from livedrop.lib import frames, traces
from livedrop.lib.errors import DomainError, Unavailable
from livedrop.lib.metrics import Now
from livedrop.lib.redis import PubSub, RedisError, connect
from livedrop.web.live.line import POLICY, RESTART, Line
from livedrop.web.live.wire import BEAT, Beat, Message, channel

log = logging.getLogger(__name__)

PATIENCE = 2.0  # seconds for Redis to take a connection
QUIET = 5.0  # seconds without a word, then Redis is asked whether it is there
DEAF = 8.0  # seconds without a word, then it is not
REST = 0.5  # seconds between two tries to be heard
TICK = 0.1  # seconds between two looks after the lines
CHECK = (
    5.0  # seconds between two looks whether people may still listen; without Redis the only ones
)
WATCH = 1.0  # seconds between two counts of who listens
SPREAD = 5.0  # seconds over which the farewells are spread
AT_ONCE = 100  # lines that are told before others may run

SOCKETS = Now("livedrop_ws_connections", "Open sockets.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many sockets one process holds; of a person and of an address, None is as many."""

    sockets: int
    of_person: int | None = 5
    of_address: int | None = 50


class Unbroken:
    """Since when nothing was missed: the beat from which all that was said has arrived here.

    A new relay, or a new subscription, is a new beginning: what was said before may be lost.
    """

    def __init__(self) -> None:
        self.since: int | None = None
        self._runs: dict[str, float] = {}  # relay -> when it was last heard

    def begin(self) -> None:
        self.since = None

    def hear(self, beat: Beat) -> int:
        """The instant since when nothing was missed, in ms since 1970."""
        now = monotonic()
        self._runs = {run: at for run, at in self._runs.items() if now - at < QUIET}
        if self.since is None or beat.run not in self._runs:
            self.since = beat.at
        self._runs[beat.run] = now
        return self.since


class Hub:
    """`standing` answers which of some sign-ins may still listen, `readers` which of some people
    read an announcement; `forget` lets the process remember nothing of a person any more; `watched`
    is told how many listen to which drops. All may raise `Unavailable`."""

    def __init__(
        self,
        redis_url: str,
        limits: Limits,
        *,
        ping_seconds: float,
        standing: Callable[[Collection[UUID]], set[UUID]],
        readers: Callable[[int, Collection[int]], set[int]],
        forget: Callable[[int], None],
        watched: Callable[[Mapping[int, int]], None],
    ) -> None:
        self.limits, self.ping_seconds = limits, ping_seconds
        self.standing, self.readers = standing, readers
        self.forget, self.watched = forget, watched
        self.draining = False
        self._url = redis_url
        self._lines: set[Line] = set()
        self._by_topic: defaultdict[str, set[Line]] = defaultdict(set)
        self._counts: Counter[object] = Counter()
        self._unbroken = Unbroken()
        self._checked_at = self._pinged_at = monotonic()

    # --- coming and going ---

    @contextmanager
    def place(self, address: str | None, user_id: int | None) -> Iterator[None]:
        """Hold a place for a socket. Raises `Unavailable` (503) when there is none, 429 when this
        person or address has as many as they may."""
        held: list[tuple[object, int | None, Exception]] = [
            ("all", self.limits.sockets, Unavailable()),
            (("address", address), self.limits.of_address, DomainError("too-many-sockets", 429)),
        ]
        if user_id is not None:
            most_of_one = self.limits.of_person
            refusal = DomainError("too-many-sockets", 429)
            held.append((("person", user_id), most_of_one, refusal))
        if self.draining:
            raise Unavailable
        for name, most, no in held:
            if most is not None and self._counts[name] >= most:
                raise no
        self._counts.update(name for name, *_ in held)
        try:
            yield
        finally:
            self._counts -= Counter(name for name, *_ in held)

    @contextmanager
    def listening(self, line: Line) -> Iterator[None]:
        """Tell `line` what it listens to while the block lasts."""
        self._lines.add(line)
        for topic in line.topics:
            self._by_topic[topic].add(line)
        try:
            yield
        finally:
            line.cut()
            self._lines.discard(line)
            for topic in line.topics:
                self._by_topic[topic].discard(line)
                if not self._by_topic[topic]:
                    del self._by_topic[topic]

    # --- telling ---

    def hear(self, message: Message) -> None:
        """Tell those who listen, or do what the processes themselves are told."""
        kind, _, rest = message.topic.partition(":")
        if kind == BEAT:
            beat = Beat.read(message.words)
            words = f"{beat.at} {self._unbroken.hear(beat)}"
            self._tell(self._lines, BEAT, frames.text(words))
        elif kind == "check":
            self.check(int(rest))
        elif kind == "news":
            self.announce(int(rest), message)
        elif message.topic in self._by_topic:
            told = self._by_topic[message.topic]
            self._tell(told, message.topic, frames.text(message.words))

    def check(self, user_id: int | None = None) -> None:
        """End the lines of sign-ins that may not listen any more; of one person, or of all."""
        if user_id is not None:
            self.forget(user_id)
        people = {
            line: line.person.sign_in_id
            for line in self._lines
            if line.person and user_id in {None, line.person.user_id}
        }
        standing = self.standing(set(people.values())) if people else set()
        for line, sign_in_id in people.items():
            if sign_in_id not in standing:
                line.close(POLICY)

    def announce(self, news_id: int, message: Message) -> None:
        """Show an announcement to those of whoever is signed in who read it; one question for all.

        The fragment itself is sent, as it is the same for all: thousands who came to ask for it at
        once would be what a drop that opens needs least."""
        online = {line.person.user_id for line in self._lines if line.person}
        told = self.readers(news_id, online) if online else set()
        lines = {line for line in self._lines if line.person and line.person.user_id in told}
        self._tell(lines, message.topic, frames.text(message.words))

    def _tell(self, lines: set[Line], topic: str, frame: bytes) -> None:
        for number, line in enumerate(tuple(lines), start=1):
            line.push(topic, frame)
            if number % AT_ONCE == 0:
                sleep(0)

    # --- for as long as the process lives ---

    def serve(self, alive: Callable[[], bool]) -> None:
        """Begin to hear and to look after the lines; say farewell when `alive` no longer."""
        for work in (
            self._hear_redis,
            lambda: self._look_after(alive),
            lambda: self._keep_counting(alive),
        ):
            threading.Thread(target=work, daemon=True).start()

    def _hear_redis(self) -> None:
        while True:
            try:
                self._subscribe()
            except (RedisError, OSError) as error:
                log.info("Redis is not heard: %s", error)
            except Exception:
                log.exception("what Redis said was not understood")
            sleep(REST)

    def _subscribe(self) -> None:
        """Hear until the connection is lost, or nothing comes over it any more."""
        redis = connect(self._url, PATIENCE)
        try:
            ears: PubSub = redis.pubsub()  # type: ignore[no-untyped-call]
            ears.subscribe(channel(redis))
            heard_at, asked = monotonic(), False
            while monotonic() - heard_at < DEAF:
                said = ears.get_message(timeout=1.0)
                if said is not None:
                    heard_at, asked = monotonic(), False
                    self._take(said)
                elif not asked and monotonic() - heard_at > QUIET:
                    ears.ping()
                    asked = True
        finally:
            redis.close()

    def _take(self, said: dict[str, object]) -> None:
        # The client subscribes anew by itself, too: what was said meanwhile is lost.
        if said["type"] == "subscribe":
            self._unbroken.begin()
        elif said["type"] == "message" and isinstance(said["data"], bytes):
            message = Message.decoded(said["data"])
            try:
                with traces.after("live tell", [message.trace]):
                    self.hear(message)
            except Unavailable:
                log.warning("nobody could be asked whom %s concerns", message.topic)

    def watching(self) -> dict[int, int]:
        """How many lines listen to a drop, by its id."""
        topics = ((topic.partition(":"), len(lines)) for topic, lines in self._by_topic.items())
        return {int(name): number for (kind, _, name), number in topics if kind == "drop"}

    def _keep_counting(self, alive: Callable[[], bool]) -> None:
        """Say who listens again and again, until it was said that nobody does."""
        before: dict[int, int] = {}
        while alive():
            now = self.watching()
            SOCKETS.note(len(self._lines))
            try:
                if now or before:
                    self.watched(now)
                    before = now
            except Unavailable:
                log.warning("who looks on could not be said; again in %.0f s", WATCH)
            except Exception:
                log.exception("who looks on could not be said")
            sleep(WATCH)

    def _look_after(self, alive: Callable[[], bool]) -> None:
        while alive():
            try:
                self.tick()
            except Unavailable:
                log.warning("nobody could be asked who may listen; again in %.0f s", CHECK)
            except Exception:
                log.exception("looking after the sockets failed")
            sleep(TICK)
        self.drain()

    def tick(self) -> None:
        """Do what is due for the lines."""
        now = monotonic()
        self._attend(now)
        if now - self._pinged_at >= min(1.0, self.ping_seconds):
            self._pinged_at = now
            self._ping(now)
        if now - self._checked_at >= CHECK:
            self._checked_at = now
            self.check()

    def drain(self) -> None:
        """Send everybody away, little by little, and those last who were on their way in; their
        pages come back to another process."""
        self.draining = True
        pause = min(0.05, SPREAD / max(1, len(self._lines)))
        while self._lines or self._counts["all"]:
            for line in tuple(self._lines):
                if line.closed_at is None:
                    line.close(RESTART)
                    sleep(pause)
            self._attend(monotonic())
            sleep(TICK)

    def _attend(self, now: float) -> None:
        """Whoever is too slow is gone; who was busy gets what waits."""
        for line in tuple(self._lines):
            if line.overdue(now):
                line.cut()
            elif line.stalled_at is not None:
                line.flush()

    def _ping(self, now: float) -> None:
        """Whoever was silent is asked; who does not answer for twice as long is gone."""
        for line in tuple(self._lines):
            silent = now - line.heard_at
            if silent > 2.2 * self.ping_seconds:
                line.cut()
            elif silent > self.ping_seconds:
                line.push("ping", frames.frame(frames.PING))
