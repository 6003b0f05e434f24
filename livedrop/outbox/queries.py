"""What is in the outbox."""

from collections.abc import Sequence

from sqlalchemy import func, select

from livedrop.extensions import db
from livedrop.outbox.models import OutboxEvent


def subjects(event_ids: Sequence[int]) -> list[str]:
    """What these events are about, without repetition, in the order in which it happened."""
    question = (
        select(OutboxEvent.subject)
        .where(OutboxEvent.id.in_(event_ids))
        .group_by(OutboxEvent.subject)
        .order_by(func.min(OutboxEvent.id))
    )
    return list(db.session.scalars(question))
