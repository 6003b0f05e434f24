"""A person's e-mail address: whether news go there, and the link that confirms it.

Mail scanners open every link they see, so opening one changes nothing: a person presses.
"""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from livedrop.accounts import commands, confirmation
from livedrop.accounts.queries import address_state
from livedrop.lib.htmx import see_other
from livedrop.web import access
from livedrop.web.identity import limits

addresses = Blueprint("addresses", __name__)


@addresses.get("/settings/email")
def show() -> ResponseReturnValue:
    state = address_state(access.person().user_id)
    return render_template(
        "identity/addresses/show.html", address=state, asked="asked" in request.args
    )


@addresses.post("/settings/email/confirmations")
def ask() -> Response:
    """Another mail, for whom the first one did not reach."""
    user_id = access.actor().user_id
    limits.spend_confirmation(user_id)
    commands.ask_confirmation(user_id=user_id)
    return see_other("/settings/email?asked=yes")


@addresses.get("/email-confirmations/<word>")
def new(word: str) -> ResponseReturnValue:
    """What the mail leads to, whoever opens it in whatever browser."""
    claim = confirmation.read(word)
    return render_template("identity/addresses/new.html", claim=claim, word=word)


@addresses.post("/email-confirmations/<word>")
def create(word: str) -> ResponseReturnValue:
    claim = confirmation.read(word)
    commands.confirm_address(claim=claim)
    return render_template("identity/addresses/confirmed.html", claim=claim)
