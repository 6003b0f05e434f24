"""Write an event into the outbox, in the transaction of what it tells."""

from contextvars import ContextVar
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar

from livedrop.lib import traces
from livedrop.lib.db import Tx
from livedrop.outbox.models import OutboxEvent

# The address the present request came from; doors set it, the audit trail shows it.
origin: ContextVar[str | None] = ContextVar("origin", default=None)
# And the name of that request, by which logs are searched.
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened. Subclasses are named in the past tense and add plain values.

    `actor_id` is the person who did it, None when the house did. The first part of the subject
    is the class's `about`; ids only, no personal data: events outlive the people in them.
    """

    about: ClassVar[str]  # the word before the colon of a subject
    id: Any  # of the thing it is about
    actor_id: int | None = None

    @property
    def kind(self) -> str:
        return type(self).__name__

    @property
    def subject(self) -> str:
        return f"{self.about}:{self.id}"

    @property
    def payload(self) -> dict[str, Any]:
        """The facts of this event beyond who and what, ready for JSON."""
        names = [field.name for field in fields(self) if field.name not in {"id", "actor_id"}]
        return {name: getattr(self, name) for name in names}


def record(tx: Tx, event: Event, *, at: datetime | None = None) -> OutboxEvent:
    """Add `event` to the outbox; it will be carried out if and only if `tx` commits.

    It happened now, unless `at` says that a past is told. Its row has an id once it is flushed.
    """
    row = OutboxEvent(
        **({"at": at} if at else {}),
        kind=event.kind,
        actor_id=event.actor_id,
        origin=origin.get(),
        request_id=request_id.get(),
        trace=traces.current(),
        subject=event.subject,
        payload=event.payload,
    )
    tx.add(row)
    return row
