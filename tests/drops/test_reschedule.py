"""Start and end move only while a drop is scheduled."""

from datetime import timedelta

import pytest

from livedrop.drops import commands, queries
from livedrop.lib.errors import DomainError, Invalid
from tests import factories
from tests.rows import kinds, recorded


def move(drop, by=timedelta(hours=1), **instants):
    times = {"starts_at": drop.starts_at + by, "ends_at": drop.ends_at + by} | instants
    commands.reschedule(drop_id=drop.id, actor_id=drop.creator_id, **times)


def test_a_scheduled_drop_moves_and_its_history_says_from_when(ada):
    drop = factories.a_scheduled_drop(ada.creator)
    move(drop)
    assert queries.drop_of_id(drop.id).starts_at == drop.starts_at + timedelta(hours=1)
    (change,) = queries.history(drop.id)
    assert change.kind == "rescheduled"
    assert change.facts["previous_starts_at"] == drop.starts_at.isoformat()
    assert recorded("DropRescheduled")[0].payload == {"creator_id": ada.id, **change.facts}


def test_moving_it_to_where_it_is_tells_nobody(ada):
    drop = factories.a_scheduled_drop(ada.creator)
    move(drop, by=timedelta(0))
    assert queries.history(drop.id) == []
    assert kinds() == []


def test_it_does_not_move_into_the_past(ada):
    drop = factories.a_scheduled_drop(ada.creator)
    with pytest.raises(Invalid) as refusal:
        move(drop, starts_at=factories.now())
    assert refusal.value.errors == {"starts_at": "This has passed already."}


def test_it_does_not_end_before_it_starts(ada):
    drop = factories.a_scheduled_drop(ada.creator)
    with pytest.raises(Invalid) as refusal:
        move(drop, ends_at=drop.starts_at)
    assert list(refusal.value.errors) == ["ends_at"]


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (factories.a_draft, "not-published"),
        (factories.a_live_drop, "frozen"),
        (factories.an_ended_drop, "ended"),
        (factories.a_cancelled_drop, "cancelled"),
    ],
)
def test_only_what_is_scheduled_moves(ada, make, word):
    drop = make(ada.creator)
    with pytest.raises(DomainError) as refusal:
        move(drop, by=timedelta(days=1))
    assert refusal.value.code == word
    assert queries.drop_of_id(drop.id).starts_at == drop.starts_at
