"""What the link in a mail says: that whoever opens it reads mail at this address.

One is sent to the address somebody has, another to the one they want to have instead.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from livedrop.lib import signed

PURPOSE = "confirm an e-mail address"
CHANGE = "change an e-mail address"
LASTS = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Claim:
    """The mail was written at `issued_at`, by the database's clock."""

    user_id: int
    email: str
    issued_at: datetime


def word(claim: Claim, purpose: str = PURPOSE) -> str:
    """As part of an address."""
    said = [claim.user_id, claim.email, int(claim.issued_at.timestamp() * 1000)]
    return signed.sign(purpose, said)


def read(word: str, purpose: str = PURPOSE) -> Claim:
    """Raises `NotFound` for a link that is none of ours."""
    user_id, email, issued_at = signed.read(purpose, word)
    return Claim(user_id, email, datetime.fromtimestamp(issued_at / 1000, UTC))
