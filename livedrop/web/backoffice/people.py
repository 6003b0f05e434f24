"""People: found, looked at, suspended, restored, signed out, appointed and dismissed."""

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from livedrop.accounts import commands
from livedrop.accounts.directory import Person, people_page, person_of, sign_ins_of
from livedrop.audit.queries import latest_of
from livedrop.creators.queries import creator_of
from livedrop.follows.queries import number_followed
from livedrop.lib.errors import NotFound
from livedrop.orders.queries import found_orders
from livedrop.web import access, session
from livedrop.web.backoffice import deeds
from livedrop.web.backoffice.deeds import About, Deed, Question
from livedrop.web.backoffice.naming import named

people = Blueprint("people", __name__, url_prefix="/people")

PER_PAGE = 50
LATEST = 10
AMONG = {"": "Everybody", "admins": "Admins", "suspended": "Suspended"}
DEEDS = {
    "suspension": Deed(
        "Suspend {name}",
        "They can go on reading, and do nothing else. What they ordered stays ordered.",
        "Suspend",
        "Suspended.",
        commands.suspend,
    ),
    "restoration": Deed(
        "Restore {name}",
        "They can do everything again.",
        "Restore",
        "Restored.",
        commands.restore,
        hurts=False,
    ),
    "sign-out": Deed(
        "End all sign-ins of {name}",
        "They have to sign in again everywhere, and so has whoever sits at a browser of theirs.",
        "End all sign-ins",
        "All sign-ins have ended.",
        commands.end_sign_ins,
    ),
    "appointment": Deed(
        "Make {name} an admin",
        "They can do whatever you can, to you as well.",
        "Make them an admin",
        "They are an admin.",
        commands.appoint,
    ),
    "dismissal": Deed(
        "Make {name} no admin any more",
        "They keep their account, and see nothing here.",
        "Dismiss",
        "They are no admin any more.",
        commands.dismiss,
    ),
}
LOOK = Question(
    "See the shop as {name}",
    "For half an hour you see what they see. Nothing can be ordered or changed, their sign-ins and"
    " settings are not shown, and a bar on every page says so and ends it.",
    "Look as them",
)
NOUNS = ", ".join(f"'{noun}'" for noun in DEEDS)


@people.get("")
def index() -> ResponseReturnValue:
    """Those whose handle or address begins so, or all of them, the latest first."""
    access.admin()
    words, among = request.args.get("q", ""), request.args.get("among", "")
    cursor = request.args.get("cursor")
    return render_template(
        "backoffice/people/index.html",
        people=people_page(words, among=among, cursor=cursor, limit=PER_PAGE),
        words=words,
        among=among,
        choices=AMONG,
        cursor=cursor,
    )


@people.get("/<int:user_id>")
def show(user_id: int) -> ResponseReturnValue:
    admin, person = access.admin(), _person(user_id)
    entries = latest_of([f"user:{user_id}", f"creator:{user_id}"], LATEST)
    return render_template(
        "backoffice/people/show.html",
        person=person,
        sign_ins=sign_ins_of(user_id),
        orders=found_orders(None, LATEST, user_id=user_id),
        followed=number_followed(user_id),
        creator=creator_of(user_id),
        entries=entries,
        names=named(entries),
        deeds={noun: DEEDS[noun] for noun in _possible(person, admin.user_id)}
        | ({} if person.admin_since else {"look": LOOK}),
        done=DEEDS.get(request.args.get("done", "")),
    )


@people.get(f"/<int:user_id>/<any({NOUNS}):noun>/new")
def new(user_id: int, noun: str) -> Response:
    access.acting_admin()
    return deeds.ask(DEEDS[noun], _about(_person(user_id), noun))


@people.post(f"/<int:user_id>/<any({NOUNS}):noun>")
def create(user_id: int, noun: str) -> Response:
    """Processes that remember who they are forget it, here at once."""
    admin, person = access.acting_admin(), _person(user_id)
    answer = deeds.carry_out(DEEDS[noun], _about(person, noun), by=admin.user_id, user_id=user_id)
    session.memory().forget_person(user_id)
    return answer


def person_or_none(user_id: int) -> Person | None:
    """Also of a number that is too large for any id."""
    return person_of(user_id) if user_id < 2**63 else None


def _person(user_id: int) -> Person:
    person = person_or_none(user_id)
    if person is None:
        raise NotFound
    return person


def _about(person: Person, noun: str) -> About:
    return About(
        name=f"{person.display_name} (@{person.handle})",
        action=url_for(".create", user_id=person.id, noun=noun),
        back=url_for(".show", user_id=person.id),
        page=url_for(".show", user_id=person.id, done=noun),
    )


def _possible(person: Person, admin_id: int) -> list[str]:
    """What can be done to somebody as they are; to oneself, only what one could undo."""
    possible = ["restoration" if person.suspended_at else "suspension", "sign-out"]
    possible += ["dismissal"] if person.admin_since else []
    possible += ["appointment"] if not (person.admin_since or person.suspended_at) else []
    mine = {"suspension", "dismissal"} if person.id == admin_id else set()
    return [noun for noun in possible if noun not in mine]
