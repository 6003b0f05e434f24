"""Whatever somebody can be told can be written to them, and says how to stop it."""

import pytest

from livedrop.deliveries.letters import letter
from livedrop.deliveries.queries import Contents
from livedrop.notifications.kinds import KINDS

NOON = "2026-11-22T12:00:00+00:00"
FACTS = {
    **dict.fromkeys(("starts_at", "ends_at", "previous_starts_at", "previous_ends_at"), NOON),
    "reason": "The kiln broke.",
    "amount": 4500,
    "currency": "EUR",
    "day": "2026-11-21",
    "orders": 3,
    "units": 4,
    "amounts": {"EUR": 18000},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_news_can_be_written(app, ben, kind):
    written = letter(
        Contents(
            event_id=1,
            user_id=ben.id,
            kind=kind,
            email=ben.email,
            facts=FACTS,
            order_id=None,
            drop_slug="harbour",
            drop_title="Harbour <b>",
            creator_name="Ada & Sons",
        )
    )
    assert written.subject.strip()
    for part in (written.text, written.html):
        assert written.unsubscribe in part
    assert "<b>" not in written.html
