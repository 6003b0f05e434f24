"""Tokens: signing in, coming back, and signing out."""

from uuid import UUID

from flask import Blueprint
from pydantic import Field

from livedrop.accounts import commands
from livedrop.grants import commands as grants
from livedrop.lib.errors import DomainError, Invalid
from livedrop.web import access, session
from livedrop.web.api import bearer
from livedrop.web.api.operations import Wish, operation
from livedrop.web.api.shapes import Tokens
from livedrop.web.identity import devices, limits

tokens = Blueprint("tokens", __name__)


class Credentials(Wish):
    email: str = Field(min_length=1, max_length=320)
    password: str = Field(min_length=1, max_length=1000)


class Old(Wish):
    refresh_token: str = Field(min_length=1, max_length=200)


@tokens.post("/tokens")
@operation(
    Tokens,
    201,
    tag="Tokens",
    needs="",
    no=("wrong-credentials",),
    example={"email": "$EMAIL", "password": "$PASSWORD"},
)
def create(json: Credentials) -> Tokens:
    """Sign in."""
    limits.spend_sign_in(json.email)
    try:
        user_id, sign_in_id = commands.sign_in(
            email=json.email, password=json.password, device=devices.here()
        )
    except Invalid as no:
        raise DomainError("wrong-credentials", 401) from no
    return _pair(user_id, sign_in_id, grants.begin(sign_in_id=sign_in_id))


@tokens.post("/tokens/refresh")
@operation(
    Tokens,
    201,
    tag="Tokens",
    needs="",
    no=("token-reused",),
    example={"refresh_token": "$REFRESH_TOKEN"},
)
def refresh(json: Old) -> Tokens:
    """Exchange a refresh token for the next pair.

    Each is exchanged once; for whoever did not get the answer, the last one is exchanged for the
    same again during ten seconds. An older one ends the sign-in, as somebody else has it too.
    """
    limits.spend_refresh()
    new = grants.refresh(token=json.refresh_token)
    return _pair(new.user_id, new.sign_in_id, new.token)


@tokens.delete("/tokens")
@operation(None, 204, tag="Tokens")
def destroy() -> None:
    """Sign out: end the sign-in of this token.

    Every process knows within five seconds.
    """
    sign_in_id = access.person().sign_in_id
    commands.sign_out(sign_in_id=sign_in_id)
    session.memory().forget(sign_in_id)


def _pair(user_id: int, sign_in_id: UUID, refresh_token: str) -> Tokens:
    return Tokens(
        access_token=bearer.access_token(user_id, sign_in_id),
        token_type="Bearer",
        expires_in=int(bearer.LASTS.total_seconds()),
        refresh_token=refresh_token,
    )
