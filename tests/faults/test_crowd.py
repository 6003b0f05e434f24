"""An order's mail waits for nobody's news, however many there are (F28)."""

import os
import sys
import time
from contextlib import ExitStack

import psycopg
import pytest

from livedrop.drops.events import DropPublished, DropSoon
from livedrop.lib.db import transaction
from livedrop.orders.events import OrderConfirmed
from livedrop.outbox.record import record
from tests import factories
from tests.mailserver import listening
from tests.programs import flask, running, until, worker

FULL = os.environ.get("LIVEDROP_FULL_FAULTS") == "1"
CROWD = 1_000_000 if FULL else 20_000
pytestmark = pytest.mark.timeout(900)

PEOPLE = """
    WITH person AS (
        INSERT INTO users (email, handle, display_name, password_hash, confirmed_at)
        SELECT 'f' || n || '@example.com', 'f' || n, 'Follower ' || n, '', now()
        FROM generate_series(1, %(crowd)s) AS n RETURNING id
    ), followed AS (
        INSERT INTO follows (follower_id, creator_id, since)
        SELECT id, %(creator)s, now() - id * interval '1 ms' FROM person
    )
    INSERT INTO reminders (drop_id, user_id, since)
    SELECT %(drop)s, id, now() - interval '1 day' FROM person
"""


@pytest.fixture
def server():
    with listening() as server:
        yield server


@pytest.fixture
def database(config):
    with psycopg.connect(config.database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def drop(ada, database):
    """A drop of Ada's, about to open; the crowd follows her and wants to be reminded."""
    drop = factories.a_scheduled_drop(ada.creator, starts_in=240)
    facts = {"crowd": CROWD, "creator": ada.creator.id, "drop": drop.id}
    database.execute(PEOPLE, facts)
    database.execute("ANALYZE")
    return drop


def test_an_orders_mail_passes_all_that_a_crowd_is_told(config, ben, drop, server):
    """Both by what is announced to them and by what each is reminded of."""
    bought = factories.an_order(ben.user, drop, status="confirmed")
    begins, ends = drop.starts_at.isoformat(), drop.ends_at.isoformat()
    with ExitStack() as stack:
        for command in (flask("relay"), worker("orders"), worker("mail"), worker("bulk")):
            settings = {"smtp_url": server.url, "lease_seconds": 10}
            program = stack.enter_context(running(config, command, **settings))
            stack.callback(program.kill)  # it would finish its shift first
        happens(
            DropPublished(id=drop.id, creator_id=drop.creator_id, starts_at=begins, ends_at=ends),
            DropSoon(id=drop.id, creator_id=drop.creator_id, starts_at=begins),
        )
        while lanes_of(server) != {"announced", "soon"}:
            time.sleep(0.1)
        begun = time.monotonic()
        happens(OrderConfirmed(id=bought.id, drop_id=drop.id, actor_id=ben.id))
        until(lambda: ben.email in server.addresses)
        passed = CROWD * 2 - len(server.received)
        sys.stderr.write(f"{passed:,} passed in {time.monotonic() - begun:.1f} s\n")
        assert passed > CROWD


def lanes_of(server):
    """What the mails that came so far are about."""
    return {"announced" if "announced" in one["Subject"] else "soon" for one in server.received}


def happens(*events):
    with transaction() as tx:
        for event in events:
            record(tx, event)
