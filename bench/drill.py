"""`python3 dev.py drill`: lose a server of Postgres in the middle of a sale, and have it back.

A base backup is copied while people order; every change since goes to an archive. Then the server
dies and its disk with it. What was archived is restored beside it, and `reconcile` proves from the
copy that everything adds up. Measured is what was promised to somebody and is not there any more
(RPO), and how long it took until the copy was proved (RTO).
"""

import argparse
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import psycopg
from flask import current_app
from flask_migrate import upgrade

from bench import history, world
from bench.database import Database
from bench.report import Goal, Section, write
from deploy.local import postgres, processes
from deploy.local.console import Refusal, say, step
from deploy.local.paths import ROOT
from livedrop import create_app, reconcile
from livedrop.config import Config
from livedrop.extensions import db
from livedrop.lib.errors import Unavailable
from livedrop.lib.ids import new_token
from livedrop.orders.combine import combiner
from livedrop.orders.rules import Attempt, Placed

SWITCH = 2  # seconds after which what was written goes to the archive, however little it is
PEOPLE = 10_000
PAID = """
INSERT INTO payments (id, order_id, method, status, amount, currency, "window", protects, begun_at,
    settled_at)
SELECT gen_random_uuid(), id, 'card', 'succeeded', 4500, 'EUR', pay_by, true, placed_at, closed_at
FROM orders WHERE status = 'confirmed'
"""


@dataclass(frozen=True)
class Drilled:
    """What came of it. Seconds."""

    server: str
    orders: int
    size: str
    backup: float
    promised: int  # orders during the sale
    after: int  # of these, those after the base backup was begun
    lost: int
    rpo: float
    restored: float
    rto: float
    wrong: tuple[str, ...]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py drill", description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000, help="that are there before")
    parser.add_argument("--seconds", type=float, default=20, help="of sale after the base backup")
    told = parser.parse_args(argv)
    found = drill(told.orders, told.seconds)
    section = _section(found)
    write(section)
    sys.stdout.write(f"{section}\n")
    return 1 if found.wrong or not all(goal.met for goal in section.goals) else 0


def drill(orders: int, seconds: float, *, durable: bool = True) -> Drilled:
    """Do it with so many old orders, and so many seconds of sale after the backup."""
    with tempfile.TemporaryDirectory(prefix="livedrop-drill-") as where:
        Path(where).chmod(0o711)
        first, second = (Path(where) / name for name in ("first", "second"))
        archive = {
            "archive_mode": "on",
            "archive_timeout": str(SWITCH),
            "archive_command": "test ! -f ../archive/%f && cp %p ../archive/.%f"
            " && mv ../archive/.%f ../archive/%f",
        }
        with postgres.serve(first, durable=durable, settings=archive) as server:
            return _through(server, second, orders, seconds, durable=durable)


def _through(
    server: postgres.Server, beside: Path, orders: int, seconds: float, *, durable: bool
) -> Drilled:
    archive = _directory(server, server.home / "archive")
    database = Database(server.url)
    with _application(server.url):
        upgrade(str(ROOT / "migrations"))
        with step(f"Writing {orders:,} old orders"):
            size = _fill(database, orders)
        drop = world.live_drop(database, units=1_000_000, hours=24)
        with _sale(database, drop) as said:
            sleep(1)
            begun, before = monotonic(), len(said)
            with step("Copying the server while people order"):
                copied(server, beside, "recovery.signal")
            backup = monotonic() - begun
            sleep(seconds)
            server.kill()
            lost_at = monotonic()
        db.engine.dispose()
    say("The server is dead, and its disk with it")
    _adopt(server, beside)
    with _restored(beside, archive, durable=durable) as copy:
        answered = monotonic() - lost_at
        with _application(copy.url):
            present = _present(copy.url)
            with step("Proving from the tables that everything adds up"):
                wrong = tuple(reconcile.problems())
        rto = monotonic() - lost_at
        version = Database(copy.url).server_version()
    missing = [at for order, at in said if order not in present]
    last = max(at for _, at in said)
    kept = max((at for order, at in said if order in present), default=said[0][1])
    return Drilled(
        server=version,
        orders=orders,
        size=size,
        backup=backup,
        promised=len(said),
        after=len(said) - before,
        lost=len(missing),
        rpo=last - kept,
        restored=answered,
        rto=rto,
        wrong=wrong,
    )


# --- the shop ---


@contextmanager
def _application(url: str) -> Iterator[None]:
    config = Config(
        database_url=url,
        redis_url="redis://127.0.0.1:9/0",
        secret_key=secrets.token_hex(32),
        env="test",
    )
    app = create_app(config)
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def _fill(database: Database, orders: int) -> str:
    with database.connection() as connection:
        connection.execute(history.PEOPLE, {"everybody": PEOPLE})
        connection.execute(history.NUMBERED)
        for days in range(-(-orders // history.PER_DROP), 0, -1):
            number = min(history.PER_DROP, orders)
            drop = world.live_drop(database, units=number)
            which = {"drop": drop.id, "sku": drop.sku_id, "days": days, "count": number}
            connection.execute(history.OLD_DROP, which)
            orders -= number
        connection.execute(PAID)
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
        row = connection.execute(
            "SELECT pg_size_pretty(pg_database_size(current_database()))"
        ).fetchone()
    return str(row[0])


@contextmanager
def _sale(database: Database, drop: world.Drop) -> Iterator[list[tuple[str, float]]]:
    """Somebody orders again and again by the application's own way; each order that was promised,
    and when."""
    app = current_app._get_current_object()
    with database.connection() as connection:
        rows = connection.execute("SELECT id FROM users WHERE handle LIKE 'o%'").fetchall()
    people, said, over = [row[0] for row in rows], [], Event()

    def order() -> None:
        with app.app_context():
            for number in count():
                if over.is_set():
                    return
                attempt = Attempt(
                    drop_id=drop.id,
                    user_id=people[number % len(people)],
                    sign_in_id=None,
                    key=new_token(),
                    fingerprint="",
                    lines=((drop.sku_id, 1),),
                )
                try:
                    answer = combiner().place(attempt)
                except Unavailable:
                    return
                if isinstance(answer, Placed):
                    said.append((answer.order_id, monotonic()))
                sleep(0.005)

    thread = Thread(target=order, daemon=True)
    thread.start()
    try:
        yield said
    finally:
        over.set()
        thread.join(30)


def _present(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {str(row[0]) for row in connection.execute("SELECT id FROM orders")}


# --- the backup ---


def _directory(server: postgres.Server, place: Path) -> Path:
    place.mkdir(mode=0o700)
    if server.user:
        shutil.chown(place, *server.user)
    return place


def copied(server: postgres.Server, beside: Path, role: str) -> None:
    """A base backup in the plain way, which every Postgres can: say so, copy the files as they
    change, keep what it says at the end beside them. `role` is the file that tells the copy what
    it is to be."""
    beside.mkdir(exist_ok=True)
    beside.chmod(0o711)
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("SELECT pg_backup_start('drill', true)")
        # A file that goes while it is copied is one that the WAL does not need.
        processes.run(["cp", "-a", server.cluster, beside / "postgres"])
        row = connection.execute("SELECT labelfile FROM pg_backup_stop(true)").fetchone()
    cluster = beside / "postgres"
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    for left in (cluster / "pg_wal").glob("0*"):
        left.unlink()  # what counts is in the archive
    label = cluster / "backup_label"
    label.write_text(row[0])
    signal = cluster / role
    signal.touch()
    if server.user:
        for path in (label, signal):
            shutil.chown(path, *server.user)


def _adopt(server: postgres.Server, beside: Path) -> None:
    """The disk of the dead server is gone: what is left is the copy and the archive."""
    shutil.copy(server.data / "postgres.password", beside / "postgres.password")
    shutil.rmtree(server.cluster)


@contextmanager
def _restored(beside: Path, archive: Path, *, durable: bool) -> Iterator[postgres.Server]:
    settings = {
        "restore_command": f"cp {archive}/%f %p",
        "recovery_target_timeline": "latest",
        "hot_standby": "off",
    }
    with (
        step("Restoring beside it"),
    ):
        server = postgres.Server(beside, durable=durable, settings=settings)
        server.start()
    try:
        yield server
    finally:
        server.stop()


def _section(found: Drilled) -> Section:
    return Section(
        name="drill",
        title=f"a lost server with {found.orders:,} orders, restored and proved",
        server=found.server,
        columns=("what", "figure"),
        rows=[
            ("size of the database", found.size),
            ("base backup, copied while people ordered", f"{found.backup:.1f} s"),
            ("orders promised during the sale", f"{found.promised:,}"),
            ("of these after the base backup was begun", f"{found.after:,}"),
            ("of these not in the copy", f"{found.lost:,}"),
            ("until the copy answered", f"{found.restored:.1f} s"),
            ("until `reconcile` had proved it", f"{found.rto:.1f} s"),
        ],
        notes=[
            f"The WAL is archived when a segment is full, and every {SWITCH} s; with"
            " `livedrop-wal.service` it is taken as it is written.",
            "`reconcile` on the copy: " + ("; ".join(found.wrong) or "everything adds up."),
        ],
        goals=[
            Goal("orders of the last seconds that are lost (RPO)", 5, found.rpo, True, " s"),
            Goal("until the copy is proved (RTO)", 300, found.rto, True, " s"),
        ],
    )


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Refusal as refusal:
        sys.exit(str(refusal))
