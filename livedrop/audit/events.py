"""What happens to the audit trail itself."""

from dataclasses import dataclass
from typing import ClassVar

from livedrop.outbox.record import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditCheckAsked(Event):
    """Somebody wants to know whether the trail is what was written."""

    about: ClassVar[str] = "check"


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditChecked(Event):
    """It was walked along from its beginning; in how many places it is not what was written."""

    about: ClassVar[str] = "check"
    wrong: int
