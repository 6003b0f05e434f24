"""Confirm that it is you: the password once more, before something that gives the account away
or moves money."""

from urllib.parse import urlencode

from flask import Blueprint, Response, request

from livedrop.accounts import commands
from livedrop.lib.forms import accepting
from livedrop.lib.htmx import respond, see_other
from livedrop.lib.http import safe_path
from livedrop.web import access, session
from livedrop.web.identity import devices, limits
from livedrop.web.identity.forms import ProofForm

proofs = Blueprint("proofs", __name__)

NEW = "settings/proofs/new.html", "settings/proofs/_form.html"
HOME = "/settings"


@proofs.get("/proof")
def new() -> Response:
    access.person()
    wanted = safe_path(request.args.get("next"), HOME)
    return respond(*NEW, form=ProofForm(formdata=None, data={"next": wanted}))


@proofs.post("/proof")
def create() -> Response:
    person = access.actor()
    limits.spend_proof(person.user_id)
    with accepting(ProofForm(), *NEW) as form:
        sign_in_id = commands.prove(
            user_id=person.user_id,
            sign_in_id=person.sign_in_id,
            password=form.password.data or "",
            device=devices.here(),
        )
    session.end()
    session.begin(person.user_id, sign_in_id)
    return see_other(safe_path(form.next.data, HOME))


def address(wanted: str) -> str:
    return f"/settings/proof?{urlencode({'next': wanted})}"
