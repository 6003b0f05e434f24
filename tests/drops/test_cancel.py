"""A drop is cancelled once, by somebody, for a reason that everybody can read."""

import pytest

from livedrop.drops import commands, queries
from livedrop.drops.models import Drop
from livedrop.lib.errors import DomainError, Invalid
from tests import factories
from tests.rows import kinds, recorded, row


@pytest.mark.parametrize(
    "make", [factories.a_draft, factories.a_scheduled_drop, factories.a_live_drop]
)
def test_who_cancelled_it_when_and_why_stays_with_the_drop(ada, dora, make):
    drop = make(ada.creator)
    commands.cancel(drop_id=drop.id, actor_id=dora.id, reason=" The kiln broke. ")
    kept = row(Drop, id=drop.id)
    assert (kept.cancelled_by, kept.cancel_reason) == (dora.id, "The kiln broke.")
    assert kept.cancelled_at <= factories.now()
    assert queries.drop_of_id(drop.id).state == "cancelled"


def test_it_is_told_in_the_history_and_in_the_news(ada):
    drop = factories.a_live_drop(ada.creator)
    commands.cancel(drop_id=drop.id, actor_id=ada.id, reason="It broke.")
    assert queries.history(drop.id)[0].facts == {"reason": "It broke."}
    (event,) = recorded("DropCancelled")
    assert event.payload == {"creator_id": ada.id, "reason": "It broke."}


def test_a_reason_is_needed(ada):
    drop = factories.a_live_drop(ada.creator)
    with pytest.raises(Invalid) as refusal:
        commands.cancel(drop_id=drop.id, actor_id=ada.id, reason="  ")
    assert refusal.value.errors == {"reason": "This is needed."}


@pytest.mark.parametrize(
    ("make", "word"),
    [(factories.an_ended_drop, "ended"), (factories.a_cancelled_drop, "cancelled")],
)
def test_what_is_over_is_not_cancelled(ada, make, word):
    drop = make(ada.creator)
    with pytest.raises(DomainError) as refusal:
        commands.cancel(drop_id=drop.id, actor_id=ada.id, reason="Too late.")
    assert refusal.value.code == word
    assert kinds() == []
