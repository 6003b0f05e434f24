"""Load or refuse: every row that a view touches comes through here, in somebody's name."""

from livedrop.accounts.queries import SignedIn
from livedrop.lib.errors import DomainError
from livedrop.web import session


class NotSignedIn(DomainError):
    """Somebody has to say who they are first."""

    def __init__(self) -> None:
        super().__init__("not-signed-in", 401)


def person() -> SignedIn:
    """Who asks, to read what is theirs. Raises `NotSignedIn`."""
    present = session.current()
    if present is None:
        raise NotSignedIn
    return present


def actor() -> SignedIn:
    """Who asks, to change something: nobody who is suspended (403). Raises `NotSignedIn`."""
    present = person()
    if present.suspended:
        raise DomainError("suspended", 403)
    return present
