"""The whole shop at a fifth of a drop's load for long: it goes on as it began, and nothing grows.

People read, place orders that lapse after a minute, so that there is always something left, follow
and stop following, and listen on sockets that come and go; some pay. All of it passes the gateway.

If asked for, something goes wrong again and again (`faults.py`). For a while then the honest answer
is to try again (503); any other that is none, and a 503 before or after, is an error as ever. In
calm every socket hears the news, and whatever happens is heard of by all whose work it is: who died
is back.
"""

import http.client
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
from math import inf
from time import monotonic, sleep
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import psycopg

from bench import faults, flat, mixed, world
from bench.database import Database, settings
from bench.faults import Fault
from bench.flat import Growth, Weight
from bench.live import MARK, listening
from bench.open import Answers, Stream, measure, percentiles, poisson
from bench.report import Goal, Section
from bench.shape import Shape, running
from bench.stage import Stage
from bench.world import Drop, Person
from deploy.local.console import Refusal, say
from livedrop import create_app, reconcile

READS, ORDERS, FOLLOWS = 100, 30, 2  # per second
WINDOW = 60  # seconds until an order that is not paid lapses
UNITS = ORDERS * WINDOW * 2 // 3  # so that a third is told that all are held
# People. Each may buy a hundred units: so many payers suffice for a day and a night.
PAYERS, FOLLOWERS, READERS = 1024, 128, 16
BETWEEN = 1.0  # seconds, one order that is paid and the next
SOCKETS, LASTING = 200, 20.0  # seconds, then others take their place
CONNECTIONS = 20  # of each stream
AT_ONCE = 64  # who all ask before, so that every pool has as many connections as it may
READINGS, PAUSE = 120, 10.0  # so many, or more if this many seconds lie between two
HOURS = 48  # that the drops last
BEGUN = 30  # seconds after which all processes should have
PATIENCE = 15  # seconds; longer than any answer may take
SURPRISE = 2.0  # seconds after which it happens: people are there then
# Seconds after a fault in which "try again" is an honest answer, and all come back: as long as a
# web worker may take to begin (deploy/gunicorn.py).
GRACE = 30
SHAKEN = int(SURPRISE) + GRACE  # seconds of a part in which it happens
AGAIN = frozenset({"503"})
# Their rows stay, or come and go: they are changed all the time, and should not get larger.
TABLES = ("stock", "users", "sign_ins", "follows", "follower_counts", "outbox_attempts", "watching")
WEIGH = (
    "SELECT relname, pg_total_relation_size(oid) / 1048576.0 FROM pg_class"
    " WHERE relname = ANY(%s) AND relkind = 'r'"
)
UNHEARD = (
    "SELECT job || ' has not heard of everything' FROM outbox_events,"
    " unnest(coalesce(awaiting, '{relay}')) AS job WHERE awaiting IS DISTINCT FROM '{}'"
    " AND at < clock_timestamp() - make_interval(secs => %s)"
    " UNION SELECT job || ' has given something up' FROM outbox_attempts WHERE dead_at IS NOT NULL"
)


@dataclass
class Deeds:
    """What was done beside the streams, and what went wrong anywhere."""

    paid: int = 0
    opened: int = 0  # sockets
    heard: int = 0  # pieces of news
    faults: list[Fault] = field(default_factory=list)  # that happened
    fault_at: float = -inf  # when the last one did, by the monotonic clock
    again: int = 0  # answers to try again, while that was honest
    again_until: float = 0.0  # seconds after the fault, at most
    waited: float = 0.0  # seconds, for an answer of such a time, at most
    wrong: list[str] = field(default_factory=list)

    @property
    def shaken(self) -> bool:
        return monotonic() - self.fault_at < GRACE

    def asked_again(self, times: int, at: float) -> None:
        """So many were asked to try again, the last of them then."""
        self.again += times
        self.again_until = max(self.again_until, at - self.fault_at)


Task = Callable[[threading.Event], None]


def run(stage: Stage) -> Section:
    """Let it run, then look at what each process has, and at the tables."""
    seconds, every, deeds = stage.options.seconds, stage.options.fault_every, Deeds()
    contested = world.live_drop(stage.database, UNITS, window=WINDOW, hours=HOURS)
    plenty = world.live_drop(stage.database, 10**6, hours=HOURS)
    payers, others = stage.people[:PAYERS], stage.people[PAYERS:]
    streams = partial(_streams, stage.database, contested, others)
    database_port = urlsplit(stage.database.url).port or 5432
    pause = min(PAUSE, max(0.25, seconds / READINGS))
    weights: dict[str, list[Weight]] = {table: [] for table in TABLES}
    with running(stage.database.url, workers=2, restart=bool(every)) as shape:
        _wait_for_all(shape, database_port)
        _fill_pools(shape, streams(1.0)[0])
        tasks = (
            partial(_pay, shape, plenty, payers, deeds),
            partial(_listen, shape, plenty, deeds),
            partial(_weigh, stage.database, weights, pause),
        )
        with (
            flat.watched(lambda: shape.pids, database_port, pause) as readings,
            _meanwhile(*tasks, wrong=deeds.wrong),
        ):
            parts = [
                _part(shape, stage.database, streams(length), fault, deeds)
                for length, fault in plan(seconds, every)
            ]
        deeds.wrong += _deaths(shape, deeds)
    grown = {name: flat.of_process(several) for name, several in readings.items()}
    sizes = {table: flat.growth(several)[0] for table, several in weights.items()}
    deeds.wrong += _untruths(stage.database)
    for words in deeds.wrong[:20]:
        say(words)
    return _section(stage, parts, deeds, grown, sizes)


def plan(seconds: int, every: int) -> Iterator[tuple[float, Fault | None]]:
    """The parts of this time: how long each is, and the fault it begins with, if one happens. The
    last one is calm, so that it is seen what the last fault left. Raises `Refusal`."""
    if not every:
        yield seconds, None
        return
    if every <= SHAKEN:
        raise Refusal(
            f"A fault has {GRACE} s to be over: let more than {SHAKEN} s lie between two."
        )
    for fault, _ in zip(cycle(faults.ALL), range(seconds // every), strict=False):
        yield every - SHAKEN, None
        yield SHAKEN, fault
    yield GRACE, None


def _part(
    shape: Shape, database: Database, streams: list[Stream], fault: Fault | None, deeds: Deeds
) -> list[Answers]:
    """What came of each stream."""
    if fault is None:
        answers = measure(shape.web, streams)
        deeds.wrong += _unheard(database)
        _say_when(answers)
        return answers
    say(fault.name)
    deeds.faults.append(fault)
    patient = [replace(one, truthful=one.truthful | AGAIN) for one in streams]

    def surprise() -> None:
        sleep(SURPRISE)
        deeds.fault_at = monotonic()
        fault.happen(shape, database)

    with ThreadPoolExecutor(1) as pool:
        happened = pool.submit(surprise)
        answers = measure(shape.web, patient)
        happened.result()
    note(answers, deeds)
    _say_when(answers)
    return answers


def _say_when(answers: list[Answers]) -> None:
    """When errors began and ended, to be found in logs."""
    for one in answers:
        for what in one.errors:
            first, last = (
                datetime.now(UTC) - timedelta(seconds=monotonic() - at) for at in one.moments[what]
            )
            say(f"{one.count(what)} of {what}, {first:%H:%M:%S} to {last:%H:%M:%S} UTC")


def note(answers: list[Answers], deeds: Deeds) -> None:
    """How the fault was felt; before it there was no reason to ask anybody to try again."""
    for one in answers:
        deeds.waited = max(deeds.waited, max(one.all, default=0) / 1000)
        for status in AGAIN & one.moments.keys():
            first, last = one.moments[status]
            deeds.asked_again(one.count(status), last)
            if first < deeds.fault_at:
                deeds.wrong.append("somebody was asked to try again before anything happened")


def _unheard(database: Database) -> list[str]:
    """Who has not done what was to be done since `GRACE` ago."""
    with database.connection() as connection:
        return [str(words) for (words,) in connection.execute(UNHEARD, [GRACE])]


def _deaths(shape: Shape, deeds: Deeds) -> list[str]:
    """Those that no fault meant."""
    meant = Counter(fault.dies for fault in deeds.faults)
    return [
        f"{name} died {count} times more than it should"
        for name, count in (Counter(name for name, _ in shape.stack.deaths) - meant).items()
    ]


def _wait_for_all(shape: Shape, database_port: int) -> None:
    """Until every process has begun its work, which begins with a look into the database, or has
    had the time to: to load them all takes more than the load."""
    deadline = monotonic() + BEGUN
    waiting = {name: pid for name, pid in shape.pids.items() if name != "gateway"}
    while waiting and monotonic() < deadline:
        waiting = {
            name: pid
            for name, pid in waiting.items()
            if not flat.read(pid, database_port).connections
        }
        sleep(0.5)


def _fill_pools(shape: Shape, reads: Stream) -> None:
    """As a drop's start would: what is opened then stays open, and would look like growth later."""
    all_at_once = replace(reads, due=[0.0] * 10 * AT_ONCE, connections=AT_ONCE)
    (answers,) = measure(shape.web, [all_at_once])
    if answers.errors:
        raise Refusal(f"This run does not count: {answers.errors}")


def _streams(database: Database, drop: Drop, people: list[Person], seconds: float) -> list[Stream]:
    """Those who read, those who order and those who follow."""

    def own(person: Person) -> list[bytes]:
        paths = (f"/drops/{drop.slug}/orders/new", "/orders", "/inbox")
        return [world.get(path, f"Cookie: {person.cookie}") for path in paths]

    creator = f"/@{world.handle(database, drop)}/follow"
    reads = [one for person in people[:READERS] for one in (*mixed.pages(drop), *own(person))]
    presses = [
        world.press(person, creator + how)
        for how in ("", "?_method=DELETE")
        for person in people[:FOLLOWERS]
    ]
    orders = [world.order(person, drop) for person in people]
    return [
        Stream(poisson(seconds, lambda _: READS), reads, mixed.PAGES, CONNECTIONS),
        Stream(poisson(seconds, lambda _: ORDERS), orders, mixed.ANSWERS, CONNECTIONS),
        Stream(poisson(seconds, lambda _: FOLLOWS), presses, frozenset({"303"}), CONNECTIONS // 4),
    ]


@contextmanager
def _meanwhile(*tasks: Task, wrong: list[str]) -> Iterator[None]:
    """Do these while the block lasts; what ends one of them early is `wrong`."""
    over = threading.Event()

    def do(task: Task) -> None:
        try:
            task(over)
        except Exception as error:
            wrong.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=do, args=(task,), daemon=True) for task in tasks]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _pay(
    shape: Shape, drop: Drop, people: list[Person], deeds: Deeds, over: threading.Event
) -> None:
    """One after the other orders and pays; every fourth card is declined."""
    connection = http.client.HTTPConnection("127.0.0.1", shape.web.port, timeout=PATIENCE)

    def send(person: Person, path: str, **fields: object) -> str:
        head = {"Cookie": person.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"csrf_token": person.csrf_token, **fields})
        while True:
            connection.request("POST", path, body, head)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 503 or not deeds.shaken or over.wait(1):
                break
            deeds.asked_again(1, monotonic())
        if answer.status != 303:
            deeds.wrong.append(f"a press of {path} was answered {answer.status}")
        return urlsplit(answer.headers.get("Location", "")).path

    for person, card in zip(cycle(people), cycle(("success",) * 3 + ("decline",)), strict=False):
        if over.wait(BETWEEN):
            break
        path = f"/drops/{drop.slug}/orders"
        if order := send(person, path, sku=drop.sku_id, quantity=1, key=uuid4().hex):
            send(person, f"{order}/payment", outcome=card)
            deeds.paid += 1
    connection.close()


def _listen(shape: Shape, drop: Drop, deeds: Deeds, over: threading.Event) -> None:
    """Sockets on the page of a drop that somebody buys from every second, so that there is always
    news; after a while all of them go, without a word, for others."""
    while not over.is_set():
        topic, until = f"drop:{drop.slug}", monotonic() + LASTING
        with listening(shape.web.port, [""] * SOCKETS, topic=topic, mark=MARK) as ears:
            deeds.opened += ears.open
            shaken = deeds.shaken
            if ears.open < SOCKETS and not shaken:
                deeds.wrong.append(f"of {SOCKETS} sockets only {ears.open} were opened")
            while monotonic() < until and not over.is_set():
                ears.listen()
                heard = len(ears.heard())
                deeds.heard += heard
                shaken = shaken or deeds.shaken
                if heard < ears.open and not shaken and not over.is_set():
                    deeds.wrong.append(f"of {ears.open} sockets only {heard} heard the news")


def _weigh(
    database: Database, weights: dict[str, list[Weight]], pause: float, over: threading.Event
) -> None:
    """How large each of the tables is, again and again."""
    while not over.wait(pause):
        with suppress(psycopg.OperationalError), database.connection() as connection:
            for table, size in connection.execute(WEIGH, [list(TABLES)]):
                weights[table].append(Weight(monotonic(), float(size)))


def _untruths(database: Database) -> list[str]:
    """What does not add up in the tables."""
    app = create_app(settings(database.url))
    with app.app_context():
        return list(reconcile.problems())


def _section(
    stage: Stage,
    parts: Sequence[list[Answers]],
    deeds: Deeds,
    grown: dict[str, list[Growth]],
    sizes: dict[str, Growth],
) -> Section:
    reads, orders, presses = zip(*parts, strict=True)
    errors = sum((Counter(one.errors) for part in parts for one in part), Counter())
    all_grown = [*sizes.values(), *(one for several in grown.values() for one in several)]

    def tail(several: Sequence[Answers]) -> str:
        every = [ms for one in several for ms in one.all]
        return " / ".join(f"{ms:.1f}" for ms in percentiles(every))

    def count(several: Sequence[Answers]) -> int:
        return sum(len(one.all) for one in several)

    return Section(
        name="shaken" if deeds.faults else "soak",
        title=f"{stage.options.seconds / 60:g} minutes of {READS} reads/s, {ORDERS} orders/s and"
        f" {SOCKETS} sockets through the whole shop{_how_often(stage)}",
        server=stage.database.server_version(),
        columns=("process", "memory, MB", "descriptors", "connections to Postgres", ""),
        rows=[
            (name, *several, "flat" if all(one.flat for one in several) else "**grows**")
            for name, several in grown.items()
        ],
        notes=[
            "Of each process with all it started: what it has, the median, and by how much that"
            f" grew. {_rule()}",
            "Tables whose rows stay or come and go, MB: "
            + ", ".join(
                f"{table} {size.level:.1f} {size.grown:+.1f}" for table, size in sizes.items()
            )
            + ".",
            f"{count(reads)} reads, {count(orders)} orders, {count(presses)} presses of"
            f" Follow, {deeds.paid} payments, {deeds.opened} sockets that heard {deeds.heard}"
            f" times; each socket for {LASTING:g} s, each order for {WINDOW} s unless it was paid.",
            f"p50 / p95 / p99 in ms: reads {tail(reads)}, orders {tail(orders)}. Open loop, as"
            " in `mixed`.",
            *_of_faults(deeds),
            f"What went wrong: {dict(errors) or 'nothing'}. What else:"
            f" {len(deeds.wrong) or 'nothing'}; the tables were reconciled at the end.",
        ],
        goals=[
            Goal("figures that grow", 0, sum(not one.flat for one in all_grown), at_most=True),
            Goal("errors", 0, sum(errors.values()) + len(deeds.wrong), at_most=True),
        ],
    )


def _how_often(stage: Stage) -> str:
    every = stage.options.fault_every
    return f", and something goes wrong every {every / 60:.3g} minutes" if every else ""


def _of_faults(deeds: Deeds) -> list[str]:
    if not deeds.faults:
        return []
    times = Counter(fault.name for fault in deeds.faults)
    happened = "; ".join(f"{name} ({count})" for name, count in times.items())
    again = f", the last {deeds.again_until:.1f} s after it" if deeds.again else ""
    return [
        f"What happened, and how often: {happened}.",
        f"In the {GRACE} s from each of them {deeds.again} were asked to try again{again}; sooner"
        " or later that would be an error. The longest wait for an answer was then"
        f" {deeds.waited:.1f} s. In calm all sockets heard the news, and at its end no event had"
        f" waited for its workers for longer than {GRACE} s.",
    ]


def _rule() -> str:
    few = ", ".join(f"{what} by {bound:g}" for what, bound in flat.FEW.items())
    return (
        "The first third of the readings is not counted; of the rest the median of the slopes"
        " between any two (Theil-Sen), times the time they span; also between those of one life"
        " only, for who was started again, and the worse counts. Flat is what grows by no more"
        f" than {flat.SHARE:.0%} of what it has, or all the same {few}."
    )
