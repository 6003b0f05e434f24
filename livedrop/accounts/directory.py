"""Who there is, for whoever looks after the house: found by how a handle or an address begins."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, text

from livedrop.accounts.models import SignIn, User
from livedrop.accounts.queries import holds
from livedrop.extensions import db
from livedrop.lib.paging import Page, after, page

LAST = "\U0010ffff"  # no letter sorts behind it
SIGN_INS = 20  # of one person, shown at once
LONGEST = 18  # digits of an id


@dataclass(frozen=True, slots=True)
class Listed:
    """A person in a list."""

    id: int
    handle: str
    display_name: str
    email: str
    created_at: datetime
    admin: bool
    suspended: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, as whoever looks after the house sees them."""

    id: int
    handle: str
    display_name: str
    email: str
    time_zone: str
    created_at: datetime
    confirmed_at: datetime | None
    bounced_at: datetime | None
    admin_since: datetime | None
    suspended_at: datetime | None


@dataclass(frozen=True, slots=True)
class PastSignIn:
    """A sign-in, as somebody else may know of it: nothing here opens anything."""

    device: str
    origin: str | None
    created_at: datetime
    seen_at: datetime  # to the hour
    holds: bool


LISTED = select(
    User.id,
    User.handle,
    User.display_name,
    User.email,
    User.created_at,
    User.admin_since.is_not(None),
    User.suspended_at.is_not(None),
)
AMONG = {"admins": User.admin_since.is_not(None), "suspended": User.suspended_at.is_not(None)}
HANDLE, EMAIL = User.handle, func.lower(User.email)
BY_HANDLE, BY_EMAIL = text("users.handle USING ~<~"), text("lower(users.email) USING ~<~")

# By bytes, in which every beginning has one end, whatever the database's order of letters is.
CALLED = text("""
(SELECT id FROM users WHERE handle ~>=~ :first AND handle ~<~ :last LIMIT :most)
UNION
(SELECT id FROM users WHERE lower(display_name) ~>=~ :first AND lower(display_name) ~<~ :last
    LIMIT :most)
""")


def ids_called(words: str, most: int) -> list[int]:
    """The ids of people whose handle or name begins so, in lower case: `most` by each at most."""
    return list(db.session.scalars(CALLED, {"first": words, "last": words + LAST, "most": most}))


def people_page(
    words: str = "", *, among: str = "", cursor: str | None = None, limit: int
) -> Page[Listed]:
    """People whose handle begins so or, where there is an @ in it, whose address does; all of them,
    the latest first, if nothing is said. `among` is all, `admins` or `suspended`.

    A number finds the person of this id, too, first of all.
    """
    words = words.strip().lower().removeprefix("@")
    name = f"people:{among}:{words}"
    some = LISTED.where(AMONG[among]) if among in AMONG else LISTED
    key = after(cursor, name)
    if not words:
        some = some.where(User.id < key[0]) if key else some
        found = _listed(some.order_by(User.id.desc()).limit(limit + 1))
        return page(found, limit, name, lambda one: (one.id,))
    by, order = (EMAIL, BY_EMAIL) if "@" in words else (HANDLE, BY_HANDLE)
    begins = some.where(by.op("~>=~")(words), by.op("~<~")(words + LAST))
    begins = begins.order_by(order).limit(limit + 1)
    found = _listed(begins.where(by.op("~>~")(key[0])) if key else begins)
    if not key and (user_id := _as_id(words)):
        first = _listed(some.where(User.id == user_id))
        found = first + [one for one in found if one not in first]
        limit += len(first)
    return page(found, limit, name, lambda one: (one.email.lower() if by is EMAIL else one.handle,))


def _as_id(words: str) -> int | None:
    """The id that is meant; None for what can be none, however long it is."""
    return int(words) if words.isdecimal() and len(words) <= LONGEST else None


def _listed(statement: Select[*tuple[Any, ...]]) -> list[Listed]:
    return [Listed(*row) for row in db.session.execute(statement)]


def person_of(user_id: int) -> Person | None:
    """The person of this id."""
    question = select(
        User.id,
        User.handle,
        User.display_name,
        User.email,
        User.time_zone,
        User.created_at,
        User.confirmed_at,
        User.bounced_at,
        User.admin_since,
        User.suspended_at,
    )
    row = db.session.execute(question.where(User.id == user_id)).mappings().one_or_none()
    return Person(**row) if row else None


def handles_of(user_ids: set[int]) -> dict[int, str]:
    """What these people are called, by id; one statement, none for nobody."""
    if not user_ids:
        return {}
    question = select(User.id, User.handle).where(User.id.in_(user_ids))
    return {row.id: row.handle for row in db.session.execute(question)}


def id_of(words: str) -> int | None:
    """Who has exactly this handle, address or id."""
    words = words.strip().lower().removeprefix("@")
    if words.isdecimal():
        return _as_id(words)
    whom = func.lower(User.email) == words if "@" in words else User.handle == words
    return db.session.scalar(select(User.id).where(whom))


def sign_ins_of(user_id: int) -> list[PastSignIn]:
    """A person's latest sign-ins, those that ended, too."""
    standing = holds()
    question = select(
        SignIn.device,
        SignIn.origin,
        SignIn.created_at,
        SignIn.seen_at,
        standing[0] & standing[1] & standing[2],
    ).where(SignIn.user_id == user_id)
    rows = db.session.execute(question.order_by(SignIn.created_at.desc()).limit(SIGN_INS))
    return [PastSignIn(*row) for row in rows]
