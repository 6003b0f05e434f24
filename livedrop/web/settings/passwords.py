"""Another password, for who knows the one they have."""

from flask import Blueprint, Response

from livedrop.accounts import commands
from livedrop.lib.forms import accepting
from livedrop.lib.htmx import respond, see_other
from livedrop.web import access, session
from livedrop.web.identity import devices, limits
from livedrop.web.identity.forms import NewPasswordForm

passwords = Blueprint("passwords", __name__)

EDIT = "settings/passwords/edit.html", "settings/passwords/_form.html"


@passwords.get("/password")
def edit() -> Response:
    access.person()
    return respond(*EDIT, form=NewPasswordForm(formdata=None))


@passwords.put("/password")
def update() -> Response:
    """Whoever else knew the old one is signed out with it."""
    person = access.actor()
    limits.spend_proof(person.user_id)
    with accepting(NewPasswordForm(), *EDIT) as form:
        sign_in_id = commands.change_password(
            user_id=person.user_id,
            current=form.current.data or "",
            password=form.password.data or "",
            device=devices.here(),
        )
    session.memory().forget_person(person.user_id)
    session.begin(person.user_id, sign_in_id)
    return see_other("/settings/sign-ins?ended=others")
