"""Accounts: opened by anybody, seen and named by their owners."""

from typing import Annotated

from flask import Blueprint
from pydantic import Field

from livedrop.accounts import commands
from livedrop.accounts.queries import own_card
from livedrop.accounts.rules import LONGEST_NAME
from livedrop.lib.passwords import LONGEST, SHORTEST
from livedrop.web import access, session
from livedrop.web.api import shapes
from livedrop.web.api.operations import Wish, operation, unless_changed
from livedrop.web.api.shapes import Handle, Person
from livedrop.web.identity import limits

people = Blueprint("people", __name__)

Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


class NewPerson(Wish):
    email: str = Field(min_length=3, max_length=320, json_schema_extra={"format": "email"})
    handle: Handle
    password: str = Field(min_length=SHORTEST, max_length=LONGEST)
    display_name: Name | None = Field(None, description="Without one, the handle.")


@people.post("/users")
@operation(
    Person,
    201,
    tag="People",
    needs="",
    no=("email-taken", "handle-taken"),
    example={
        "email": "$NEW_EMAIL",
        "handle": "$NEW_HANDLE",
        "password": "$PASSWORD",
        "display_name": "Ben",
    },
)
def create(json: NewPerson) -> Person:
    """Open an account."""
    limits.spend_sign_up()
    user_id = commands.sign_up(
        email=json.email,
        handle=json.handle,
        display_name=json.display_name or json.handle,
        password=json.password,
    )
    return shapes.person(own_card(user_id))


@people.get("/me")
@operation(Person, tag="People")
def show() -> Person:
    """Who I am."""
    return shapes.person(own_card(access.person().user_id))


class NewName(Wish):
    display_name: Name | None = Field(None, description="Without one, it stays.")


@people.patch("/me")
@operation(
    Person,
    tag="People",
    no=("suspended", "precondition-failed"),
    example={"display_name": "Benjamin"},
)
def update(json: NewName) -> Person:
    """Change what I am called."""
    user_id = access.actor().user_id
    if json.display_name is not None:
        still = unless_changed(lambda: shapes.person(own_card(user_id)))
        commands.rename(user_id=user_id, display_name=json.display_name, still=still)
        session.memory().forget_person(user_id)
    return shapes.person(own_card(user_id))
