"""The disk of Postgres is full, for tables and then for what it must write first (F42): who orders
is told to try again, nothing that was promised is lost, and with space it goes on."""

import os
import subprocess
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from flask_migrate import upgrade

from deploy.local import postgres
from livedrop import create_app, reconcile
from livedrop.extensions import db
from livedrop.lib.errors import Unavailable
from livedrop.lib.ids import new_token
from livedrop.orders.combine import combiner
from livedrop.orders.models import Order
from livedrop.orders.rules import Placed
from tests import factories
from tests.conftest import MIGRATIONS, settings
from tests.programs import until
from tests.rows import rows
from tests.shopping import an_attempt

SIZE = 160  # megabytes


@contextmanager
def small_disk():
    """A disk of so many megabytes; only root may have one."""
    with TemporaryDirectory(prefix="livedrop-disk-") as where:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m,mode=711", "tmpfs", where]
        subprocess.run(mount, check=True)
        try:
            yield Path(where)
        finally:
            subprocess.run(["umount", "--lazy", where], check=True)


def fill(disk):
    """Leave not a byte."""
    with (disk / "ballast").open("wb") as ballast:
        free = os.statvfs(disk)
        os.posix_fallocate(ballast.fileno(), 0, free.f_bavail * free.f_frsize)


@pytest.fixture
def shop(redis_url):
    """A shop whose database lies on a small disk: its server and the disk."""
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk())
        sizes = {"max_wal_size": "32MB", "min_wal_size": "32MB", "shared_buffers": "16MB"}
        server = stack.enter_context(postgres.serve(disk / "data", durable=False, settings=sizes))
        app = create_app(settings(server.url, redis_url))
        with app.app_context():
            upgrade(str(MIGRATIONS))
            yield server, disk
            db.session.remove()
            db.engine.dispose()


def orders(tries, most):
    """Order again and again, at most so often; what was promised until somebody was told no."""
    promised = []
    for number in range(most):
        try:
            answer = combiner().place(replace(tries[number % len(tries)], key=new_token()))
        except Unavailable:
            return promised, True
        assert isinstance(answer, Placed)
        promised.append(answer.order_id)
    return promised, False


def write_ahead(server):
    """Much that goes into no table."""
    with psycopg.connect(server.url, autocommit=True) as greedy:
        for _ in range(200):
            greedy.execute("SELECT pg_logical_emit_message(false, 'x', repeat('y', 1000000))")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_who_orders_is_told_to_try_again_and_what_was_promised_is_there(shop):
    server, disk = shop
    people = [factories.a_user(f"buyer{number}") for number in range(20)]
    drop = factories.a_live_drop(quantity=5000, limit_per_customer=100)
    tries = [an_attempt(person, drop) for person in people]
    before, refused = orders(tries, 3)
    assert not refused
    fill(disk)
    meanwhile, refused = orders(tries, 1900)
    assert refused  # the tables cannot grow
    with pytest.raises(psycopg.Error):
        write_ahead(server)  # nor what is written first: the server gives up
    (disk / "ballast").unlink()
    if server.poll() is not None:
        server.start()
    until(lambda: not orders(tries, 1)[1])
    assert {*before, *meanwhile} <= {str(order.id) for order in rows(Order)}
    assert list(reconcile.problems()) == []
