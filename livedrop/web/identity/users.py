"""Signing up, and the personal part of every page."""

from typing import Any

from flask import Blueprint, Response, request

from livedrop.accounts import commands
from livedrop.lib.forms import accepting
from livedrop.lib.htmx import respond, see_other
from livedrop.lib.http import safe_path
from livedrop.notifications import queries
from livedrop.web import session
from livedrop.web.identity import devices, known, limits, sign_ins, suspects
from livedrop.web.identity.forms import SignUpForm
from livedrop.web.storefront.inbox import bell

users = Blueprint("users", __name__)

NEW = "identity/users/new.html", "identity/users/_form.html"


@users.get("/sign-up")
def new() -> Response:
    return respond(*NEW, form=_empty())


@users.post("/sign-up")
def create() -> Response:
    """Who has just told us their password need not type it again."""
    limits.spend_sign_up()
    with accepting(SignUpForm(), *NEW) as form:
        email, password = form.email.data or "", form.password.data or ""
        if flags := suspects.flags(form):
            limits.spend_suspect()
        commands.sign_up(
            email=email,
            handle=form.handle.data or "",
            display_name=form.display_name.data or "",
            password=password,
            flags=flags,
        )
    signed_in = commands.sign_in(email=email, password=password, device=devices.here())
    sign_ins.leave()
    session.begin(*signed_in)
    return known.remember(see_other(safe_path(form.next.data)), email)


@users.get("/account")
def show() -> Response:
    return respond("identity/users/show.html", "identity/users/_show.html", **_personal())


@users.get("/account-menu")
def menu() -> Response:
    """The part of a page's head that differs from person to person."""
    return respond("identity/users/show.html", "identity/users/_menu.html", **_personal())


def _empty() -> SignUpForm:
    shown = {"next": safe_path(request.args.get("next")), "shown": suspects.stamp()}
    return SignUpForm(formdata=None, data=shown)


def _personal() -> dict[str, Any]:
    """Who asks, and how much news there is for them."""
    person = session.current()
    return {"person": person} | (bell(queries.unread(person.user_id)) if person else {})
