"""See the shop as somebody else does: begun with a reason, and ended from a bar on every page."""

from flask import Blueprint, Response, url_for

from livedrop.accounts import commands
from livedrop.lib.errors import NotFound
from livedrop.lib.forms import accepting
from livedrop.lib.htmx import see_other
from livedrop.web import access, session
from livedrop.web.backoffice import deeds
from livedrop.web.backoffice.deeds import About, ReasonForm
from livedrop.web.backoffice.people import LOOK, person_or_none

looks = Blueprint("looks", __name__)


@looks.get("/people/<int:user_id>/look/new")
def new(user_id: int) -> Response:
    access.acting_admin()
    return deeds.ask(LOOK, _about(user_id))


@looks.post("/people/<int:user_id>/look")
def create(user_id: int) -> Response:
    """From the next page on, and at the start page."""
    admin, about = access.acting_admin(), _about(user_id)
    with accepting(ReasonForm(), *deeds.PAGE, deed=LOOK, about=about) as form:
        look_id = commands.impersonate(
            user_id=user_id,
            reason=form.reason.data or "",
            by=admin.user_id,
            sign_in_id=admin.sign_in_id,
        )
    session.begin_look(look_id)
    return see_other(about.page)


@looks.delete("/look")
def destroy() -> Response:
    """Be oneself again; also when its time is over, and when one never looked."""
    look = session.look()
    if look is None:
        access.admin()
    else:
        commands.end_impersonation(look_id=look.id, by=look.admin_id)
    session.end_look()
    page = url_for("backoffice.people.show", user_id=look.person.user_id) if look else "/admin"
    return see_other(page)


def _about(user_id: int) -> About:
    person = person_or_none(user_id)
    if person is None or person.admin_since:
        raise NotFound
    return About(
        name=f"{person.display_name} (@{person.handle})",
        action=url_for("backoffice.looks.create", user_id=user_id),
        back=url_for("backoffice.people.show", user_id=user_id),
        page="/",
    )
