"""Signing in and out."""

from urllib.parse import urlencode

from flask import Blueprint, Response, request

from livedrop.accounts import commands
from livedrop.lib.forms import accepting
from livedrop.lib.htmx import respond, see_other
from livedrop.lib.http import safe_path
from livedrop.web import session
from livedrop.web.identity import devices, known, limits
from livedrop.web.identity.forms import SignInForm

sign_ins = Blueprint("sign_ins", __name__)

NEW = "identity/sign_ins/new.html", "identity/sign_ins/_form.html"


@sign_ins.get("/sign-in")
def new() -> Response:
    return form_page(safe_path(request.args.get("next")), 200)


@sign_ins.post("/sign-in")
def create() -> Response:
    with accepting(SignInForm(), *NEW) as form:
        email = form.email.data or ""
        limits.spend_sign_in(email)
        signed_in = commands.sign_in(
            email=email, password=form.password.data or "", device=devices.here()
        )
    leave()
    session.begin(*signed_in)
    return known.remember(see_other(safe_path(form.next.data)), email)


@sign_ins.post("/sign-out")
def destroy() -> Response:
    """The browser forgets what it kept for them, too: see static/js/draft.js."""
    leave()
    response = see_other("/")
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def leave() -> None:
    """End the sign-in this browser has, if any; forgotten here at once, so that a copy of the
    cookie opens nothing."""
    if claimed := session.claimed_identity():
        commands.sign_out(sign_in_id=claimed[1])
    session.end()


def form_page(wanted: str, status: int) -> Response:
    """The form, which leads on to `wanted`, a path of ours."""
    return respond(*NEW, status, form=SignInForm(formdata=None, data={"next": wanted}))


def address(wanted: str) -> str:
    return f"/sign-in?{urlencode({'next': wanted})}"
