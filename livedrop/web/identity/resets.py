"""For who has forgotten their password: a mail, and a page that only its reader reaches.

Nothing here tells whether somebody has an account: who asks, for whatever address, is answered
the same. The page is opened by mail scanners too, so opening it uses nothing up.
"""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from livedrop.accounts import commands, queries
from livedrop.lib.forms import accepting
from livedrop.lib.htmx import respond, see_other
from livedrop.web import session
from livedrop.web.identity import devices, known, limits, sign_ins
from livedrop.web.identity.forms import AskResetForm, ResetForm

resets = Blueprint("resets", __name__)

NEW = "identity/resets/new.html", "identity/resets/_ask.html"
EDIT = "identity/resets/edit.html", "identity/resets/_form.html"


@resets.get("/password-reset")
def new() -> ResponseReturnValue:
    if "asked" in request.args:
        return render_template("identity/resets/asked.html")
    return respond(*NEW, form=AskResetForm(formdata=None), expired=False)


@resets.post("/password-reset")
def create() -> Response:
    with accepting(AskResetForm(), *NEW, expired=False) as form:
        email = form.email.data or ""
        limits.spend_reset(email)
        commands.ask_reset(email=email)
    return see_other("/password-reset?asked=yes")


@resets.get("/password-resets/<token>")
def edit(token: str) -> Response:
    """What the mail leads to; of an old one, where another is asked for."""
    if queries.open_reset(token) is None:
        return respond(*NEW, 410, form=AskResetForm(formdata=None), expired=True)
    return respond(*EDIT, form=ResetForm(formdata=None), token=token)


@resets.put("/password-resets/<token>")
def update(token: str) -> Response:
    """Who has just chosen a password need not type it again."""
    limits.spend_token()
    with accepting(ResetForm(), *EDIT, token=token) as form:
        password = form.password.data or ""
        email = commands.reset_password(token=token, password=password)
    signed_in = commands.sign_in(email=email, password=password, device=devices.here())
    session.memory().forget_person(signed_in[0])
    sign_ins.leave()
    session.begin(*signed_in)
    return known.remember(see_other("/settings/sign-ins?ended=others"), email)
