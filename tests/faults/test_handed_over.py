"""What a worker or a relay leaves behind when it dies is done by the next, once for everybody.

RQ carries jobs and promises nothing. In the controls it is all there is.
"""

import os
import signal
import sys
import time

import psutil
import pytest
from redis import Redis
from sqlalchemy import text

from livedrop import wiring
from livedrop.config import Config
from livedrop.drops import commands as drops
from livedrop.extensions import db
from livedrop.lib.queue import run_plainly
from livedrop.notifications.models import Notification
from livedrop.notifications.queries import inbox_page
from livedrop.outbox import relay as relaying
from livedrop.outbox.carefully import carefully
from livedrop.outbox.relay import relay
from tests import factories
from tests.outbox.conftest import BellRung, happen
from tests.programs import flask, killed, run, running, until, worker
from tests.rows import recorded, rows
from tests.shopping import change, confirmed
from tests.statements import without

FULL = os.environ.get("LIVEDROP_FULL_FAULTS") == "1"
SLEPT = 60 if FULL else 0  # seconds at least
LEASE = Config.lease_seconds if FULL else 1.0
PEOPLE = 2_500  # told in chunks of a thousand

TOLD = text("SELECT count(*), count(DISTINCT user_id) FROM notifications")
REMIND = "INSERT INTO reminders SELECT :drop, follower_id, since FROM follows"


@pytest.fixture
def opened(ada):
    """Ada's drop has just opened; all who follow her wanted to be reminded, and nobody knows."""
    drop = factories.a_live_drop(ada.creator)
    factories.followers(ada.creator, PEOPLE, days_ago=2)
    change(REMIND, drop=drop.id)
    drops.announce_due()
    return drop


def told():
    """How many notifications there are, and people who have one."""
    with db.engine.connect() as connection:
        return tuple(connection.execute(TOLD).one())


def hand_over(config):
    """What the relay does once every lease has ended; how many events it handed over."""
    change("UPDATE outbox_events SET leased_until = at")
    return relay(wiring.HEARERS, wiring.queues(config).enqueue, 10)


def work_off(app, config, queue="orders", run=carefully):
    """What a worker finds in its queue, and whatever RQ looks after."""
    wiring.queues(config).serve(queue, around=app.app_context, run=run, burst=True)
    db.session.remove()


def waiting(config, queue="orders"):
    with Redis.from_url(config.redis_url) as redis:
        return redis.llen(f"rq:queue:{queue}")


# --- a worker is killed ---

# Where, and how many know of it by then.
DEATHS = {"after_pop": 0, "mid_chunk": 0, "mid_chunk:3": 1000}


@pytest.mark.parametrize(("place", "before"), DEATHS.items())
def test_a_worker_killed_amid_a_fan_out_leaves_nobody_untold_and_tells_nobody_twice(
    app, config, opened, place, before
):
    """F22, F23: also with a job in its hands that was taken off its queue and not begun."""
    hand_over(config)
    assert killed(run(config, worker("orders"), failpoints=f"{place}=kill"))
    assert (told(), waiting(config)) == ((before, before), 0)
    assert hand_over(config) == 1
    work_off(app, config)
    assert told() == (PEOPLE, PEOPLE)
    for reader in rows(Notification)[:: PEOPLE - 1]:
        assert [one.kind for one in inbox_page(reader.user_id).items] == ["reminder-now"]


@pytest.mark.parametrize(("place", "before"), DEATHS.items())
def test_if_only_rq_knew_of_the_job_the_others_would_never_be_told(
    app, config, opened, monkeypatch, place, before
):
    """The control: a relay that hands over once, and relies on the queue."""
    once = without(relaying.LEASE, "WHERE awaiting", "WHERE handovers = 0 AND awaiting")
    monkeypatch.setattr(relaying, "LEASE", once)
    hand_over(config)
    assert killed(run(config, worker("orders"), failpoints=f"{place}=kill"))
    assert hand_over(config) == 0
    work_off(app, config)
    assert told() == (before, before)


def test_the_relay_hands_it_to_the_next_worker_and_all_know_soon(config, opened, record_property):
    """F22, with the processes of production."""
    with running(config, flask("relay"), lease_seconds=LEASE):
        assert killed(run(config, worker("orders"), failpoints="mid_chunk:3=kill"))
        died = time.monotonic()
        with running(config, worker("orders")):
            until(lambda: told() == (PEOPLE, PEOPLE))
    record_property("told after", f"{time.monotonic() - died:.1f} s")


def maimed(guard, *program):
    return (sys.executable, "-m", "tests.faults.without", guard, *program)


def stopped(pid):
    return psutil.Process(pid).status() == psutil.STATUS_STOPPED


@pytest.mark.parametrize(("guard", "horses"), [("", 0), ("in_a_work_horse", 1)])
def test_a_worker_has_no_work_horse_that_could_die_alone(config, guard, horses):
    """F23. The control: RQ's usual worker, which lives on and is waited for in vain."""
    happen(BellRung(id=1))
    hand_over(config)
    with running(config, maimed(guard, "worker", "audit"), failpoints="mid_chunk=stop") as program:
        us = psutil.Process(program.pid)
        until(lambda: any(stopped(one.pid) for one in [us, *us.children()]))
        assert len(us.children()) == horses
        for one in [*us.children(), us]:
            one.kill()


# --- a relay is killed, or sleeps ---


def handed_over_twice(config, ben):
    """An order of Ben's is confirmed and handed over by a relay that died before it marked that."""
    confirmed(ben, factories.a_live_drop())
    assert killed(run(config, flask("relay"), failpoints="after_enqueue=kill"))
    with running(config, flask("relay")):
        until(lambda: waiting(config) >= 2)


@pytest.mark.parametrize("run", [carefully, run_plainly])
def test_handed_over_twice_it_is_told_and_audited_once(app, config, ben, run):
    """F24: by what is awaited, and if that is not looked at, by what is unique."""
    handed_over_twice(config, ben)
    for queue in ("orders", "audit"):
        work_off(app, config, queue, run)
    assert len(rows(Notification, user_id=ben.id, kind="order-confirmed")) == 1
    assert all(event.awaiting == [] for event in recorded())


@pytest.fixture
def forgetful(make_app, postgres, migrated):
    """A shop whose database takes what it was told before for news; its context is open."""
    with postgres.database(template=migrated) as name:
        app = make_app(database_url=postgres.url(name))
        with app.app_context():
            change("DROP INDEX uq_notifications_once")
            yield app
            db.session.remove()


def test_without_either_guard_it_would_be_told_twice(forgetful):
    """The control."""
    config, ben = forgetful.extensions["livedrop"], factories.a_user("ben")
    handed_over_twice(config, ben)
    work_off(forgetful, config, run=run_plainly)
    assert len(rows(Notification, user_id=ben.id, kind="order-confirmed")) >= 2


@pytest.mark.parametrize(("guard", "handovers"), [("", 1), ("any_lease_will_do", 2)])
def test_a_relay_that_slept_past_its_lease_marks_nothing_when_it_wakes(
    app, config, tmp_path, guard, handovers
):
    """F25. The control: it does not look whose lease it is."""
    fault = tmp_path / "fault"
    fault.touch()
    happen(BellRung(id=1))
    asleep = f"after_enqueue=stop@{fault}"
    with running(config, maimed(guard, "relay"), failpoints=asleep) as sleeper:
        until(lambda: stopped(sleeper.pid))
        with running(config, flask("relay"), lease_seconds=600):
            until(lambda: recorded()[0].handovers == 1)
        time.sleep(SLEPT)
        sleeper.send_signal(signal.SIGCONT)
        happen(BellRung(id=2))
        until(lambda: recorded()[1].handovers)
    assert recorded()[0].handovers == handovers
