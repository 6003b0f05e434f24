"""News of a creator whom very many follow: how late those have it whose pages are open.

Web, relay and worker are the processes that they are in production. Late is from before the
command that makes the news until the socket of a page has brought what the page shows.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from itertools import count
from statistics import quantiles
from time import monotonic, sleep

from bench import world
from bench.database import Database, settings
from bench.live import Ears, listening
from bench.report import Goal, Section
from bench.stage import Stage
from bench.web import WORKERS, Web, serving
from deploy.local import processes
from deploy.local.console import Refusal, step
from deploy.local.paths import ROOT
from livedrop import create_app
from livedrop.drops.commands import reschedule
from livedrop.lib.clock import clock

ONLINE = 2000
NEWS = 10  # one after the other
BETWEEN = 1.0  # seconds
BEGUN = 10  # moves after which the processes should have
BEHIND = (["-m", "flask", "--app", "wsgi", "relay"], ["worker.py", "orders"])

CROWD = """
WITH person AS (
    INSERT INTO users (email, handle, display_name, password_hash)
    SELECT 'w' || n || '@example.com', 'w' || n, 'Follower', '' FROM generate_series(1, %(rows)s) n
    RETURNING id
)
INSERT INTO follows (follower_id, creator_id) SELECT id, %(creator)s FROM person
"""
THEY_FOLLOW = "INSERT INTO follows (follower_id, creator_id) SELECT unnest(%s::bigint[]), %s"
LATER = """
UPDATE drops SET starts_at = now() + interval '1 day', ends_at = now() + interval '2 days'
WHERE id = %s RETURNING creator_id
"""


def run(stage: Stage) -> Section:
    """Fill the tables, let it happen some times, and say what came of the goals."""
    drop = world.live_drop(stage.database, units=100)
    people = stage.people[:ONLINE]
    creator = _fill(stage.database, drop.id, [one.id for one in people], stage.options.rows)
    app = create_app(settings(stage.database.url))
    with serving("wsgi:app", stage.database.url) as web, _behind(stage.database.url, web):
        cookies = [one.cookie for one in people]
        with listening(web.port, cookies, topic="", mark='id="toast-') as ears, app.app_context():
            moves = count(2)
            _begun(ears, drop.id, creator, moves)
            late = [_late(ears, drop.id, creator, next(moves)) for _ in range(NEWS)]
            online = ears.open
    return _section(stage, online, late)


def _fill(where: Database, drop_id: int, people: list[int], rows: int) -> int:
    """Let them and a crowd follow the creator of the drop, which is still to come."""
    with where.connection() as connection, step(f"Writing {rows:,} followers of one creator"):
        (creator,) = connection.execute(LATER, (drop_id,)).fetchone() or (0,)
        connection.execute(THEY_FOLLOW, (people, creator))
        connection.execute(CROWD, {"rows": rows - len(people), "creator": creator})
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    return int(creator)


@contextmanager
def _behind(database_url: str, web: Web) -> Iterator[None]:
    """The relay and the worker, while the block lasts."""
    env = os.environ | {"DATABASE_URL": database_url, "LIVEDROP_URL": web.url}
    with ExitStack() as running:
        for command in BEHIND:
            child = processes.spawn([sys.executable, *command], env=env, cwd=ROOT)
            running.callback(processes.end, child)
        yield


def _begun(ears: Ears, drop_id: int, creator: int, moves: Iterator[int]) -> None:
    """Return when the processes behind have begun: everybody hears what happens."""
    while len(_late(ears, drop_id, creator, next(moves))) < ears.open:
        if next(moves) > BEGUN:
            raise Refusal("What happens does not reach everybody.")


def _late(ears: Ears, drop_id: int, creator: int, days: int) -> list[float]:
    """By how many ms each page had the news late that the drop moves by so many days."""
    sleep(BETWEEN)
    ears.listen()
    start, begun = clock.now() + timedelta(days=days), monotonic()
    reschedule(
        drop_id=drop_id, actor_id=creator, starts_at=start, ends_at=start + timedelta(days=1)
    )
    return [(heard - begun) * 1000 for heard in ears.heard()]


def _section(stage: Stage, online: int, late: list[list[float]]) -> Section:
    every = [one for news in late for one in news]
    hundredths = quantiles(every, n=100)
    heard = len(every) / NEWS
    return Section(
        name="told",
        title=f"news to {ONLINE:,} online of {stage.options.rows:,} followers",
        server=stage.database.server_version(),
        columns=("sockets", "had by", "p50 ms", "p95 ms", "p99 ms", "last ms"),
        rows=[(online, heard, hundredths[49], hundredths[94], hundredths[98], max(every))],
        notes=[
            f"{NEWS} times a drop moves to another day; {WORKERS} web processes, relay and worker."
            " Late is from before the command until the socket of a page has brought the news;"
            " the pages are one process here too.",
        ],
        goals=[
            Goal("had by everybody", 1.0, heard / ONLINE),
            Goal("commit to page, p99", 2000, hundredths[98], True, " ms"),
        ],
    )
