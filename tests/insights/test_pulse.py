"""How a drop goes: what was refused and why, minute by minute, and who looks on (U22)."""

import pytest

from livedrop.insights import commands
from livedrop.insights.models import RefusalCount, Watching
from livedrop.insights.queries import MINUTES, pulse
from livedrop.insights.tally import Tally
from livedrop.lib.errors import Unavailable
from tests import factories
from tests.parallel import together, until
from tests.rows import row, rows
from tests.shopping import change
from tests.statements import without


@pytest.fixture
def tally(app):
    return Tally(app)


def counted():
    return {(one.drop_id, one.reason): one.tries for one in rows(RefusalCount)}


def test_refusals_are_summed_by_drop_and_reason_and_written_by_themselves(tally):
    for reason in ("sold-out", "sold-out", "all-held"):
        tally.note(7, reason)
    until(lambda: counted() == {(7, "sold-out"): 2, (7, "all-held"): 1})


def test_processes_add_to_one_another(app):
    together(app, [lambda: commands.count_refusals({(7, "sold-out"): 3, (8, "ended"): 1})] * 5)
    assert counted() == {(7, "sold-out"): 15, (8, "ended"): 5}


def test_what_could_not_be_written_is_kept(tally, monkeypatch):
    def nobody_there(counts):
        raise Unavailable

    tally._writing = True  # nobody writes but this test
    tally.note(7, "sold-out")
    with monkeypatch.context() as patched:
        patched.setattr("livedrop.insights.tally.count_refusals", nobody_there)
        with pytest.raises(Unavailable):
            tally.flush()
    tally.note(7, "sold-out")
    tally.flush()
    tally.flush()
    assert counted() == {(7, "sold-out"): 2}


def test_minutes_are_told_one_by_one_the_present_one_last(app, ben):
    drop = factories.a_live_drop()
    factories.an_order(ben.user, drop)
    commands.count_refusals({(drop.id, "sold-out"): 4, (drop.id, "all-held"): 5})
    change("UPDATE refusal_counts SET minute = minute - interval '1 minute' WHERE tries = 4")
    seen = pulse(drop.id)
    assert len(seen.minutes) == MINUTES
    assert [(each.orders, each.refusals) for each in seen.minutes[-2:]] == [(0, 4), (1, 5)]
    assert list(seen.reasons.items()) == [("all-held", 5), ("sold-out", 4)]


def test_other_drops_and_what_is_long_ago_are_not_among_the_minutes(app):
    commands.count_refusals({(7, "sold-out"): 4, (8, "sold-out"): 1})
    change("UPDATE refusal_counts SET minute = minute - interval '1 hour' WHERE drop_id = 7")
    assert sum(each.refusals for each in pulse(7).minutes) == 0
    assert pulse(7).reasons == {"sold-out": 4}


def test_who_looks_on_is_the_sum_of_what_each_process_says_now(app):
    commands.count_watching("one", {7: 20, 8: 1})
    commands.count_watching("two", {7: 3})
    assert pulse(7).watching == 23
    commands.count_watching("one", {8: 2})
    assert (pulse(7).watching, pulse(8).watching) == (3, 2)


def test_a_process_that_says_nothing_any_more_has_nobody(app):
    commands.count_watching("one", {7: 20})
    change("UPDATE watching SET at = at - interval '2 minutes'")
    commands.count_watching("two", {7: 3})
    assert pulse(7).watching == 3
    assert commands.purge_watching() == 1
    assert row(Watching).process == "two"


def a_month_and_a_day():
    commands.count_refusals({(7, "sold-out"): 4, (8, "sold-out"): 1})
    change("UPDATE refusal_counts SET minute = minute - interval '31 days' WHERE drop_id = 7")
    change("UPDATE refusal_counts SET minute = minute - interval '29 days' WHERE drop_id = 8")


def test_after_a_month_nobody_knows_who_was_refused(app):
    a_month_and_a_day()
    assert commands.purge_refusals() == 1
    assert counted() == {(8, "sold-out"): 1}


def test_without_a_look_at_their_age_all_would_be_forgotten(app, monkeypatch):
    """The control."""
    ageless = without(commands.PURGE_REFUSALS, "minute <", "minute < 'infinity' OR minute <")
    monkeypatch.setattr(commands, "PURGE_REFUSALS", ageless)
    a_month_and_a_day()
    assert commands.purge_refusals() == 2


def test_a_creator_sees_who_got_nothing_and_why(app, ada, ben, cleo):
    drop = factories.a_live_drop(ada.creator, quantity=1)
    commands.count_watching("one", {drop.id: 20})
    form = ben.page.get(f"/drops/{drop.slug}/orders/new")
    factories.an_order(cleo.user, drop)
    form.submit("#order-form", 409)
    app.extensions["tally"].flush()
    seen = ada.page.get(f"/studio/drops/{drop.slug}")
    assert seen.texts(".pulse dd") == ["20", "1", "1"]
    assert seen.texts("#studio-drop-refusals tbody td") == ["1"]
