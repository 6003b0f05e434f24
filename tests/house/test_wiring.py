"""Who hears what: only events there are, and every queue has its worker."""

import re
from pathlib import Path

import pytest

from livedrop import wiring
from livedrop.outbox.record import Event

HOME = Path(__file__).parents[2]


def every(kind):
    for one in kind.__subclasses__():
        yield one
        yield from every(one)


@pytest.mark.parametrize("kind", wiring.HEARERS.kinds)
def test_what_is_heard_can_happen(app, kind):
    assert kind in {event.__name__ for event in every(Event)}


def test_every_queue_is_served_by_a_process_of_its_own():
    procfile = (HOME / "Procfile").read_text()
    served = re.findall(r"worker\.py (\S+)$", procfile, re.MULTILINE)
    assert sorted(served) == sorted({job.queue for job in wiring.jobs()})


def test_no_two_jobs_share_a_name():
    heard = [wiring.HEARERS.always, *wiring.HEARERS.kinds.values(), wiring.UNHEARING]
    jobs = {job for some in heard for job in some}
    assert len({job.name for job in jobs}) == len(jobs)
