"""What the API answers with, thing by thing, and how each is made from what the rooms know.

Ids are strings, instants RFC 3339 in UTC, money is integer minor units and a currency.
"""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from livedrop.accounts.queries import OwnCard
from livedrop.web.api.addresses import HANDLE, ID
from livedrop.web.api.operations import Shape

Id = Annotated[str, Field(pattern=ID)]
Handle = Annotated[str, Field(pattern=HANDLE)]
Instant = datetime


class Person(Shape):
    """A person as they see themselves; nobody else sees this."""

    id: Id
    handle: Handle
    display_name: str
    email: str
    confirmed: bool = Field(description="Whether mail to this address is read, so news go there.")
    suspended: bool = Field(description="Whether they may read and do nothing else.")


def person(own: OwnCard) -> Person:
    return Person(
        id=str(own.id),
        handle=own.handle,
        display_name=own.display_name,
        email=own.email,
        confirmed=own.confirmed,
        suspended=own.suspended,
    )


class Tokens(Shape):
    """What an app goes on with after a sign-in."""

    access_token: str = Field(description="Sent as `Authorization: Bearer` with every call.")
    token_type: str = Field(pattern="^Bearer$")
    expires_in: int = Field(description="Seconds for which the access token is good.")
    refresh_token: str = Field(description="Exchanged once, for the next pair.")
