"""Becoming a creator, and what others see of one."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from livedrop.creators import commands
from livedrop.lib.forms import accepting
from livedrop.lib.htmx import respond, see_other
from livedrop.web import access, session
from livedrop.web.studio.forms import ProfileForm

profile = Blueprint("profile", __name__, url_prefix="/profile")

NEW = ("studio/profile/new.html", "studio/profile/_form.html")
EDIT = ("studio/profile/edit.html", "studio/profile/_form.html")


@profile.get("/new")
def new() -> ResponseReturnValue:
    person = access.person()
    if access.own_creator_or_none():
        return see_other("/studio")
    return respond(*NEW, form=ProfileForm.of(person, None), creator=None)


@profile.post("")
def create() -> ResponseReturnValue:
    person = access.actor()
    with accepting(ProfileForm(), *NEW, creator=None) as form:
        commands.become_creator(user_id=person.user_id, **form.values)
    session.memory().forget(person.sign_in_id)  # it remembers the time zone
    return see_other("/studio")


@profile.get("/edit")
def edit() -> ResponseReturnValue:
    creator = access.own_creator()
    return respond(*EDIT, form=ProfileForm.of(access.person(), creator), creator=creator)


@profile.put("")
def update() -> ResponseReturnValue:
    person, creator = access.actor(), access.own_creator()
    with accepting(ProfileForm(), *EDIT, creator=creator) as form:
        commands.edit_profile(creator_id=creator.id, **form.values)
    session.memory().forget(person.sign_in_id)
    return see_other("/studio")
