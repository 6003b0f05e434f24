"""A person's e-mail address: whether news go there, the link that confirms it, and another one.

Mail scanners open every link they see, so opening one changes nothing: a person presses.
"""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from livedrop.accounts import commands, confirmation
from livedrop.accounts.queries import address_state, pending_address
from livedrop.lib.forms import accepting
from livedrop.lib.htmx import respond, see_other
from livedrop.web import access
from livedrop.web.identity import limits
from livedrop.web.identity.forms import NewAddressForm

addresses = Blueprint("addresses", __name__)

CHANGE = "identity/addresses/edit.html", "identity/addresses/_form.html"


@addresses.get("/settings/email")
def show() -> ResponseReturnValue:
    user_id = access.person().user_id
    return render_template(
        "identity/addresses/show.html",
        address=address_state(user_id),
        pending=pending_address(user_id),
        asked="asked" in request.args,
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


@addresses.get("/settings/email/edit")
def edit() -> Response:
    """For whoever typed their password lately: with the address goes the account."""
    access.proved()
    return respond(*CHANGE, form=NewAddressForm(formdata=None))


@addresses.put("/settings/email")
def update() -> Response:
    """A mail goes to the new one; theirs stays until they press in it."""
    user_id = access.proved().user_id
    with accepting(NewAddressForm(), *CHANGE) as form:
        limits.spend_address(user_id)
        commands.ask_address(user_id=user_id, email=form.email.data or "")
    return see_other("/settings/email?asked=yes")


@addresses.get("/email-changes/<word>")
def new_change(word: str) -> ResponseReturnValue:
    claim = confirmation.read(word, confirmation.CHANGE)
    return render_template("identity/addresses/new_change.html", claim=claim, word=word)


@addresses.post("/email-changes/<word>")
def create_change(word: str) -> ResponseReturnValue:
    claim = confirmation.read(word, confirmation.CHANGE)
    commands.change_address(claim=claim)
    return render_template("identity/addresses/changed.html", claim=claim)
