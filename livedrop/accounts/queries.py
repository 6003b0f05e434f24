"""Who somebody is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from livedrop.accounts import confirmation, resets, rules
from livedrop.accounts.models import (
    AddressChange,
    Impersonation,
    LeftAddress,
    PasswordReset,
    SignIn,
    User,
)
from livedrop.extensions import db

# A sign-in lasts, and rests between two uses, at most; placing asks the same (`orders/batch.py`).
LONGEST, IDLE = timedelta(days=30), timedelta(days=14)
NOTED = timedelta(hours=1)  # how exactly it is known when it was used
PROVED = timedelta(minutes=10)  # for which a password typed again counts


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person as one of their sign-ins knows them."""

    sign_in_id: UUID
    user_id: int
    handle: str
    display_name: str
    time_zone: str  # IANA name
    admin: bool
    suspended: bool
    seen_long_ago: bool = False  # that it is used is to be noted


@dataclass(frozen=True, slots=True)
class Credentials:
    user_id: int
    password_hash: str


@dataclass(frozen=True, slots=True)
class OpenSignIn:
    """One of a person's sign-ins, as they see it. `name` tells it from their others and, unlike
    its id, opens nothing."""

    name: str
    device: str
    origin: str | None
    created_at: datetime
    seen_at: datetime  # to the hour
    here: bool  # in which they are asking


def name_of(sign_in_id: UUID) -> str:
    """What a sign-in is called on pages; steps find it by the same (`steps.END_ONE`)."""
    return sha256(sign_in_id.bytes).hexdigest()[:32]


def holds() -> list[ColumnElement[bool]]:
    """What is true of a sign-in that counts, whatever its person may do with it."""
    return [
        SignIn.ended_at.is_(None),
        SignIn.created_at > func.clock_timestamp() - LONGEST,
        SignIn.seen_at > func.clock_timestamp() - IDLE,
    ]


def signed_in(user_id: int, sign_in_id: UUID) -> SignedIn | None:
    """The person of this sign-in, unless it has ended, is too old or rested for too long."""
    question = (
        select(
            SignIn.id,
            User.id,
            User.handle,
            User.display_name,
            User.time_zone,
            User.admin_since.is_not(None),
            User.suspended_at.is_not(None),
            SignIn.seen_at < func.clock_timestamp() - NOTED,
        )
        .join(User, User.id == SignIn.user_id)
        .where(SignIn.id == sign_in_id, SignIn.user_id == user_id, *holds())
    )
    row = db.session.execute(question).one_or_none()
    return SignedIn(*row) if row else None


@dataclass(frozen=True, slots=True)
class Look:
    """An admin who sees the shop as somebody else does."""

    id: UUID
    person: SignedIn  # the somebody else; never an admin, and not there to be spoken for
    admin_id: int
    admin_handle: str
    until: datetime


LOOKS = timedelta(minutes=30)
Admin = aliased(User)


def looking(look_id: UUID, admin_id: int, sign_in_id: UUID) -> Look | None:
    """Whom an admin looks as in this sign-in of theirs. None when they ended it, when its time or
    the sign-in is over, and when they are no admin any more, or that person is one by now."""
    question = (
        select(
            SignIn.id,
            User.id,
            User.handle,
            User.display_name,
            User.time_zone,
            User.suspended_at.is_not(None),
            Admin.handle,
            Impersonation.begun_at,
        )
        .select_from(Impersonation)
        .join(SignIn, SignIn.id == Impersonation.sign_in_id)
        .join(Admin, Admin.id == Impersonation.admin_id)
        .join(User, User.id == Impersonation.user_id)
        .where(
            Impersonation.id == look_id,
            Impersonation.admin_id == admin_id,
            Impersonation.sign_in_id == sign_in_id,
            Impersonation.ended_at.is_(None),
            Impersonation.begun_at > func.clock_timestamp() - LOOKS,
            Admin.admin_since.is_not(None),
            Admin.suspended_at.is_(None),
            User.admin_since.is_(None),
            *holds(),
        )
    )
    row = db.session.execute(question).one_or_none()
    if row is None:
        return None
    own, user_id, handle, name, zone, suspended, admin, begun_at = row
    person = SignedIn(own, user_id, handle, name, zone, admin=False, suspended=suspended)
    return Look(look_id, person, admin_id, admin, begun_at + LOOKS)


def standing(sign_in_ids: Collection[UUID]) -> set[UUID]:
    """Which of these sign-ins have neither ended nor aged, and whose people are not suspended."""
    question = (
        select(SignIn.id)
        .join(User, User.id == SignIn.user_id)
        .where(SignIn.id.in_(sign_in_ids), User.suspended_at.is_(None), *holds())
    )
    return set(db.session.scalars(question))


def is_proved(sign_in_id: UUID) -> bool:
    """Whether the password was typed there lately."""
    lately = SignIn.created_at > func.clock_timestamp() - PROVED
    question = select(SignIn.id).where(SignIn.id == sign_in_id, lately)
    return db.session.scalar(question) is not None


def open_sign_ins(user_id: int, here: UUID) -> list[OpenSignIn]:
    """Where a person is signed in: here first, then by when it was used last."""
    question = select(SignIn).where(SignIn.user_id == user_id, *holds())
    mine = db.session.scalars(question.order_by(SignIn.id != here, SignIn.seen_at.desc()))
    return [
        OpenSignIn(
            name=name_of(sign_in.id),
            device=sign_in.device,
            origin=sign_in.origin,
            created_at=sign_in.created_at,
            seen_at=sign_in.seen_at,
            here=sign_in.id == here,
        )
        for sign_in in mine
    ]


def credentials(email: str) -> Credentials | None:
    """What a password is compared with; addresses are the same in any case."""
    question = select(User.id, User.password_hash)
    row = db.session.execute(question.where(func.lower(User.email) == email.lower())).one_or_none()
    return Credentials(*row) if row else None


def credentials_of(user_id: int) -> Credentials:
    question = select(User.id, User.password_hash).where(User.id == user_id)
    return Credentials(*db.session.execute(question).one())


def known_of(user_id: int) -> list[str]:
    """What whoever guesses at this person's password tries first."""
    question = select(User.email, User.handle, User.display_name).where(User.id == user_id)
    return rules.known_of(*db.session.execute(question).one())


def id_by_email(email: str) -> int | None:
    known = credentials(email)
    return known.user_id if known else None


def last_delivery(user_id: int) -> dict[str, str]:
    """Where this person's last order went, as `User.delivery` has it; empty at first."""
    return db.session.scalar(select(User.delivery).where(User.id == user_id)) or {}


@dataclass(frozen=True, slots=True)
class AddressState:
    """A person's e-mail address, and whether news may go there."""

    email: str
    confirmed: bool
    bounced: bool


@dataclass(frozen=True, slots=True)
class OwnCard:
    """A person as they see themselves."""

    id: int
    handle: str
    display_name: str
    email: str
    confirmed: bool
    suspended: bool


def own_card(user_id: int) -> OwnCard:
    """This person, who is there."""
    question = select(
        User.id,
        User.handle,
        User.display_name,
        User.email,
        User.confirmed_at.is_not(None),
        User.suspended_at.is_not(None),
    )
    return OwnCard(*db.session.execute(question.where(User.id == user_id)).one())


def address_state(user_id: int) -> AddressState:
    question = select(User.email, User.confirmed_at.is_not(None), User.bounced_at.is_not(None))
    return AddressState(*db.session.execute(question.where(User.id == user_id)).one())


def open_reset(token: str) -> int | None:
    """Whose password it still lets somebody choose."""
    recent = PasswordReset.created_at > func.clock_timestamp() - resets.LASTS
    question = select(PasswordReset.user_id).where(PasswordReset.digest == resets.digest(token))
    return db.session.scalar(question.where(recent))


def pending_address(user_id: int) -> str | None:
    """The address this person asked to have instead, if the mail to it may still be pressed."""
    recent = AddressChange.asked_at > func.clock_timestamp() - confirmation.LASTS
    question = select(AddressChange.email).where(AddressChange.user_id == user_id, recent)
    return db.session.scalar(question.where(AddressChange.changed_at.is_(None)))


def wanted_address(user_id: int) -> str | None:
    """As `pending_address`, of whatever age; where the mail about it goes."""
    question = select(AddressChange.email).where(AddressChange.user_id == user_id)
    return db.session.scalar(question.where(AddressChange.changed_at.is_(None)))


def left_address(event_id: int) -> str | None:
    """The one that somebody had until this change of it."""
    return db.session.scalar(select(LeftAddress.email).where(LeftAddress.event_id == event_id))
