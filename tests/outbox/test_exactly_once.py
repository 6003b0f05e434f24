"""From the outbox through Redis into the audit trail: whatever is killed on the way, once."""

import pytest
from redis import Redis

from livedrop.audit.models import AuditEntry
from livedrop.audit.verify import problems
from livedrop.outbox.models import OutboxEvent
from tests.outbox.conftest import BellRung, happen
from tests.programs import flask, killed, run, running, until, worker
from tests.rows import recorded, rows

pytestmark = pytest.mark.usefixtures("app")


def audited():
    return [entry.event_id for entry in rows(AuditEntry)]


def all_done():
    return all(event.awaiting == [] for event in recorded())


def ring(count):
    happen(*(BellRung(id=number) for number in range(count)))
    return [event.id for event in recorded()]


@pytest.mark.parametrize("place", ["before_enqueue", "after_enqueue"])
def test_a_relay_killed_on_its_way_is_finished_by_the_next(config, place):
    """microblog and fizzy enqueue around the commit: lost, or too early, when one dies between."""
    ids = ring(3)
    assert killed(run(config, flask("relay"), failpoints=f"{place}=kill"))
    with running(config, flask("relay")), running(config, worker("audit")):
        until(all_done)
    assert audited() == ids
    assert not list(problems())


def test_an_audit_worker_killed_in_the_middle_is_finished_by_the_next(config):
    ids = ring(3)
    with running(config, flask("relay")):
        assert killed(run(config, worker("audit"), failpoints="mid_chunk=kill"))
        assert not audited()
        with running(config, worker("audit")):
            until(all_done)
    assert audited() == ids


def test_with_the_audit_worker_stopped_nothing_is_written_and_afterwards_all_is_once(config):
    ids = ring(3)
    with running(config, flask("relay")):
        until(lambda: all(event.handovers for event in recorded()))
        assert not audited()
        with running(config, worker("audit")):
            until(all_done)
            ids = ring(2)
            until(all_done)
    assert audited() == ids


def test_jobs_that_redis_forgot_are_handed_over_again(config):
    ids = ring(3)
    with running(config, flask("relay")):
        until(lambda: all(event.handovers for event in recorded()))
        with Redis.from_url(config.redis_url) as redis:
            redis.flushdb()
        with running(config, worker("audit")):
            until(all_done)
    assert audited() == ids


def test_without_redis_the_relay_waits_and_loses_nothing(config):
    ids = ring(3)
    with running(config, flask("relay"), redis_url="redis://127.0.0.1:1/0"):
        until(lambda: rows(OutboxEvent)[0].lease)
    with running(config, flask("relay")), running(config, worker("audit")):
        until(all_done)
    assert audited() == ids
