"""How the rooms say no. Doors turn these into answers; nobody else catches them."""

from typing import Any


class DomainError(Exception):
    """A business "no": nothing was changed, and the reason is true now.

    `code` is a stable kebab-case word (`sold-out`); `status` the HTTP status a door answers with;
    `facts` are plain values that help the person go on, such as `available`.
    """

    def __init__(self, code: str, status: int = 409, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.facts = facts


class NotFound(DomainError):
    """There is no such thing, or it is not this person's: the two answer alike."""

    def __init__(self) -> None:
        super().__init__("not-found", 404)


class Invalid(DomainError):
    """What was sent cannot be meant: `errors` maps a field's name to the words beside it."""

    def __init__(self, /, **errors: str) -> None:  # a field may have any name, even this one
        super().__init__("invalid", 422, errors=errors)
        self.errors = errors


class Unavailable(Exception):
    """The answer could not be had in time; nothing is known to have happened. Try again."""

    code = "unavailable"
    retry_after = 1  # seconds


class Deadlock(Unavailable):
    """Two transactions waited for each other and this one was undone: it may be tried at once."""


class OutcomeUnknown(Unavailable):
    """The connection was lost while committing: it may have happened. Ask again with the key."""

    code = "outcome-unknown"
