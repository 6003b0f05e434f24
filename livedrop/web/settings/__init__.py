"""The door of what people choose for themselves."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from livedrop.accounts.queries import address_state, open_sign_ins
from livedrop.web import access
from livedrop.web.settings.news import news
from livedrop.web.settings.passwords import passwords
from livedrop.web.settings.proofs import proofs
from livedrop.web.settings.sign_ins import sign_ins

settings = Blueprint("settings", __name__, url_prefix="/settings")
for part in (news, passwords, proofs, sign_ins):
    settings.register_blueprint(part)


@settings.get("")
def show() -> ResponseReturnValue:
    person = access.person()
    return render_template(
        "settings/show.html",
        person=person,
        address=address_state(person.user_id),
        places=len(open_sign_ins(person.user_id, person.sign_in_id)),
    )
