"""Where a person is signed in, and how they end it: there, or everywhere but here."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from livedrop.accounts import commands, queries
from livedrop.lib.htmx import see_other
from livedrop.web import access, session

sign_ins = Blueprint("sign_ins", __name__)

PAGE = "/settings/sign-ins"


@sign_ins.get("/sign-ins")
def index() -> ResponseReturnValue:
    person = access.person()
    return render_template(
        "settings/sign_ins/index.html",
        sign_ins=queries.open_sign_ins(person.user_id, person.sign_in_id),
        ended=request.args.get("ended"),
    )


@sign_ins.delete("/sign-ins/<name>")
def destroy(name: str) -> Response:
    """Suspended people may, too: it takes nothing but from whoever found their browser."""
    person = access.person()
    commands.end_sign_in(user_id=person.user_id, name=name)
    session.memory().forget_person(person.user_id)
    return see_other(f"{PAGE}?ended=one")


@sign_ins.delete("/sign-ins")
def destroy_others() -> Response:
    person = access.person()
    commands.end_other_sign_ins(user_id=person.user_id, but=person.sign_in_id)
    session.memory().forget_person(person.user_id)
    return see_other(f"{PAGE}?ended=others")
