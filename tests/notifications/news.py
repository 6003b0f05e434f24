"""What happens and is told at once, as relay and worker would do it; and what stands in inboxes."""

from typing import Any

from sqlalchemy import text

from livedrop.extensions import db
from livedrop.notifications.commands import Tell, write
from livedrop.notifications.fanout import Written
from tests.rows import recorded

AWAITED = text("UPDATE outbox_events SET awaiting = '{audit,news}' WHERE awaiting IS NULL")


def told(tell: Tell = len) -> list[Written]:
    """Write the news of everything that happened so far; what was written now."""
    with db.engine.begin() as connection:
        connection.execute(AWAITED)
    return write(event_ids=[event.id for event in recorded()], tell=tell)


def kinds_told() -> list[str]:
    """The kinds of all that was written now, in the order of the kinds' names."""
    return sorted(one.kind for one in told())


def only(news: list[Any]) -> Any:
    (one,) = news
    return one
